import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  bestGaussianDecibels,
  filteredDecibels,
  trueWienerDecibels,
} from '../../../../src/pipelines/denoising/idealFilters.ts';
import { areaVariance, particleArea, restoredDecibels } from '../../../../src/pipelines/denoising/score.ts';
import {
  drawScoreScene,
  recordedPicture,
  scoreSettings,
} from '../../../../src/pipelines/denoising/scoreScene.ts';
import { VolumeSpectrum } from '../../../../src/pipelines/simulation/projector.ts';

const whole = (length: number): Uint8Array => new Uint8Array(length).fill(1);

describe('restored decibels', () => {
  test('are those of the correlation, whatever brightness and contrast', () => {
    const clean = [1, 2, 3, 4];
    // Their correlation is 4 / √(5 · 5).
    const picture = [1, 3, 2, 4];
    const expected = -10 * Math.log10(1 - 0.8 ** 2);
    expect(restoredDecibels(clean, picture, whole(4))).toBeCloseTo(expected, 12);
    const other = picture.map((value) => 1000 - 7 * value);
    expect(restoredDecibels(clean, other, whole(4))).toBeCloseTo(expected, 9);
  });

  test('look at nothing outside the area, and are 0 where nothing can be told', () => {
    const area = Uint8Array.of(1, 1, 1, 0);
    expect(restoredDecibels([1, 2, 3, 90], [1, 2, 4, -90], area)).toBe(
      restoredDecibels([1, 2, 3], [1, 2, 4], whole(3)),
    );
    expect(restoredDecibels([1, 2, 3], [5, 5, 5], whole(3))).toBe(0);
    expect(restoredDecibels([1, 2, 3], [1, 2, 3], new Uint8Array(3))).toBe(0);
  });

  test('of a picture with noise are 10·log₁₀(1 + SNR)', () => {
    const random = createRandom(5);
    const clean = Float32Array.from({ length: 200_000 }, () => random.normal());
    const picture = clean.map((value) => 0.5 * value + random.normal());
    expect(restoredDecibels(clean, picture, whole(clean.length))).toBeCloseTo(10 * Math.log10(1.25), 1);
  });
});

test('the particle area is discs, cut at the borders, each pixel once', () => {
  const area = particleArea(
    { width: 9, height: 5 },
    [
      { x: 4, y: 2 },
      { x: 5, y: 2 },
      { x: 0, y: 0 },
    ],
    1,
  );
  const rows = [0, 1, 2, 3, 4].map((y) => [...area.subarray(9 * y, 9 * y + 9)].join(''));
  expect(rows).toEqual(['110000000', '100011000', '000111100', '000011000', '000000000']);
});

/** A dumbbell of two unequal balls. */
function dumbbell(): VolumeSpectrum {
  const side = 24;
  const data = new Float32Array(side ** 3);
  const ball = (cx: number, radius: number): void => {
    for (let z = 0; z < side; z++)
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++)
          if ((x - cx) ** 2 + (y - 12) ** 2 + (z - 12) ** 2 < radius * radius)
            data[(z * side + y) * side + x] = 1.7;
  };
  ball(8, 4);
  ball(16, 3);
  return new VolumeSpectrum({ side, voxelSizeAngstrom: 6, data, diameterAngstrom: 100 });
}

describe('a scene to score by', () => {
  const settings = {
    ...scoreSettings,
    size: 160,
    pixelSizeAngstrom: 5,
    particles: 12,
    areaRadiusAngstrom: 60,
    seed: 3,
  };
  const scene = drawScoreScene(dumbbell(), settings);

  test('has the signal-to-noise ratio that was asked for, and can be drawn again', () => {
    expect(scene.truth).toHaveLength(12);
    expect(areaVariance(scene.clean, scene.area)).toBeCloseTo(1, 5);
    expect(areaVariance(scene.noise, whole(160 * 160))).toBeCloseTo(1, 1);
    const picture = recordedPicture(scene, 0.25);
    const signal = picture.map((value, i) => value - (scene.noise[i] ?? 0));
    expect(areaVariance(signal, scene.area)).toBeCloseTo(0.25, 5);
    const again = drawScoreScene(dumbbell(), settings);
    expect([again.clean, again.noise]).toEqual([scene.clean, scene.noise]);
    expect(drawScoreScene(dumbbell(), { ...settings, seed: 4 }).noise).not.toEqual(scene.noise);
  });

  test('ranks what knows the spectra above what knows a width, and that above none', () => {
    for (const ratio of [0.3, 0.03]) {
      const raw = restoredDecibels(scene.clean, recordedPicture(scene, ratio), scene.area);
      expect(filteredDecibels(scene, ratio, () => 1)).toBeCloseTo(raw, 3);
      const gaussian = bestGaussianDecibels(scene, ratio);
      const wiener = trueWienerDecibels(scene, ratio);
      expect(gaussian.decibels).toBeGreaterThan(1.3 * raw);
      expect(wiener).toBeGreaterThan(gaussian.decibels);
    }
  });
});
