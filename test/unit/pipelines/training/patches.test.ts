import { expect, test } from 'vitest';
import { TrainingRandom } from '../../../../src/nn/train/random.ts';
import { patchSource } from '../../../../src/pipelines/training/patches.ts';
import { chanceMap, labelMap } from '../../../../src/pipelines/training/targets.ts';

const [width, height] = [90, 70];
const diameterPx = 12;
/** A spot in the middle of cell (20, 15) of stride 2. */
const spot = { x: 40.5, y: 30.5, chance: 0.8 };

/** A picture that is dark where its target is high. */
function scene() {
  const map = chanceMap({ width, height }, [spot], 2, diameterPx);
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const cell = Math.floor(Math.floor(i / width) / 2) * map.width + Math.floor((i % width) / 2);
    return -(map.target[cell] ?? 0);
  });
  return { picture: { data, width, height }, map, shown: [spot] };
}

test('a target is as high as the chance, in the middle of the particle', () => {
  const { map } = scene();
  expect([map.width, map.height]).toEqual([45, 35]);
  expect(map.target[15 * 45 + 20]).toBeCloseTo(0.8, 6);
  expect(map.target[15 * 45 + 22]).toBeCloseTo(0.8 * Math.exp(-4 / 4.5), 6);
  expect(map.weights[15 * 45 + 20]).toBeCloseTo(1 + 2 * 0.8, 6);
  // Nothing is learnt at the edges, where nothing is picked.
  expect(map.weights[0]).toBe(0);
});

test('picture and target of a patch are turned and mirrored together', async () => {
  const options = { batch: 2, patchPx: 48, clip: 6, isWeighted: true };
  const source = patchSource([scene()], options);
  let seen = 0;
  for (let step = 0; step < 30; step++) {
    const {
      images,
      target,
      weights = new Float32Array(),
    } = await source(new TrainingRandom(BigInt(step)), step);
    for (let i = 0; i < target.length; i++) {
      if ((weights[i] ?? 0) === 0 || (target[i] ?? 0) < 0.4) continue;
      seen++;
      const [index, y, x] = [Math.floor(i / 576), Math.floor((i % 576) / 24), i % 24];
      const value = images[index * 2304 + 2 * y * 48 + 2 * x] ?? 0;
      // −target, with contrast 0.85 to 1.2, offset 0.1 and noise of deviation 0.3 at most.
      expect(Math.abs(value + (target[i] ?? 0))).toBeLessThan(1.6);
      expect(value).toBeLessThan(0.9);
    }
  }
  expect(seen).toBeGreaterThan(100);
});

test('a patch without noise is the picture, changed in contrast alone', async () => {
  const source = patchSource([scene()], { batch: 1, patchPx: 48, clip: 6, isWeighted: true });
  let exact = 0;
  for (let step = 0; step < 20; step++) {
    const {
      images,
      target,
      weights = new Float32Array(),
    } = await source(new TrainingRandom(BigInt(step)), step);
    const places = [...weights.keys()].filter((i) => (weights[i] ?? 0) > 0);
    const pairs = places.map((i) => ({
      value: images[2 * Math.floor(i / 24) * 48 + 2 * (i % 24)] ?? 0,
      target: target[i] ?? 0,
    }));
    const ground = pairs.find((pair) => pair.target === 0)?.value ?? 0;
    if (pairs.some((pair) => pair.target === 0 && pair.value !== ground)) continue;
    for (const pair of pairs) {
      const contrast = (ground - pair.value) / pair.target;
      if (pair.target < 0.2) continue;
      exact++;
      expect(contrast).toBeGreaterThan(0.849);
      expect(contrast).toBeLessThan(1.201);
    }
  }
  expect(exact).toBeGreaterThan(20);
});

test('the batch of a step depends on its random source alone', async () => {
  const source = patchSource([scene(), scene()], { batch: 2, patchPx: 48, clip: 6, isWeighted: true });
  const first = await source(new TrainingRandom(7n), 0);
  await source(new TrainingRandom(8n), 1);
  expect(await source(new TrainingRandom(7n), 5)).toEqual(first);
});

test('for the expected count labels are 1, what is unknown 0, and what does not count −1', async () => {
  const map = labelMap({ width, height }, [spot], [{ x: 60.5, y: 30.5 }], 2, diameterPx);
  expect([15 * 45 + 20, 15 * 45 + 21, 15 * 45 + 25, 15 * 45 + 30, 0].map((cell) => map.target[cell])).toEqual(
    [1, 1, 0, -1, -1],
  );
  const options = { batch: 1, patchPx: 48, clip: 6, isWeighted: false };
  const batch = await patchSource([{ ...scene(), map }], options)(new TrainingRandom(1n), 0);
  expect(batch.weights).toBeUndefined();
  expect([...new Set(batch.target)].every((value) => [1, 0, -1].includes(value))).toBe(true);
});
