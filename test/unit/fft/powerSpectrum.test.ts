import { describe, expect, test } from 'vitest';
import { radialMeans, resolutionRings, smoothBackground } from '../../../src/pipelines/powerSpectrum.ts';

describe('resolution rings', () => {
  test('lie where their resolution is, within Nyquist', () => {
    const rings = resolutionRings(512, 1.5);
    expect(rings.map(({ resolutionAngstrom }) => resolutionAngstrom)).toEqual([
      30, 20, 15, 10, 8, 6, 5, 4, 3.7, 3,
    ]);
    expect(rings.at(-1)).toEqual({ resolutionAngstrom: 3, radius: 256 });
    expect(rings[3]?.radius).toBeCloseTo(76.8, 12);
    expect(resolutionRings(512, 0.5).at(-1)?.resolutionAngstrom).toBe(1);
  });
});

describe('the radial mean', () => {
  test('is the mean over circles around edge/2', () => {
    const edge = 20;
    const values = Float32Array.from({ length: edge * edge }, (_, i) =>
      Math.round(Math.hypot((i % edge) - 10, Math.floor(i / edge) - 10)),
    );
    expect([...radialMeans(values, edge)]).toEqual(Array.from({ length: 11 }, (_, ring) => ring));
  });
});

describe('the smooth background', () => {
  test('follows a falling ground closely and is not moved by rings on it', () => {
    const rings = 257;
    const ground = (ring: number): number => 3 * Math.exp(-ring / 120) + 0.4;
    const plain = smoothBackground(Array.from({ length: rings }, (_, ring) => ground(ring)));
    const wavy = smoothBackground(
      Array.from({ length: rings }, (_, ring) => ground(ring) * (1 + 0.3 * Math.cos((ring / 16) ** 2))),
    );
    for (let ring = 8; ring < rings; ring++) {
      expect(Math.abs((plain[ring] ?? 0) / ground(ring) - 1)).toBeLessThan(0.01);
      expect(Math.abs((wavy[ring] ?? 0) / ground(ring) - 1)).toBeLessThan(0.15);
    }
  });

  test('is finite and above 0 for any profile', () => {
    for (const profile of [[0], [0, 0], [1, 0, 0, 0], new Array<number>(17).fill(0), [5, 4, 3, 2, 1]]) {
      const background = smoothBackground(profile);
      expect(background).toHaveLength(profile.length);
      expect(background.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    }
  });
});
