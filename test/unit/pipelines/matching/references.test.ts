import { describe, expect, test } from 'vitest';
import { previewReferences } from '../../../../src/pipelines/matching/preview.ts';
import {
  allPictures,
  averageReferences,
  volumeViews,
} from '../../../../src/pipelines/matching/references.ts';
import { filteredSquare, sampleAt } from '../../../../src/pipelines/matching/square.ts';
import { summedArea, turnedTemplate } from '../../../../src/pipelines/matching/templates.ts';
import { thresholdByDecoys } from '../../../../src/pipelines/matching/threshold.ts';
import { turnsOfHalfCircle, viewsOfHalfSphere } from '../../../../src/pipelines/matching/views.ts';
import { whiteningOf } from '../../../../src/pipelines/matching/whitening.ts';
import { VolumeSpectrum } from '../../../../src/pipelines/simulation/projector.ts';
import { particleVolume } from '../../../../src/pipelines/simulation/volume.ts';

/** A lopsided blob about (cx, cy) of a square. */
function blob(side: number, cx: number, cy: number, sigma: number, height = 1) {
  return Float32Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(i % side) - cx, Math.floor(i / side) - cy];
    return height * Math.exp(-(x * x + 2.5 * y * y) / (2 * sigma * sigma)) * (1 + 0.05 * x);
  });
}

describe('views and turns', () => {
  test('views are rotations about as far apart as was asked for', () => {
    const views = viewsOfHalfSphere(20);
    const looks = views.map((rotation) => rotation.slice(6));
    const nearest = looks.map((a, i) =>
      Math.max(...looks.map((b, j) => (i === j ? -1 : a.reduce((sum, v, k) => sum + v * (b[k] ?? 0), 0)))),
    );
    for (const cosine of nearest) {
      const degrees = (Math.acos(cosine) * 180) / Math.PI;
      expect(degrees).toBeGreaterThan(10);
      expect(degrees).toBeLessThan(30);
    }
    for (const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] of views) {
      expect(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)).toBeCloseTo(1, 10);
      expect(a * d + b * e + c * f).toBeCloseTo(0, 10);
    }
  });

  test.each([
    [15, 12],
    [50, 4],
    [90, 2],
  ])('%i° make %i turns of half a circle', (step, count) => {
    expect(turnsOfHalfCircle(step)).toHaveLength(count);
  });
});

describe('squares', () => {
  test.each([130, 0.03, Number.NaN])('are not sampled anew at %f Å from 2 Å', (pixel) => {
    const square = { side: 40, pixelSizeAngstrom: 2, data: new Float32Array(1600) };
    expect(() => filteredSquare(square, () => 1, pixel)).toThrow(
      /^A reference with pixels of 2 Å can't be matched at .* check its pixel size and the diameter\.$/,
    );
  });

  test('sampled anew, the centre stays and so do the values', () => {
    const side = 40;
    const square = { side, pixelSizeAngstrom: 2, data: blob(side, 22, 19, 4) };
    const fine = filteredSquare(square, () => 1, 1.3);
    const scale = square.pixelSizeAngstrom / fine.pixelSizeAngstrom;
    expect(Math.abs(fine.pixelSizeAngstrom / 1.3 - 1)).toBeLessThan(0.05);
    for (const [x, y] of [
      [22, 19],
      [18, 20],
      [25, 24],
    ] as const) {
      const value = sampleAt(
        fine,
        fine.side / 2 + scale * (x - side / 2),
        fine.side / 2 + scale * (y - side / 2),
      );
      expect(value).toBeCloseTo(square.data[y * side + x] ?? Number.NaN, 2);
    }
  });
});

describe('templates', () => {
  const square = { side: 64, pixelSizeAngstrom: 1, data: blob(64, 36, 30, 6) };

  test('have a sum of 0 and a sum of squares of 1', () => {
    const { values } = turnedTemplate(square, 33, 2, 9.3);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 4);
    expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  });

  test('a quarter turn goes from x towards y', () => {
    const { reach, values } = turnedTemplate(square, 0, 2, 9.3);
    const turned = turnedTemplate(square, 90, 2, 9.3).values;
    const side = 2 * reach + 1;
    const at = (x: number, y: number) => (y + reach) * side + x + reach;
    for (const [x, y] of [
      [2, -1],
      [-3, 4],
      [5, 2],
    ] as const)
      expect(turned[at(-y, x)]).toBeCloseTo(values[at(x, y)] ?? Number.NaN, 5);
  });

  test('the table of sums ends with the sums of all', () => {
    const template = turnedTemplate(square, 10, 2, 7);
    const table = summedArea(template);
    expect(table.at(-2)).toBeCloseTo(0, 4);
    expect(table.at(-1)).toBeCloseTo(1, 5);
  });
});

