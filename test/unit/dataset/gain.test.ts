import { expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { type GainOrientation, gainOrientations } from '../../../src/dataset/exposure.ts';
import {
  checkGainShape,
  customaryUsage,
  type Gain,
  gainFactors,
  orientGain,
  readGain,
} from '../../../src/dataset/gain.ts';

const gainOf = (rows: readonly (readonly number[])[]): Gain => ({
  name: 'gain.mrc',
  width: rows[0]?.length ?? 0,
  height: rows.length,
  pixels: Float32Array.from(rows.flat()),
});
const rowsOf = ({ width, height, pixels }: Gain): number[][] =>
  Array.from({ length: height }, (_, y) => [...pixels.subarray(y * width, (y + 1) * width)]);

const stored = gainOf([
  [1, 2, 3],
  [4, 5, 6],
]);
/** Written down by hand. */
const turned: Readonly<Record<GainOrientation, number[][]>> = {
  0: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  1: [
    [3, 6],
    [2, 5],
    [1, 4],
  ],
  2: [
    [6, 5, 4],
    [3, 2, 1],
  ],
  3: [
    [4, 1],
    [5, 2],
    [6, 3],
  ],
  4: [
    [3, 2, 1],
    [6, 5, 4],
  ],
  5: [
    [6, 3],
    [5, 2],
    [4, 1],
  ],
  6: [
    [4, 5, 6],
    [1, 2, 3],
  ],
  7: [
    [1, 4],
    [2, 5],
    [3, 6],
  ],
};

test.each(gainOrientations)(
  'orientation %i: quarter turns counter-clockwise, then mirrored',
  (orientation) => {
    expect(rowsOf(orientGain(stored, orientation))).toEqual(turned[orientation]);
  },
);

test('a reference of the wrong shape is refused with both shapes, and what to do', () => {
  const movie = { name: 'movie.tif', width: 2, height: 3 };
  const refusal = (gain: Gain, orientation: GainOrientation): FormatError => {
    try {
      checkGainShape(gain, orientation, movie);
    } catch (error) {
      if (error instanceof FormatError) return error;
    }
    throw new Error('It was not refused.');
  };
  expect(refusal(stored, 0).problem).toBe('wrong-shape');
  expect(refusal(stored, 0).message).toBe(
    'gain.mrc is 3 × 2 px, but the frames of movie.tif are 2 × 3 px: turn it by a quarter: orientation 1, 3, 5 or 7.',
  );
  expect(refusal(orientGain(stored, 1), 5).message).toBe(
    'gain.mrc is 3 × 2 px in orientation 5, but the frames of movie.tif are 2 × 3 px: do not turn it by a quarter: orientation 0, 2, 4 or 6.',
  );
  expect(refusal(gainOf([[1]]), 0).message).toContain('is 1 × 1 px, but');
  expect(() => checkGainShape(stored, 3, movie)).not.toThrow();
});

test('factors multiply as they are, or divide with a mean of 1; what is no gain is a defect', () => {
  const bad = [0, -1, Number.NaN, Number.POSITIVE_INFINITY];
  const gain = gainOf([[...bad, 2, 4]]);
  expect([...gainFactors({ gain, operation: 'multiply', orientation: 0 })]).toEqual([0, 0, 0, 0, 2, 4]);
  expect([...gainFactors({ gain, operation: 'divide', orientation: 4 })]).toEqual([0.75, 1.5, 0, 0, 0, 0]);
  // 1 / 1e-44 is beyond float32.
  expect([...gainFactors({ gain: gainOf([[1e-44, 1]]), operation: 'divide', orientation: 0 })]).toEqual([
    0, 0.5,
  ]);
  const dead = gainFactors({ gain: gainOf([[0, 0]]), operation: 'divide', orientation: 0 });
  expect([...dead]).toEqual([0, 0]);
});

test('only an MRC reference of an EER movie divides by custom', () => {
  expect(customaryUsage('MRC', 'EER')).toEqual({ operation: 'divide', orientation: 0 });
  expect(customaryUsage('TIFF', 'EER')).toEqual({ operation: 'multiply', orientation: 6 });
  expect(customaryUsage('MRC', 'MRC')).toEqual({ operation: 'multiply', orientation: 0 });
  expect(customaryUsage('DM4', 'TIFF')).toEqual({ operation: 'multiply', orientation: 0 });
});

test('is read whole from one picture, and not from a movie', async () => {
  const [width, height] = [2100, 1500];
  const micrograph = {
    name: 'gain.dm4',
    width,
    height,
    frames: 1,
    pixelSizeAngstrom: undefined,
    description: '',
    warnings: [],
    readRows: async (_: number, first: number, count: number) =>
      Float32Array.from({ length: count * width }, (_, i) => first * width + i),
  };
  const gain = await readGain(micrograph);
  expect([gain.name, gain.width, gain.height]).toEqual(['gain.dm4', width, height]);
  expect(gain.pixels.every((value, i) => value === i)).toBe(true);
  await expect(readGain({ ...micrograph, frames: 7 })).rejects.toThrow(
    'gain.dm4 has 7 frames, but a gain reference is one picture: choose the reference, not a movie.',
  );
});
