import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { averageByPose } from '../../../src/pipelines/classes/average.ts';
import { classAverages } from '../../../src/pipelines/classes/classAverages.ts';
import { ClassEngine } from '../../../src/pipelines/classes/engine.ts';
import { ANGLES, MODES, poseGrid } from '../../../src/pipelines/classes/grid.ts';
import { classStep } from '../../reference/classes.ts';
import { describeGpu } from '../../support/gpu.ts';

/** Two particles as blobs (x, y, radius, height), px from the centre: a crooked one and a cross. */
const shapes = [
  [
    [0, 0, 3.4, 1],
    [7, 0, 2.4, 1],
    [-3.5, 7, 2.8, 1],
  ],
  [
    [0, 8, 2.3, 1],
    [0, -8, 2.3, 1],
    [6, 0, 2.5, 0.8],
    [-6, 0, 2.5, 0.8],
  ],
] as const;

function draw(shape: number, side: number, angle: number, dx: number, dy: number): Float32Array {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return Float32Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) - side / 2 - dx, Math.floor(i / side) - side / 2 - dy];
    return (shapes[shape] ?? []).reduce((sum, [bx, by, radius, height]) => {
      const square = (x - (c * bx - s * by)) ** 2 + (y - (s * bx + c * by)) ** 2;
      return sum + height * Math.exp(-square / (2 * radius * radius));
    }, 0);
  });
}

