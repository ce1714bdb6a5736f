import { describe, expect, test } from 'vitest';
import { chunksOf } from '../../../../src/pipelines/classes/engine.ts';
import { ANGLES, MODES, poseGrid } from '../../../../src/pipelines/classes/grid.ts';
import { referencesOf } from '../../../../src/pipelines/classes/references.ts';
import { firstPoses, weightsOf, workingPictures } from '../../../../src/pipelines/classes/working.ts';

describe('poseGrid', () => {
  test.each([
    [64, 56, 32, 14],
    [256, 200, 36, 14],
    [20, 16, 20, 8],
    [40, 40, 28, 14],
  ])('boxes of %i px with a mask of %i px are seen at %i px with %i rings', (side, mask, working, rings) => {
    const grid = poseGrid(side, mask);
    expect([grid.workingPx, grid.rings]).toEqual([working, rings]);
    expect(grid.rings).toBeLessThanOrEqual(working / 2);
  });

  test('knows the neighbours of each shift', () => {
    const { shifts, neighbours } = poseGrid(64, 56);
    expect(shifts.length).toBe(29);
    for (const [i, { x, y }] of shifts.entries()) {
      const [left, right, above, below] = neighbours[i] ?? [-1, -1, -1, -1];
      for (const [at, dx, dy] of [
        [left, -1, 0],
        [right, 1, 0],
        [above, 0, -1],
        [below, 0, 1],
      ] as const) {
        const isThere = Math.hypot(x + dx, y + dy) <= 3;
        expect(shifts[at]).toEqual(isThere ? { x: x + dx, y: y + dy } : undefined);
        if (!isThere) expect(at).toBe(shifts.length);
      }
    }
  });

  test.each([
    [33, 20, 'even'],
    [64, 65, 'at most the box'],
    [64, 5, 'at least 6'],
    [64, Number.NaN, 'at least 6'],
  ])('refuses boxes of %i px with a mask of %f px', (side, mask, words) => {
    expect(() => poseGrid(side, mask)).toThrow(words);
  });
});

const grid = poseGrid(16, 12);

test('references are weighted means; an empty class is 0 and unlikely', () => {
  const size = grid.rings * MODES;
  const sums = new Float32Array(2 * (size + 1) * 2);
  sums.fill(6, 0, 2 * size);
  sums[2 * size] = 3;
  const { series, levels, members } = referencesOf(sums, grid, 2, 3);
  expect(members).toEqual([3, 0]);
  expect(series[0]).toBeCloseTo(2, 2);
  expect(Math.max(...series.subarray(2 * size))).toBe(0);
  const at = grid.shifts.findIndex(({ x, y }) => x === 0 && y === 0);
  // Each ring has one mean and MODES − 1 frequencies that count twice.
  const square = 2 * (series[0] ?? 0) ** 2 * grid.rings * (2 * MODES - 1);
  expect(levels[at]).toBeCloseTo(Math.log(4 / 5) - square / 2, 1);
  expect(levels[grid.shifts.length + at]).toBeCloseTo(Math.log(1 / 5), 5);
  expect(levels[0]).toBeCloseTo((levels[at] ?? 0) - 9 / (2 * 1.5 ** 2), 2);
});

test('classes begin equally large, each picture in one, by chance', () => {
  const count = (weights: readonly Float32Array[]) => {
    const per = grid.shifts.length * ANGLES;
    return weights.flatMap((chunk) =>
      Array.from({ length: chunk.length / (3 * per) }, (_, i) =>
        [0, 1, 2].map((k) =>
          chunk.subarray((3 * i + k) * per, (3 * i + k + 1) * per).reduce((sum, value) => sum + value, 0),
        ),
      ),
    );
  };
  const first = count(weightsOf(firstPoses(9, 3, 1), [5, 4], grid, 3));
  expect(first.length).toBe(9);
  for (const one of first) expect([...one].sort()).toEqual([0, 0, 1]);
  expect([0, 1, 2].map((k) => first.filter((one) => one[k] === 1).length)).toEqual([3, 3, 3]);
  expect(firstPoses(9, 3, 2)).not.toEqual(firstPoses(9, 3, 1));
});

test('a pose of a coarse grid becomes the nearest place of a fine one', () => {
  const fine = poseGrid(64, 56);
  const coarse = poseGrid(64, 56, true);
  expect([coarse.workingPx, coarse.rings, coarse.shifts.length]).toEqual([18, 7, 13]);
  const scale = fine.workingPx / coarse.workingPx;
  const angle = (2 * Math.PI * 62.6) / ANGLES;
  const [weights = new Float32Array()] = weightsOf(
    [{ class: 1, x: 1.2, y: -0.6, angle }],
    [1],
    fine,
    2,
    scale,
  );
  const at = weights.indexOf(1);
  expect(weights.reduce((sum, one) => sum + one, 0)).toBe(1);
  const shift = Math.floor(at / ANGLES) - fine.shifts.length;
  expect([at % ANGLES, fine.shifts[shift]]).toEqual([63, { x: 2, y: -1 }]);
});

test('chunks hold all pictures and fit a buffer', () => {
  const chunks = chunksOf(5000, poseGrid(64, 56), 50);
  expect(chunks.reduce((sum, size) => sum + size, 0)).toBe(5000);
  expect(Math.max(...chunks) * 50 * 29 * ANGLES * 4).toBeLessThanOrEqual(2 ** 26);
  expect(chunksOf(3, grid, 2)).toEqual([3]);
});

test('working pictures are binned and normalised, the boxes left as they were', () => {
  const pixels = Float32Array.from({ length: 2 * 64 * 64 }, (_, i) => Math.sin(i * i) * 5 + 100);
  const before = pixels.slice();
  const small = poseGrid(64, 56);
  const pictures = workingPictures({ sidePx: 64, pixels }, small, 1, 1);
  expect(pictures.length).toBe(32 * 32);
  const background = [...pictures].filter((_, i) => Math.hypot((i % 32) - 16, Math.floor(i / 32) - 16) > 14);
  const mean = background.reduce((sum, value) => sum + value, 0) / background.length;
  expect(Math.abs(mean)).toBeLessThan(1e-6);
  expect(background.reduce((sum, value) => sum + value ** 2, 0) / background.length).toBeCloseTo(1, 5);
  expect(pixels).toEqual(before);
});
