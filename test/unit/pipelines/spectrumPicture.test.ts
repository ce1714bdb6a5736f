import { expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { contrastTransfer, transferZeros } from '../../../src/pipelines/simulation/optics.ts';
import { cutRegion, pictureOf, squareEdge } from '../../../src/pipelines/spectrumPicture.ts';

test('a region is cut to the picture, in whole pixels', () => {
  const plane = { width: 100, height: 80 };
  expect(cutRegion(undefined, plane)).toEqual({ x: 0, y: 0, width: 100, height: 80 });
  expect(cutRegion({ x: -9.6, y: 70.4, width: 30, height: 30 }, plane)).toEqual({
    x: 0,
    y: 70,
    width: 20,
    height: 10,
  });
  expect(cutRegion({ x: 200, y: 0, width: 30, height: 30 }, plane).width).toBe(0);
});

test('squares are half of a small part, 512 px of a large one, and of a length with small factors', () => {
  expect(squareEdge({ width: 4096, height: 4096 })).toBe(512);
  expect(squareEdge({ width: 512, height: 700 })).toBe(256);
  expect(squareEdge({ width: 80, height: 80 })).toBe(64);
  const odd = squareEdge({ width: 694, height: 900 });
  expect(odd).toBeLessThanOrEqual(347);
  expect(odd).toBeGreaterThan(320);
  expect(odd % 2).toBe(0);
  expect(() => squareEdge({ width: 20, height: 900 })).toThrow(UsageError);
});

test('a peak over a falling ground is white, and the ground is as dark outside as inside', () => {
  const edge = 128;
  const random = createRandom(3);
  const power = Float32Array.from({ length: edge * edge }, (_, at) => {
    const radius = Math.hypot((at % edge) - edge / 2, Math.floor(at / edge) - edge / 2);
    return 100 * Math.exp(-radius / 12) * (0.8 + 0.4 * random.uniform());
  });
  power[(edge / 2 - 20) * edge + edge / 2 + 20] = 400;
  const { rgba, radial, background } = pictureOf({ power, edge, squares: 1 });
  const grey = (x: number, y: number): number => rgba[4 * (y * edge + x)] ?? -1;
  expect(grey(edge / 2 + 20, edge / 2 - 20)).toBe(255);
  const mean = (radius: number): number => {
    let sum = 0;
    for (let i = 0; i < 64; i++) {
      const angle = (2 * Math.PI * i) / 64;
      sum += grey(
        Math.round(edge / 2 + radius * Math.cos(angle)),
        Math.round(edge / 2 + radius * Math.sin(angle)),
      );
    }
    return sum / 64;
  };
  expect(Math.abs(mean(15) - mean(55))).toBeLessThan(30);
  expect(radial.length).toBe(edge / 2 + 1);
  expect(background.length).toBe(edge / 2 + 1);
  expect(rgba[3]).toBe(255);
});

test('zeros of the transfer function are where it is 0, all of them and in order', () => {
  const optics = {
    voltageKilovolt: 300,
    sphericalAberrationMm: 2.7,
    amplitudeContrast: 0.1,
    defocusAngstrom: 15000,
    envelopeAngstromSquared: 0,
  };
  const transfer = contrastTransfer(optics);
  const zeros = transferZeros(optics, 0.3);
  for (const zero of zeros) expect(Math.abs(transfer(zero))).toBeLessThan(1e-9);
  // Changes of sign on a fine grid count them.
  let changes = 0;
  for (let k = 1e-4; k < 0.3; k += 1e-4) if (transfer(k) * transfer(k - 1e-4) < 0) changes++;
  expect(zeros.length).toBe(changes);
  expect([...zeros].sort((a, b) => a - b)).toEqual(zeros);
  expect(transferZeros({ ...optics, sphericalAberrationMm: 0 }, 0.2).length).toBeGreaterThan(5);
});