/** Pearson's correlation of the pixels of the inner disc. */
function correlation(a: Float32Array, b: Float32Array, side: number): number {
  let [n, sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (Math.hypot((i % side) - side / 2, Math.floor(i / side) - side / 2) > side * 0.4) continue;
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    n++;
    sa += x;
    sb += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return (ab - (sa * sb) / n) / Math.sqrt((aa - (sa * sa) / n) * (bb - (sb * sb) / n));
}

/** An average's likeness to a particle: its direction and place are its own. */
function likeness(average: Float32Array, shape: number, side: number): number {
  let best = -1;
  for (let turn = 0; turn < 48; turn++) {
    for (let y = -1; y <= 1; y++) {
      for (let x = -1; x <= 1; x++) {
        best = Math.max(best, correlation(average, draw(shape, side, (turn * Math.PI) / 24, x, y), side));
      }
    }
  }
  return best;
}

describeGpu('classes', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  test('a step is what its definition says', async () => {
    const [count, classes, side] = [3, 2, 10];
    const grid = poseGrid(side, 8);
    expect([grid.workingPx, grid.rings]).toEqual([10, 4]);
    const random = createRandom(4);
    const pictures = Array.from({ length: count }, () =>
      Float32Array.from({ length: side * side }, () => random.normal()),
    );
    const size = grid.rings * MODES * 2;
    const references = Array.from({ length: classes }, () =>
      // A mean is real.
      Float32Array.from({ length: size }, (_, i) => (i % (2 * MODES) === 1 ? 0 : 0.4 * random.normal())),
    );
    const levels = references.map(() => grid.shifts.map(() => Math.fround(random.normal())));
    const engine = new ClassEngine(context, grid, classes, 2);
    try {
      // In two chunks.
      for (const some of [pictures.slice(0, 2), pictures.slice(2)]) {
        await engine.add(Float32Array.from(some.flatMap((one) => [...one])));
      }
      const given = {
        series: Float32Array.from(references.flatMap((one) => [...one])),
        levels: Float32Array.from(levels.flat()),
        members: [],
      };
      const [sums, poses] = [await engine.step(given), await engine.poses(given)];
      const { rings, shifts } = grid;
      const problem = { pictures, side, rings, angles: ANGLES, modes: MODES, shifts, references, levels };
      const expected = classStep(problem);
      const wanted = expected.sums.flatMap((one) => [...one]);
      expect(sums.length).toBe(wanted.length);
      const worst = sums.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] ?? 9))), 0);
      expect(worst).toBeLessThan(1e-4);
      expect(poses.length).toBe(count);
      for (const [i, { class: k, x, y, angle }] of poses.entries()) {
        const best = expected.best[i];
        expect(k).toBe(best?.class);
        // The vertex lies within half a step of the highest place.
        const turn = ((angle / (2 * Math.PI)) * ANGLES - (best?.angle ?? 0) + 1.5 * ANGLES) % ANGLES;
        expect(Math.abs(turn - ANGLES / 2)).toBeLessThanOrEqual(0.5001);
        const shift = shifts[best?.shift ?? -1] ?? { x: 99, y: 99 };
        expect(Math.max(Math.abs(x - shift.x), Math.abs(y - shift.y))).toBeLessThanOrEqual(0.5001);
      }
    } finally {
      engine.destroy();
    }
  });

  test('boxes are put into place by their poses', async () => {
    const side = 32;
    const poses = [
      { class: 1, x: 1.3, y: -2.4, angle: 2 },
      { class: 1, x: -0.5, y: 0.7, angle: -0.6 },
    ];
    const boxes = poses.map(({ angle, x, y }) => draw(0, side, angle, x, y));
    const pixels = Float32Array.from(boxes.flatMap((one) => [...one]));
    const averages = await averageByPose(context, { sidePx: side, pixels }, poses, 3);
    const truth = draw(0, side, 0, 0, 0);
    const off = (k: number): number =>
      truth.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (averages[k * side * side + i] ?? 9))),
        0,
      );
    // Cubic convolution of blobs this wide.
    expect(off(1)).toBeLessThan(0.02);
    expect(off(0)).toBeGreaterThan(0.9);
    expect(Math.max(...averages.subarray(0, side * side), ...averages.subarray(2 * side * side))).toBe(0);
  });

  test('two particles are told apart at SNRs of 0.1 and 0.05, and averages look like them', async () => {
    const [side, count, amplitude] = [40, 64, 1];
    const random = createRandom(8);
    const truth = Array.from({ length: count }, () => random.integer(2));
    const pixels = new Float32Array(count * side * side);
    for (const [i, shape] of truth.entries()) {
      const angle = random.between(0, 2 * Math.PI);
      const clean = draw(shape, side, angle, random.between(-2, 2), random.between(-2, 2));
      pixels.set(
        clean.map((value) => amplitude * value + random.normal()),
        i * side * side,
      );
    }
    const options = { classes: 2, iterations: 5, maskDiameterPx: 32 };
    const first = await classAverages(context, { sidePx: side, pixels }, options);
    expect(first.members.reduce((sum, one) => sum + one, 0)).toBe(count);
    const agree = first.poses.filter(({ class: k }, i) => k === truth[i]).length / count;
    const shapeOf = (k: number): number => (agree > 0.5 ? k : 1 - k);
    const accuracy = Math.max(agree, 1 - agree);
    const alike = [0, 1].map((k) =>
      likeness(first.averages.subarray(k * side * side, (k + 1) * side * side), shapeOf(k), side),
    );
    // What an average of as many boxes, all put into place rightly, is like for its noise.
    const ideal = first.members.map((members, k) => {
      const clean = draw(shapeOf(k), side, 0, 0, 0).filter(
        (_, i) => Math.hypot((i % side) - side / 2, Math.floor(i / side) - side / 2) <= side * 0.4,
      );
      const mean = clean.reduce((sum, value) => sum + value, 0) / clean.length;
      const variance =
        clean.reduce((sum, value) => sum + (amplitude * (value - mean)) ** 2, 0) / clean.length;
      return Math.sqrt(variance / (variance + 1 / members));
    });
    console.info(
      `classes: accuracy ${accuracy.toFixed(3)}, likeness ${alike.map((one, k) => `${one.toFixed(3)} of ${ideal[k]?.toFixed(3)}`).join(', ')}`,
    );
    expect(accuracy).toBeGreaterThan(0.9);
    for (const [k, one] of alike.entries()) expect(one).toBeGreaterThan(0.8 * (ideal[k] ?? 1));
  });

  test('two runs give the same bits, another seed gives others', async () => {
    const random = createRandom(6);
    const pixels = Float32Array.from({ length: 9 * 16 * 16 }, () => random.normal());
    const averaged = async (seed: number) =>
      await classAverages(context, { sidePx: 16, pixels }, { classes: 2, iterations: 2, seed });
    const first = await averaged(1);
    expect(await averaged(1)).toEqual(first);
    expect((await averaged(2)).poses).not.toEqual(first.poses);
  });
});
