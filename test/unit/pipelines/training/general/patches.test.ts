import { expect, test } from 'vitest';
import { TrainingRandom } from '../../../../../src/nn/train/random.ts';
import { defaultScenes, TrainingScenes } from '../../../../../src/pipelines/simulation/scenes.ts';
import { offsetCells, outputs } from '../../../../../src/pipelines/training/general/design.ts';
import { patchSource } from '../../../../../src/pipelines/training/general/patches.ts';
import {
  contaminated,
  contaminationKnown,
  knownPicture,
  particlesKnown,
  ScenePool,
} from '../../../../../src/pipelines/training/general/pictures.ts';

const [width, height] = [120, 100];
const particle = { x: 60.3, y: 47.8 };

/** Dark where the one particle is, the more the nearer. */
function marked(noise = { part: 0, low: 0, high: 0 }) {
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const squared = ((i % width) - particle.x) ** 2 + (Math.floor(i / width) - particle.y) ** 2;
    return -5 * Math.exp(-squared / 18);
  });
  const picture = { data, width, height };
  return knownPicture({
    picture,
    particles: [particle],
    diameterPx: 24,
    borderPx: 0,
    edgeDiameters: 0.5,
    noise,
  });
}

const scenes = new ScenePool(new TrainingScenes({ ...defaultScenes, sizePx: 112 }), 4, 2);
const settings = { batch: 2, patchPx: 64, clip: 6, realShare: 1 };
const side = 32;
const layer = side * side;

test('what is asked of each cell is where the turned particle is', async () => {
  const source = patchSource(scenes, [{ name: 'one', share: 1, pictures: [marked()] }], settings);
  let seen = 0;
  for (let step = 0; step < 40; step++) {
    const {
      images,
      target,
      weights = new Float32Array(),
    } = await source(new TrainingRandom(BigInt(step)), step);
    for (let patch = 0; patch < 2; patch++) {
      const first = patch * outputs.length * layer;
      const cells = target.subarray(first, first + layer);
      const best = cells.indexOf(Math.max(...cells));
      if ((weights[first + best] ?? 0) === 0 || (cells[best] ?? 0) < 0.8) continue;
      seen++;
      const [column, row] = [best % side, Math.floor(best / side)];
      const offset = (channel: number): number =>
        ((target[first + channel * layer + best] ?? 0) - 0.5) * offsetCells;
      // The place by the target, and the middle of what is dark.
      const [x, y] = [2 * (column + offset(2)) + 0.5, 2 * (row + offset(3)) + 0.5];
      let [sum, sumX, sumY] = [0, 0, 0];
      for (let py = 0; py < 64; py++)
        for (let px = 0; px < 64; px++) {
          const value = Math.max(0, -(images[patch * 4096 + py * 64 + px] ?? 0) - 0.8);
          sum += value;
          sumX += value * px;
          sumY += value * py;
        }
      if (x < 14 || y < 14 || x > 50 || y > 50) continue;
      expect(Math.hypot(sumX / sum - x, sumY / sum - y)).toBeLessThan(0.3);
      expect(weights[first + best]).toBeCloseTo(1 + 2 * (cells[best] ?? 0), 5);
      expect(weights[first + 2 * layer + best]).toBe(1);
      expect(weights[first + layer + best]).toBe(0.5);
      expect(target[first + layer + best]).toBe(0);
    }
  }
  expect(seen).toBeGreaterThan(10);
});

test('the same step gives the same batch, whatever was asked before', async () => {
  const batches = () =>
    patchSource(new ScenePool(new TrainingScenes({ ...defaultScenes, sizePx: 112 }), 4, 2), [], {
      ...settings,
      realShare: 0,
    });
  const one = batches();
  await one(new TrainingRandom(1n), 0);
  const later = await one(new TrainingRandom(2n), 3);
  expect(await batches()(new TrainingRandom(2n), 3)).toEqual(later);
  for (const value of later.target) expect(value >= 0 && value <= 1).toBe(true);
});

test('of a micrograph, edges are not judged, borders are contaminated, and about particles it is clean', () => {
  const picture = { data: new Float32Array(width * height), width, height };
  const at = (x: number, y: number, known: Uint8Array): number => known[y * width + x] ?? 0;
  const plain = knownPicture({
    picture,
    particles: [particle],
    diameterPx: 24,
    borderPx: 0,
    edgeDiameters: 0.5,
    noise: { part: 0, low: 0, high: 0 },
  }).known;
  expect(at(5, 50, plain)).toBe(0);
  expect(at(20, 20, plain)).toBe(particlesKnown);
  expect(at(60, 60, plain)).toBe(particlesKnown | contaminationKnown);
  const smeared = knownPicture({
    picture,
    particles: [particle],
    diameterPx: 24,
    borderPx: 20,
    edgeDiameters: 0.5,
    noise: { part: 0, low: 0, high: 0 },
  }).known;
  expect(at(5, 50, smeared)).toBe(particlesKnown | contaminationKnown | contaminated);
  expect(at(17, 50, smeared)).toBe(0);
  expect(at(25, 50, smeared)).toBe(particlesKnown);
});
