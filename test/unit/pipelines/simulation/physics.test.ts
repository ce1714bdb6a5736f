/** Ice, cameras and where particles lie. */
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  hexagonalIceAngstrom,
  iceContrast,
  iceRings,
  iceSpectrum,
  iceThickness,
  iceTransmission,
  showsIceRings,
} from '../../../../src/pipelines/simulation/ice.ts';
import { contrastTransfer } from '../../../../src/pipelines/simulation/optics.ts';
import { checkParameters, defaultSimulation } from '../../../../src/pipelines/simulation/parameters.ts';
import { placeAggregate, placeParticles } from '../../../../src/pipelines/simulation/placement.ts';
import { readVolume } from '../../../../src/pipelines/simulation/readVolume.ts';
import { cameraResponses, meanPower } from '../../../../src/pipelines/simulation/response.ts';
import { doseOf } from '../../../../src/pipelines/simulation/signalToNoise.ts';

describe('ice', () => {
  test('has the mean and variation that were asked for, changes slowly, and lets less through where it is thick', () => {
    const thickness = iceThickness(createRandom(3), 120, 90, 40, 4);
    const mean = thickness.reduce((a, b) => a + b, 0) / thickness.length;
    const variance = thickness.reduce((sum, value) => sum + (value - mean) ** 2, 0) / thickness.length;
    expect(mean).toBeCloseTo(40, 2);
    expect(Math.sqrt(variance)).toBeCloseTo(4, 2);
    for (let i = 1; i < 120; i++)
      expect(Math.abs((thickness[i] ?? 0) - (thickness[i - 1] ?? 0))).toBeLessThan(0.6);
    expect(iceTransmission(320)).toBeCloseTo(Math.exp(-1), 12);
    expect(iceContrast(120) / iceContrast(30)).toBeCloseTo(2, 12);
    // Power 1 / (1 + (100 Å·k)²).
    expect(iceSpectrum(0) ** 2).toBe(1);
    expect(iceSpectrum(0.01) ** 2).toBeCloseTo(0.5, 12);
    expect(iceSpectrum(0.1) ** 2).toBeCloseTo(1 / 101, 12);
  });

  test('of hexagonal crystals has its three rings, where pixels are small enough to show them', () => {
    for (const spacing of hexagonalIceAngstrom) expect(iceRings(1 / spacing)).toBeGreaterThan(0.99);
    for (const spacing of [3, 4.4, 10]) expect(iceRings(1 / spacing)).toBeLessThan(0.01);
    expect(showsIceRings(1.9)).toBe(true);
    expect(showsIceRings(2)).toBe(false);
  });
});

describe('a camera', () => {
  test.each([
    ['perfect', 1, 1],
    ['counting', 0.8, 0.298],
    ['integrating', 0.5, 0.5],
  ] as const)('that is %s has a DQE of %f, and %f at Nyquist', (kind, atZero, atNyquist) => {
    const { detectedPart, modulation, noise } = cameraResponses[kind];
    const dqe = (k: number): number => detectedPart * (modulation(k) / noise(k)) ** 2;
    expect(dqe(0)).toBeCloseTo(atZero, 9);
    expect(dqe(0.5)).toBeCloseTo(atNyquist, 3);
  });

  test('filters white noise to the mean of its power over the square of frequencies', () => {
    expect(meanPower(() => 1)).toBe(1);
    expect(meanPower((k) => k)).toBeCloseTo(1 / 6, 3);
  });

  test('the dose is what the electrons counted were before ice and camera', () => {
    const parameters = {
      ...defaultSimulation,
      pixelSizeAngstrom: 2,
      iceNanometre: 32,
      camera: 'counting' as const,
    };
    expect(doseOf(4 * 50 * 0.8 * Math.exp(-0.1), parameters)).toBeCloseTo(50, 9);
  });
});

test('a phase plate of a quarter wave makes contrast where there was least', () => {
  const optics = { ...defaultSimulation.optics, amplitudeContrast: 0, envelopeAngstromSquared: 0 };
  expect(contrastTransfer(optics)(0)).toBeCloseTo(0, 12);
  expect(contrastTransfer({ ...optics, phaseShiftRadians: Math.PI / 2 })(0)).toBeCloseTo(-1, 12);
});

describe('places', () => {
  test('of a crowd keep the distance that they are told, and out of what is forbidden', () => {
    const crowd = placeParticles(createRandom(2), 200, 400, 400, 40, {
      spacingDiameters: 0.6,
      isForbidden: ({ x }) => x > 200,
    });
    let nearest = Number.POSITIVE_INFINITY;
    for (const [i, a] of crowd.entries()) {
      expect(a.x).toBeLessThanOrEqual(200);
      for (const b of crowd.slice(i + 1)) nearest = Math.min(nearest, Math.hypot(a.x - b.x, a.y - b.y));
    }
    expect(nearest).toBeGreaterThanOrEqual(24);
    expect(nearest).toBeLessThan(30);
    expect(crowd.length).toBeGreaterThan(60);
  });

  test('of clusters gather', () => {
    const spread = (clusters: number): number => {
      const placed = placeParticles(createRandom(2), 40, 2000, 2000, 20, { clusters });
      const [x, y] = [0, 1].map(
        (axis) => placed.reduce((sum, p) => sum + (axis === 0 ? p.x : p.y), 0) / placed.length,
      );
      return Math.sqrt(
        placed.reduce((sum, p) => sum + (p.x - (x ?? 0)) ** 2 + (p.y - (y ?? 0)) ** 2, 0) / placed.length,
      );
    };
    expect(spread(1)).toBeLessThan(120);
    expect(spread(0)).toBeGreaterThan(500);
  });

  test('in a heap touch one another', () => {
    const heap = placeAggregate(createRandom(5), 12, 500, 500, 40);
    expect(heap).toHaveLength(12);
    for (const [i, a] of heap.entries()) {
      const others = heap.filter((_, j) => j !== i);
      expect(Math.min(...others.map((b) => Math.hypot(a.x - b.x, a.y - b.y)))).toBeLessThanOrEqual(32);
    }
  });
});

test.each([
  [{ aggregates: -1 }, /-1 aggregates/],
  [{ contaminants: { gold: 1.5 } }, /1.5 gold/],
  [{ spacingDiameters: 0 }, /spacingDiameters must be above 0/],
  [{ signalToNoise: Number.NaN }, /signalToNoise must be above 0/],
  [{ iceNanometre: -3 }, /iceNanometre must be from 0 to 1000/],
])('%j makes no micrograph', (over, words) => {
  expect(() => checkParameters({ ...defaultSimulation, ...over })).toThrow(words);
});

test('a file that is no volume is refused with its name', async () => {
  const file = {
    name: 'flat.mrc',
    width: 64,
    height: 64,
    frames: 1,
    pixelSizeAngstrom: 1,
    description: '',
    warnings: [],
    readRows: async () => new Float32Array(64 * 64),
  };
  await expect(readVolume(file)).rejects.toThrow(/flat.mrc has 64 × 64 × 1 voxels/);
  const volume = { ...file, frames: 64, pixelSizeAngstrom: undefined };
  await expect(readVolume(volume)).rejects.toThrow(/--voxel-size/);
  await expect(readVolume({ ...volume, width: 4096, height: 4096 })).rejects.toThrow(/bin it to 512/);
});
