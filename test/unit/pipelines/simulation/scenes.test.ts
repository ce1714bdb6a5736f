import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  drawProtein,
  heldOutFamilies,
  proteinFamilies,
  trainingFamilies,
} from '../../../../src/pipelines/simulation/families.ts';
import { VolumeSpectrum } from '../../../../src/pipelines/simulation/projector.ts';
import { defaultScenes, TrainingScenes } from '../../../../src/pipelines/simulation/scenes.ts';

const small = { ...defaultScenes, sizePx: 96 };
const quiet = { ...small, contamination: 0, effects: 0, highpassDiameters: 0, clip: 1e9, withClean: true };

describe('proteins', () => {
  test.each(proteinFamilies)('%s: extent 1 about its centre of mass, never twice the same', (family) => {
    const random = createRandom(6);
    const [first, other] = [drawProtein(random, family), drawProtein(random, family)];
    expect(other).not.toEqual(first);
    for (const blobs of [first, other]) {
      const mass = blobs.reduce((sum, { weight }) => sum + weight, 0);
      for (const axis of ['x', 'y', 'z'] as const)
        expect(blobs.reduce((sum, blob) => sum + blob.weight * blob[axis], 0) / mass).toBeCloseTo(0, 9);
      let extent = 0;
      for (const a of blobs)
        for (const b of blobs)
          extent = Math.max(extent, Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z) + 2.2 * a.sigma);
      // Measured along 60 directions only, so it may be a few per cent short.
      expect(extent).toBeGreaterThan(0.99);
      expect(extent).toBeLessThan(1.12);
    }
  });

  test('what is held out is not trained on', () => {
    expect(trainingFamilies.length + heldOutFamilies.length).toBe(proteinFamilies.length);
    expect(heldOutFamilies.some((family) => trainingFamilies.includes(family))).toBe(false);
  });
});

