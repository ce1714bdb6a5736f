import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  type GainOperation,
  type GainOrientation,
  gainOrientations,
} from '../../../../src/dataset/exposure.ts';
import { type Gain, orientGain } from '../../../../src/dataset/gain.ts';
import { judgeGain } from '../../../../src/pipelines/movie/judgeGain.ts';

/** A reference as detectors have them: pixels that differ by 4 %, a dead column, a few dead pixels, a slow slope. */
function referenceOf(width: number, height: number, seed: number): Gain {
  const random = createRandom(seed);
  const pixels = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (x === Math.floor(width / 3) || random.uniform() < 1e-4) return 0;
    return Math.max(0.3, 1 + 0.04 * random.normal() + (0.1 * x) / width - (0.05 * y) / height);
  });
  return { name: 'gain.mrc', width, height, pixels };
}

/** Counts as a detector with this reference gives them, with blobs of thicker ice and some hot pixels. */
function countsOf(
  { width, pixels }: Gain,
  operation: GainOperation,
  electrons: number,
  seed: number,
): Float32Array<ArrayBuffer> {
  const random = createRandom(seed);
  return Float32Array.from(pixels, (gain, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (random.uniform() < 1e-4) return 100 * electrons;
    if (gain === 0) return 0;
    const ice = 1 + 0.1 * Math.sin(x / 17) * Math.cos(y / 23);
    return random.poisson(electrons * ice * (operation === 'multiply' ? 1 / gain : gain));
  });
}

const square = referenceOf(300, 300, 1);
const oblong = referenceOf(340, 260, 2);

test.each(
  gainOrientations.flatMap((orientation) =>
    (['multiply', 'divide'] as const).map((operation) => [orientation, operation] as const),
  ),
)('finds orientation %i and that it is to %s, from 40 frames and from 3', (orientation, operation) => {
  for (const gain of [square, oblong]) {
    for (const electrons of [40, 3]) {
      const turned = orientGain(gain, orientation);
      const { width, height } = turned;
      const raw = { width, height, pixels: countsOf(turned, operation, electrons, 3) };
      const judged = judgeGain(raw, gain);
      expect(judged.proposal).toEqual({ orientation, operation });
      expect(judged.orientations.map(({ fits }) => fits)).toEqual(
        gainOrientations.map((other) => gain === square || other % 2 === orientation % 2),
      );
      const best = judged.orientations[orientation];
      expect(Math.sign(best?.correlation ?? 0)).toBe(operation === 'multiply' ? -1 : 1);
      expect(best?.residual).toBeLessThan(1);
      const others = judged.orientations.filter(({ fits }, i) => fits && i !== orientation);
      for (const { residual, z } of others) {
        expect(residual).toBeGreaterThan(1 - 1e-3);
        expect(Math.abs(z ?? 0)).toBeLessThan(8);
      }
      expect(judged.verdict).toMatch(
        operation === 'multiply' ? /^Orientation \d, multiplying, / : /^Orientation \d, dividing, /,
      );
    }
  }
});

test('knows an orientation from the few electrons of one frame', () => {
  const judged = judgeGain({ ...square, pixels: countsOf(square, 'multiply', 1, 9) }, square);
  expect(judged.proposal).toEqual({ orientation: 0, operation: 'multiply' });
});

test('the residual is the variance that is left', () => {
  const raw = { ...square, pixels: countsOf(square, 'multiply', 400, 5) };
  const { residual } = judgeGain(raw, square).orientations[0] ?? {};
  // Counting noise of 1 / √400 and a pattern of 4 % before; the noise alone after it.
  const [noise, pattern] = [1 / 400, 0.04 ** 2];
  expect(residual).toBeCloseTo(noise / (noise + pattern), 1);
});

test.each([
  ['of another camera', countsOf(referenceOf(300, 300, 8), 'multiply', 40, 4)],
  [
    'of a movie that is corrected already',
    countsOf({ ...square, pixels: square.pixels.map(() => 1) }, 'divide', 40, 4),
  ],
  ['of nothing at all', new Float32Array(300 * 300)],
  ['of pixels that are no numbers', new Float32Array(300 * 300).fill(Number.NaN)],
])('proposes nothing for a reference %s', (_, pixels) => {
  const judged = judgeGain({ width: 300, height: 300, pixels }, square);
  expect(judged.proposal).toBeUndefined();
  expect(judged.verdict).toMatch(/^The movie shows no trace of this reference's pattern/);
});

test('proposes nothing where two orientations fit alike, and says which', () => {
  const mirrored = Float32Array.from(square.pixels, (value, i) => {
    const x = i % 300;
    return x < 150 ? value : (square.pixels[i - x + 299 - x] ?? 0);
  });
  const gain = { ...square, pixels: mirrored };
  const judged = judgeGain({ ...gain, pixels: countsOf(gain, 'multiply', 40, 6) }, gain);
  expect(judged.proposal).toBeUndefined();
  expect(judged.verdict).toMatch(/^Orientations (0 and 4|4 and 0) fit about equally well/);
});

test('says where no orientation has the right shape', () => {
  const judged = judgeGain({ width: 100, height: 90, pixels: new Float32Array(9000) }, oblong);
  expect(judged.orientations.every(({ fits, z, thumbnail }) => !fits && z === undefined && !thumbnail)).toBe(
    true,
  );
  expect(judged.verdict).toBe('gain.mrc is 340 × 260 px and fits frames of 100 × 90 px in no orientation.');
});

test('thumbnails are small, and flat only where the reference lies right', () => {
  const orientation: GainOrientation = 6;
  // A coarse pattern, which survives being made small.
  const random = createRandom(3);
  const blocks = Array.from({ length: 100 }, () => 1 + 0.2 * random.normal());
  const pixels = Float32Array.from({ length: 600 * 500 }, (_, i) => {
    const [x, y] = [i % 600, Math.floor(i / 600)];
    return (blocks[Math.floor(x / 60) + 10 * Math.floor(y / 50)] ?? 1) * (1 + 0.03 * random.normal());
  });
  const gain = { name: 'gain.mrc', width: 600, height: 500, pixels };
  const turned = orientGain(gain, orientation);
  const judged = judgeGain({ ...turned, pixels: countsOf(turned, 'multiply', 400, 6) }, gain);
  const spread = judged.orientations.map(({ thumbnail }) => {
    if (!thumbnail) return undefined;
    expect([thumbnail.width, thumbnail.height, thumbnail.data.length]).toEqual([256, 213, 256 * 213]);
    const mean = thumbnail.data.reduce((sum, value) => sum + value, 0) / thumbnail.data.length;
    expect(Math.abs(mean - 128)).toBeLessThan(12);
    return Math.sqrt(
      thumbnail.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / thumbnail.data.length,
    );
  });
  expect(spread.map((value) => value !== undefined)).toEqual([
    true,
    false,
    true,
    false,
    true,
    false,
    true,
    false,
  ]);
  for (const other of [0, 2, 4]) expect(spread[orientation]).toBeLessThan(0.4 * (spread[other] ?? 0));
});
