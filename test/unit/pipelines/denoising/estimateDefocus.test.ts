import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { transferSquared, usualMicroscope } from '../../../../src/pipelines/denoising/defocusFit.ts';
import { estimateDefocus } from '../../../../src/pipelines/denoising/estimateDefocus.ts';

const step = 1 / 512;
const rings = 257;
const pixelSizeAngstrom = 1.5;
/** Values behind each ring's mean, as of a picture of 2048². */
const values = Float32Array.from({ length: rings }, (_, ring) =>
  Math.max(1, Math.PI * ring * step * step * 2048 * 2048),
);

/** White noise of 1 and a falling signal seen through a transfer function, each ring as uncertain as its mean is. */
function spectrum(signal: number, defocusAngstrom: number) {
  const random = createRandom(6);
  const squared = transferSquared(usualMicroscope, defocusAngstrom, pixelSizeAngstrom);
  const power = Float32Array.from({ length: rings }, (_, ring) => {
    const k = ring * step;
    const mean = 1 + signal * Math.exp(-30 * k) * squared(k);
    return mean * (1 + random.normal() / Math.sqrt(values[ring] ?? 1));
  });
  return { step, power, values };
}

test('rings of 1.8 µm are found, and agree', async () => {
  const found = await estimateDefocus(spectrum(20, 18_000), pixelSizeAngstrom, usualMicroscope);
  expect(found.isSure).toBe(true);
  expect(Math.abs(found.defocusAngstrom / 18_000 - 1)).toBeLessThan(0.03);
  expect(found.certainty).toBeGreaterThan(0.9);
  expect(found.agreement).toBeGreaterThan(0.9);
  expect(found.fitted.length).toBe(rings);
  expect(found.noise.length).toBe(rings);
});

test('noise alone has no sure defocus', async () => {
  const found = await estimateDefocus(spectrum(0, 18_000), pixelSizeAngstrom, usualMicroscope);
  expect(found.isSure).toBe(false);
});
