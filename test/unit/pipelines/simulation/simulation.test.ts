import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  contrastTransfer,
  interactionConstant,
  type Optics,
  wavelengthAngstrom,
} from '../../../../src/pipelines/simulation/optics.ts';
import { placeParticles } from '../../../../src/pipelines/simulation/placement.ts';
import { addProjection } from '../../../../src/pipelines/simulation/projection.ts';
import {
  particleBlobs,
  particleShapes,
  randomRotation,
} from '../../../../src/pipelines/simulation/shapes.ts';

describe('optics', () => {
  // Reimer and Kohl, Transmission Electron Microscopy (2008), table 2.1 and Kirkland (2010), table 2.1.
  test.each([
    [100, 0.037014, 0.924e-3],
    [200, 0.025079, 0.7288e-3],
    [300, 0.019687, 0.6526e-3],
  ])(
    'at %i kV the wavelength is %f Å and a volt·Å turns the phase by %f',
    (kilovolt, wavelength, constant) => {
      expect(wavelengthAngstrom(kilovolt)).toBeCloseTo(wavelength, 5);
      expect(interactionConstant(kilovolt) / constant).toBeCloseTo(1, 2);
    },
  );

  const optics: Optics = {
    voltageKilovolt: 300,
    sphericalAberrationMm: 0,
    amplitudeContrast: 0,
    defocusAngstrom: 15000,
    envelopeAngstromSquared: 0,
  };
  test('a pure phase object has its n-th zero at k² = n / (λ·defocus), and is dark before the first', () => {
    const transfer = contrastTransfer(optics);
    for (const n of [1, 2, 5]) {
      const zero = Math.sqrt(n / (wavelengthAngstrom(300) * 15000));
      expect(transfer(zero)).toBeCloseTo(0, 9);
      expect(Math.sign(transfer(zero * 0.99))).toBe(n % 2 === 1 ? -1 : 1);
      expect(Math.sign(transfer(zero * 1.01))).toBe(n % 2 === 1 ? 1 : -1);
    }
    expect(1 / Math.sqrt(1 / (wavelengthAngstrom(300) * 15000))).toBeCloseTo(17.18, 2);
  });

  test('the aberration moves the first zero outward, amplitude contrast and envelope are as defined', () => {
    const zero = Math.sqrt(1 / (wavelengthAngstrom(300) * 15000));
    expect(contrastTransfer({ ...optics, sphericalAberrationMm: 2.7 })(zero)).toBeLessThan(0);
    expect(contrastTransfer({ ...optics, amplitudeContrast: 0.1 })(0)).toBeCloseTo(-0.1, 12);
    const ratio =
      contrastTransfer({ ...optics, envelopeAngstromSquared: 60 })(0.1) / contrastTransfer(optics)(0.1);
    expect(ratio).toBeCloseTo(Math.exp(-0.15), 12);
  });
});

describe('particle shapes', () => {
  test.each(particleShapes)('%s is 1 long, 1.5 σ beyond its outermost centres, and peaks at 1', (shape) => {
    const blobs = particleBlobs(shape);
    let extent = 0;
    let density = 0;
    for (const a of blobs) {
      let here = 0;
      for (const b of blobs) {
        const distance = Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z);
        extent = Math.max(extent, distance + 1.5 * (a.sigma + b.sigma));
        here += b.weight * Math.exp(-(distance ** 2) / (2 * b.sigma ** 2));
      }
      density = Math.max(density, here);
    }
    expect(extent).toBeCloseTo(1, 9);
    expect(density).toBeCloseTo(1, 9);
  });

  test('orientations are rotations, spread evenly over the sphere', () => {
    const random = createRandom(5);
    const n = 20_000;
    const octants = new Array<number>(8).fill(0);
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const r = randomRotation(random);
      const row = (k: number): number[] => r.slice(3 * k, 3 * k + 3);
      const dot = (a: number[], b: number[]): number => a.reduce((sum, v, k) => sum + v * (b[k] ?? 0), 0);
      if (i < 100) {
        for (let a = 0; a < 3; a++)
          for (let b = 0; b < 3; b++) expect(dot(row(a), row(b))).toBeCloseTo(a === b ? 1 : 0, 12);
        const [a, b, c] = [row(0), row(1), row(2)];
        const cross = [1, 2, 0].map(
          (k) => (a[k] ?? 0) * (b[(k + 1) % 3] ?? 0) - (a[(k + 1) % 3] ?? 0) * (b[k] ?? 0),
        );
        expect(dot(cross, c)).toBeCloseTo(1, 12);
      }
      // Where the z axis goes: even in every octant, and its height has the variance 1/3.
      const [x = 0, y = 0, z = 0] = [r[2], r[5], r[8]];
      const octant = (x > 0 ? 1 : 0) + (y > 0 ? 2 : 0) + (z > 0 ? 4 : 0);
      octants[octant] = (octants[octant] ?? 0) + 1;
      squares += z * z;
    }
    // Five standard deviations of a binomial count.
    for (const count of octants) expect(Math.abs(count - n / 8)).toBeLessThan(5 * Math.sqrt((n * 7) / 64));
    expect(Math.abs(squares / n - 1 / 3)).toBeLessThan((5 * 0.3) / Math.sqrt(n));
  });
});

describe('placeParticles', () => {
  test('keeps a diameter between any two and half of one to the edge', () => {
    const [width, height, diameter] = [400, 300, 31];
    const placed = placeParticles(createRandom(1), 60, width, height, diameter);
    expect(placed).toHaveLength(60);
    for (const [i, a] of placed.entries()) {
      expect(Math.min(a.x, a.y, width - 1 - a.x, height - 1 - a.y)).toBeGreaterThanOrEqual(diameter / 2);
      for (const b of placed.slice(i + 1))
        expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThanOrEqual(diameter);
    }
  });

  test('gives up when no more fit', () => {
    const placed = placeParticles(createRandom(1), 500, 100, 100, 40);
    expect(placed.length).toBeGreaterThan(1);
    expect(placed.length).toBeLessThan(8);
  });
});

test('a projection is the integral through the density, wherever between the pixels it lies', () => {
  const blob = { x: 0.1, y: -0.2, z: 0.3, sigma: 0.05, weight: 2 };
  const [diameter, pixelSize] = [40, 1.5];
  const image = { data: new Float32Array(64 * 48), width: 64, height: 48 };
  // x to y, y to z, z to x.
  addProjection(image, [blob], [0, 0, 1, 1, 0, 0, 0, 1, 0], { x: 20.3, y: 22.9 }, diameter, pixelSize);
  const centre = { x: 20.3 + 0.3 * diameter, y: 22.9 + 0.1 * diameter };
  const sigma = 0.05 * diameter;
  let worst = 0;
  for (let y = 0; y < 48; y++) {
    for (let x = 0; x < 64; x++) {
      const r2 = (x - centre.x) ** 2 + (y - centre.y) ** 2;
      let integral = 0;
      for (let z = -40; z <= 40; z++)
        integral += 2 * Math.exp(-(r2 + (z / 4) ** 2) / (2 * sigma ** 2)) * 0.25;
      worst = Math.max(worst, Math.abs((image.data[y * 64 + x] ?? 0) - integral * pixelSize));
    }
  }
  // The cut at 4 σ: exp(−8) of the peak of 15.
  expect(worst).toBeLessThan(0.006);
});
