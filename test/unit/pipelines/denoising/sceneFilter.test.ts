import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { SceneFilter } from '../../../../src/pipelines/denoising/training/sceneFilter.ts';

const side = 240;
const random = createRandom(9);
const white = (): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: side * side }, () => random.normal());

/** White noise under the filter 1 / (1 + (12 k)²). */
function soft(filter: SceneFilter): Float32Array<ArrayBuffer> {
  const picture = white();
  filter.filter(picture, new Float32Array(side * side), (k) => 1 / (1 + (12 * k) ** 2));
  return picture;
}

test('a scene’s filter is that of its true spectra, as often too strong as too weak', () => {
  const filter = new SceneFilter(side);
  const [clean, noise] = [soft(filter), white()];
  const gains = Array.from({ length: 41 }, () => filter.gain(random, clean, noise));
  for (const k of [0.03, 0.06, 0.1, 0.2, 0.35]) {
    const signal = (1 + (12 * k) ** 2) ** -2;
    const odds = gains.map((gain) => Math.log(gain(k) / (1 - gain(k)))).sort((a, b) => a - b);
    expect(Math.abs((odds[20] ?? 0) - Math.log(signal))).toBeLessThan(0.3);
    // Some are wrong, and by how much is bounded for those in the middle.
    expect((odds[36] ?? 0) - (odds[4] ?? 0)).toBeGreaterThan(0.6);
    expect((odds[30] ?? 0) - (odds[10] ?? 0)).toBeLessThan(2);
  }
  expect(gains[0]?.(0)).toBe(0);
});

test('without a signal nothing is passed', () => {
  const filter = new SceneFilter(side);
  const gain = filter.gain(random, new Float32Array(side * side), white());
  for (const k of [0, 0.01, 0.2, 0.5]) expect(gain(k)).toBe(0);
});
