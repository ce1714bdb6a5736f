import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { evaluatePicks } from '../../../src/pipelines/evaluation/evaluate.ts';
import { arrangedCandidates } from '../../../src/pipelines/picking/arrangement/arrange.ts';
import { filterNetwork } from '../../../src/pipelines/picking/arrangement/filter.ts';
import { heatMap, peaksOf } from '../../../src/pipelines/picking/heat.ts';
import { addParticle, emptySums, type Point, templateOf } from '../../../src/pipelines/template/profile.ts';
import { describeGpu } from '../../support/gpu.ts';

const side = 300;
const diameterPx = 24;
const bodyPx = 22;
const crowd = { diameterPx, exclusionPx: bodyPx, separationPx: diameterPx / 2 };

/** Dark rings that touch each other in noise of deviation 1, each `contrast` deviations above the comparison with their mean. */
function crowdedRings(contrast: number) {
  const random = createRandom(8);
  const centres: Point[] = [];
  for (let tries = 0; tries < 4000; tries++) {
    const place = { x: random.between(0, side), y: random.between(0, side) };
    if (centres.every(({ x, y }) => Math.hypot(x - place.x, y - place.y) > bodyPx)) centres.push(place);
  }
  const ring = (radius: number): number => -Math.exp(-(((radius - 9) / 1.6) ** 2));
  const draw = (height: number, noise: number): Float32Array<ArrayBuffer> => {
    const data = Float32Array.from({ length: side * side }, () => noise * random.normal());
    for (const { x, y } of centres)
      for (let row = Math.max(0, Math.ceil(y - 16)); row < Math.min(side, y + 16); row++)
        for (let column = Math.max(0, Math.ceil(x - 16)); column < Math.min(side, x + 16); column++) {
          const at = row * side + column;
          data[at] = (data[at] ?? 0) + height * ring(Math.hypot(column - x, row - y));
        }
    return data;
  };
  const size = { width: side, height: side };
  const sums = emptySums(0.85 * diameterPx);
  const clean = { data: draw(1, 0), ...size };
  for (const centre of centres) addParticle(sums, clean, centre);
  const template = templateOf(sums);
  if (!template) throw new Error('There is nothing in the template.');
  // The template has a norm of 1, so a particle stands as high as its own norm above noise of deviation 1.
  const norm = Math.sqrt(
    Array.from({ length: 1024 }, (_, i) => ring(Math.hypot((i % 32) - 16, (i >> 5) - 16)) ** 2).reduce(
      (a, b) => a + b,
    ),
  );
  return { picture: { data: draw(contrast / norm, 1), ...size }, centres, template };
}

describeGpu('arrangements', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });
  afterAll(() => context.destroy());

  test('find particles in noise that hides each by itself, and leave nothing on the GPU', async () => {
    const { picture, centres, template } = crowdedRings(3.3);
    const drawn = (await arrangedCandidates(context, picture, template, crowd)) ?? [];
    const { graph, tensors } = filterNetwork(template, 2);
    const alone = peaksOf(
      await heatMap(context, graph, tensors, picture),
      picture,
      diameterPx,
      crowd.separationPx,
    );
    const judge = (picks: typeof drawn) =>
      evaluatePicks([{ name: 'rings', picks, truth: centres }], diameterPx / 4);
    expect(judge(drawn).averagePrecision).toBeGreaterThan(judge(alone).averagePrecision + 0.08);
    // As many as there are, by its own chances.
    const expected = drawn.reduce((sum, { score }) => sum + score, 0);
    expect(expected / centres.length).toBeGreaterThan(0.6);
    expect(expected / centres.length).toBeLessThan(1.3);
    for (const [i, a] of drawn.entries())
      for (const b of drawn.slice(0, i))
        expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThanOrEqual(crowd.separationPx);
    expect(context.memory().bytes).toBe(0);
  });

  test('a flat picture has none, one beyond all sizes is left to others, and a stop leaves nothing behind', async () => {
    const { template } = crowdedRings(3);
    const flat = { data: new Float32Array(100 * 90).fill(1), width: 100, height: 90 };
    expect(await arrangedCandidates(context, flat, template, crowd)).toEqual([]);
    const huge = { data: new Float32Array(9e6), width: 3000, height: 3000 };
    expect(await arrangedCandidates(context, huge, template, crowd)).toBeUndefined();
    const noise = { ...flat, data: flat.data.map((_, i) => Math.sin(i * i)) };
    const pause = () => Promise.reject(new DOMException('stopped', 'AbortError'));
    await expect(arrangedCandidates(context, noise, template, crowd, { pause })).rejects.toThrow('stopped');
    expect(context.memory().bytes).toBe(0);
  });
});