describe('references', () => {
  test.each([1, -1])('protein is bright whatever the averages have (%i)', (sign) => {
    const side = 32;
    const pixels = blob(side, 16, 16, 3, sign).map((value) => value + 5);
    const stack = { name: 'a.mrcs', sidePx: side, pixelSizeAngstrom: 4, pixels };
    const [picture] = averageReferences(stack, 60, false).pictures;
    expect(picture?.data[16 * side + 16]).toBeGreaterThan(0);
    expect(picture?.data[0]).toBeCloseTo(0, 6);
  });

  test('empty classes are left out; nothing else is refused', () => {
    const side = 32;
    const pixels = new Float32Array(2 * side * side);
    pixels.set(blob(side, 16, 16, 3), side * side);
    const stack = { name: 'a.mrcs', sidePx: side, pixelSizeAngstrom: 4, pixels };
    expect(averageReferences(stack, 60, false).pictures).toHaveLength(1);
    expect(() => averageReferences(stack, 200, false)).toThrow(/smaller than the particle/);
    const empty = { ...stack, pixels: new Float32Array(side * side) };
    expect(() => averageReferences(empty, 60, false)).toThrow(/no picture of a particle/);
  });

  test('views of a map show all of its mass, protein bright', () => {
    const n = 24;
    const data = Float32Array.from({ length: n ** 3 }, (_, i) => {
      const [x, y, z] = [(i % n) - 11, (Math.floor(i / n) % n) - 12, Math.floor(i / n / n) - 12];
      return x * x + y * y + 2 * z * z < 36 ? 1 : 0;
    });
    const map = { name: 'map', width: n, height: n, sections: n, voxelSizeAngstrom: 3, data };
    const { pictures, mirrors } = allPictures(volumeViews(new VolumeSpectrum(particleVolume(map)), 5, 60));
    expect(mirrors).toBe(true);
    const masses = pictures.map((one) => one.data.reduce((sum, value) => sum + value, 0));
    for (const mass of masses) expect(mass / (masses[0] ?? 1)).toBeCloseTo(1, 2);
    expect(masses[0]).toBeGreaterThan(0);
    expect(() => volumeViews(new VolumeSpectrum(particleVolume(map)), 0.01, 60)).toThrow(
      'check its pixel size',
    );
  });

  test('a preview makes no more of them than it shows, and stops when nobody waits', async () => {
    const made: number[] = [];
    const square = { side: 40, pixelSizeAngstrom: 2, data: blob(40, 20, 20, 4) };
    const origins = Array.from({ length: 30 }, () => ({ classNumber: 1, rotation: [] }));
    const views = {
      kind: 'volume' as const,
      origins,
      mirrors: true,
      picture: (index: number) => {
        made.push(index);
        return square;
      },
    };
    const settings = {
      ...{ diameterAngstrom: 60, brightParticles: false, angularStepDegrees: 15 },
      ...{ optics: undefined, lowpassAngstrom: undefined, mirrors: false },
    };
    const preview = await previewReferences(views, settings, 24, 3);
    expect(made).toEqual([0, 10, 20]);
    expect(preview.pictures.map(({ length }) => length)).toEqual([576, 576, 576]);
    // Protein is dark, as in the micrograph.
    const [shown = new Uint8ClampedArray()] = preview.pictures;
    expect(shown[12 * 24 + 12]).toBeLessThan(shown[0] ?? 0);
    const signal = AbortSignal.abort();
    await expect(previewReferences(views, settings, 24, 3, { signal })).rejects.toThrow(/abort/i);
    expect(made).toHaveLength(3);
  });
});

describe('whitening', () => {
  test('makes a spectrum flat, but for what a filter is to keep', () => {
    const edge = 32;
    const noise = (k: number) => 1 / (0.01 + k * k);
    const kept = (k: number) => 1 - Math.exp(-((k / 0.05) ** 2));
    const power = Float32Array.from({ length: edge * edge }, (_, i) => {
      const k = Math.hypot((i % edge) - edge / 2, Math.floor(i / edge) - edge / 2) / edge;
      return noise(k) * kept(k) ** 2;
    });
    const whitening = whiteningOf({ power, edge, squares: 1 }, kept, 2 / edge);
    for (const k of [0.15, 0.25, 0.4]) expect(whitening(k) ** 2 * noise(k)).toBeCloseTo(1, 1);
    // Below the least frequency the power counts as that there.
    expect(whitening(0)).toBeCloseTo(whitening(2 / edge), 6);
  });
});

describe('the threshold', () => {
  const scored = (...scores: number[]) => scores.map((score) => ({ x: 0, y: 0, score }));
  const found = scored(...Array.from({ length: 40 }, (_, i) => 20 - i / 4));

  test('lets a tenth of what is found be false', () => {
    // Candidates at 20, 19.75, …; the third decoy comes before the 26th, the fourth before the 30th.
    const decoys = scored(15, 14.5, 13.8, 12.8, 12.7, 12.6, 12.5);
    expect(thresholdByDecoys(found, decoys)).toBe(14);
  });

  test('is the lowest score where nothing of opposite contrast is found, and the highest where all is noise', () => {
    expect(thresholdByDecoys(found, [])).toBe(found.at(-1)?.score);
    expect(thresholdByDecoys(found, scored(30, 29, 28, 27, 26))).toBe(20);
    expect(thresholdByDecoys([], [])).toBe(0);
  });
});