describe('scenes', () => {
  test('are a pure function of seed and number', () => {
    const [one, same] = [new TrainingScenes(small), new TrainingScenes(small)];
    const first = one.at(3);
    one.at(4);
    expect(one.at(3)).toEqual(first);
    expect(same.at(3)).toEqual(first);
    expect(one.at(4).image).not.toEqual(first.image);
    expect(new TrainingScenes({ ...small, seed: 2 }).at(3).image).not.toEqual(first.image);
    const [zero, next] = one.from(3);
    expect(zero).toEqual(first);
    expect(next).toEqual(one.at(4));
  });

  test('have the noise that their signal-to-noise says, to 5 %, other noise in the second picture', () => {
    const scenes = new TrainingScenes({ ...quiet, sizePx: 240, signalToNoise: { low: 0.2, high: 0.2 } });
    let checked = 0;
    for (let index = 0; index < 12; index++) {
      const { image, second, clean, particles, extentPx, signalToNoise } = scenes.at(index);
      if (!clean) throw new Error('no clean picture');
      expect(signalToNoise).toBeCloseTo(0.2, 9);
      if (particles.length < 12) continue;
      const radius = extentPx / 2;
      const inside: number[] = [];
      for (let i = 0; i < image.length; i++) {
        const [x, y] = [i % 240, Math.floor(i / 240)];
        if (particles.some((p) => (p.x - x) ** 2 + (p.y - y) ** 2 <= radius ** 2)) inside.push(i);
      }
      const variance = (value: (i: number) => number, at: readonly number[]): number => {
        const mean = at.reduce((sum, i) => sum + value(i), 0) / at.length;
        return at.reduce((sum, i) => sum + (value(i) - mean) ** 2, 0) / at.length;
      };
      const all = [...image.keys()];
      const noise = variance((i) => (image[i] ?? 0) - (clean[i] ?? 0), all);
      const other = variance((i) => (second[i] ?? 0) - (clean[i] ?? 0), all);
      const both = variance((i) => (image[i] ?? 0) + (second[i] ?? 0) - 2 * (clean[i] ?? 0), all);
      // Independent: variances add.
      expect(Math.abs(both / (noise + other) - 1)).toBeLessThan(0.15);
      const signal = variance((i) => clean[i] ?? 0, inside);
      expect(Math.abs(signal / noise / signalToNoise - 1)).toBeLessThan(0.05);
      checked++;
    }
    expect(checked).toBeGreaterThan(4);
  });

  test('show their particles dark at the centres that they state, to 0.1 px', () => {
    // Balls, whose centre is where they are their own mirror image.
    const data = Float32Array.from({ length: 24 ** 3 }, (_, i) => {
      const [x, y, z] = [(i % 24) - 12, (Math.floor(i / 24) % 24) - 12, Math.floor(i / 576) - 12];
      return 1.7 / (1 + Math.exp(2 * (Math.hypot(x, y, z) - 8)));
    });
    const ball = new VolumeSpectrum({ side: 24, voxelSizeAngstrom: 6, diameterAngstrom: 100, data });
    const scenes = new TrainingScenes({
      ...quiet,
      sizePx: 192,
      volumes: [ball],
      families: [],
      signalToNoise: { low: 1, high: 1 },
    });
    const half = 8;
    const side = 2 * half + 1;
    const profiles = { x: new Float64Array(side), y: new Float64Array(side) };
    for (let index = 0; index < 10; index++) {
      const { clean, particles, sizePx } = scenes.at(index);
      for (const { x, y } of particles) {
        if (Math.min(x, y) < half + 2 || Math.max(x, y) > sizePx - half - 3) continue;
        for (let k = -half; k <= half; k++) {
          // Linear between the two nearest pixels, along either axis through the centre.
          const along = (u: number, v: number): number => {
            const [i, j] = [Math.floor(u), Math.floor(v)];
            const at = (a: number, b: number) => clean?.[(j + b) * sizePx + i + a] ?? 0;
            const [p, q] = [u - i, v - j];
            return (1 - q) * ((1 - p) * at(0, 0) + p * at(1, 0)) + q * ((1 - p) * at(0, 1) + p * at(1, 1));
          };
          profiles.x[half + k] = (profiles.x[half + k] ?? 0) + along(x + k, y);
          profiles.y[half + k] = (profiles.y[half + k] ?? 0) + along(x, y + k);
        }
      }
    }
    for (const profile of Object.values(profiles)) {
      expect(profile[half]).toBeLessThan(Math.min(profile[0] ?? 0, profile[side - 1] ?? 0) - 1);
      // The shift that makes it most like its own mirror image.
      let [best, least] = [0, Number.POSITIVE_INFINITY];
      for (let shift = -1; shift <= 1; shift += 0.02) {
        const at = (k: number): number => {
          const i = Math.floor(k);
          return (profile[i] ?? 0) * (1 - (k - i)) + (profile[i + 1] ?? 0) * (k - i);
        };
        let difference = 0;
        for (let k = 0.5; k < half - 1; k += 0.5)
          difference += (at(half + shift + k) - at(half + shift - k)) ** 2;
        if (difference < least) {
          least = difference;
          best = shift;
        }
      }
      expect(Math.abs(best)).toBeLessThan(0.1);
    }
  });

  test('keep particles out of contamination, and mark heaps and smeared borders', () => {
    const scenes = new TrainingScenes({ ...small, contamination: 4 });
    let [marked, ignored, particles] = [0, 0, 0];
    for (let index = 0; index < 12; index++) {
      const scene = scenes.at(index);
      expect(scene.image.every((value) => Math.abs(value) <= 6)).toBe(true);
      for (const { x, y } of scene.particles) {
        const [u, v] = [Math.round(x), Math.round(y)];
        if (Math.min(u, v) < 0 || Math.max(u, v) >= 96) continue;
        particles++;
        expect(scene.contamination[v * 96 + u]).toBe(0);
      }
      marked += scene.contamination.reduce((sum, bit) => sum + bit, 0);
      ignored += scene.ignore.reduce((sum, bit) => sum + bit, 0);
    }
    expect(particles).toBeGreaterThan(10);
    expect(marked / (12 * 96 * 96)).toBeGreaterThan(0.2);
    expect(marked / (12 * 96 * 96)).toBeLessThan(0.95);
    expect(ignored).toBeGreaterThan(100);
    const clean = new TrainingScenes(quiet).at(0);
    expect(clean.contamination.some((bit) => bit === 1)).toBe(false);
    expect(clean.ignore.some((bit) => bit === 1)).toBe(false);
  });

  test('take volumes as well as blobs', () => {
    const data = Float32Array.from({ length: 16 ** 3 }, (_, i) => {
      const [x, y, z] = [(i % 16) - 8, (Math.floor(i / 16) % 16) - 8, Math.floor(i / 256) - 8];
      return 1.7 / (1 + Math.exp(2 * (Math.hypot(x, y, 2 * z) - 5)));
    });
    const volume = new VolumeSpectrum({ side: 16, voxelSizeAngstrom: 8, diameterAngstrom: 84, data });
    const loud = { low: 1, high: 1 };
    const settings = { ...quiet, volumes: [volume], volumeShare: 1, signalToNoise: loud };
    const scene = new TrainingScenes(settings).at(1);
    expect(scene.protein).toBe('volume 0');
    expect(scene.pixelSizeAngstrom * scene.extentPx).toBeCloseTo(84, 6);
    const { particles, clean } = scene;
    const inside = particles.filter(({ x, y }) => Math.min(x, y) > 2 && Math.max(x, y) < 93);
    const mean = inside.reduce(
      (sum, { x, y }) => sum + (clean?.[Math.round(y) * 96 + Math.round(x)] ?? 0),
      0,
    );
    expect(inside.length).toBeGreaterThan(0);
    expect(mean / inside.length).toBeLessThan(-0.05);
  });
});
