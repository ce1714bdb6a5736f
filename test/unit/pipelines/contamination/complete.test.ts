import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import type { MaskGrid } from '../../../../src/dataset/maskGrid.ts';
import { completeMask, seesContamination } from '../../../../src/pipelines/contamination/complete.ts';
import { preparePreview } from '../../../../src/pipelines/quality/preview.ts';

const side = 192;
const diameterPx = 24;
/** Two px of the micrograph a sample, four a square of the mask. */
const squares = (2 * side) / 4;

type Inside = (x: number, y: number) => boolean;

/** Noise that is darker in a body, in samples. */
function previewOf(isBody: Inside, seed = 2) {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    return 5 * random.normal() - (isBody(x, y) ? 6 : 0) + 0.01 * x;
  });
  return preparePreview(values, side, side, 2);
}

/** A mask, by places in samples. */
function maskOf(isSeen: Inside): MaskGrid {
  const values = Uint8Array.from({ length: squares * squares }, (_, i) =>
    isSeen(2 * (i % squares) + 0.5, 2 * Math.floor(i / squares) + 0.5) ? 220 : 3,
  );
  return { width: squares, height: squares, origin: { x: 1.5, y: 1.5 }, step: { x: 4, y: 4 }, values };
}

/** The part of a shape that the mask covers. */
function covered({ values }: MaskGrid, isIn: Inside): number {
  let [all, marked] = [0, 0];
  for (const [i, value] of values.entries()) {
    if (!isIn(2 * (i % squares) + 0.5, 2 * Math.floor(i / squares) + 0.5)) continue;
    all++;
    marked += value >= 128 ? 1 : 0;
  }
  return marked / all;
}

const fromBall = (x: number, y: number): number => Math.hypot(x - 80, y - 100);
const isBall: Inside = (x, y) => fromBall(x, y) < 48;
const isBallRim: Inside = (x, y) => isBall(x, y) && fromBall(x, y) > 36;

describe('the inside of what a network has seen the rim of', () => {
  test('of a ball is added, and nothing beside it', () => {
    const mask = completeMask(maskOf(isBallRim), previewOf(isBall), diameterPx);
    expect(covered(mask, isBall)).toBeGreaterThan(0.98);
    expect(covered(mask, (x, y) => fromBall(x, y) > 52)).toBe(0);
  });

  test('of carbon beyond an edge is added, and not the clean side, which has the same rim', () => {
    const isCarbon: Inside = (x, y) => x + 0.4 * y > 150;
    const isEdge: Inside = (x, y) => isCarbon(x, y) && x + 0.4 * y < 166;
    const mask = completeMask(maskOf(isEdge), previewOf(isCarbon), diameterPx);
    expect(covered(mask, isCarbon)).toBeGreaterThan(0.95);
    expect(covered(mask, (x, y) => x + 0.4 * y < 142)).toBe(0);
  });

  test('stays as it is where the network has seen a quarter of the rim, or where there is no body', () => {
    const quarter = maskOf((x, y) => isBallRim(x, y) && x > 80 && y > 100);
    expect(completeMask(quarter, previewOf(isBall), diameterPx).values).toEqual(quarter.values);
    const ring = maskOf(isBallRim);
    expect(
      completeMask(
        ring,
        previewOf(() => false),
        diameterPx,
      ).values,
    ).toEqual(ring.values);
  });

  test('is not asked for where the network sees nothing', () => {
    expect(seesContamination(maskOf(() => false))).toBe(false);
    expect(seesContamination(maskOf(isBallRim))).toBe(true);
  });
});
