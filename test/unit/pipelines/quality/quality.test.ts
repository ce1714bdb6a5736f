import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { openMicrograph } from '../../../../src/dataset/open.ts';
import { smoothBackground } from '../../../../src/pipelines/powerSpectrum.ts';
import { bandAmplitudes } from '../../../../src/pipelines/quality/bands.ts';
import { findForeignBodies } from '../../../../src/pipelines/quality/bodies.ts';
import { smearedBorder } from '../../../../src/pipelines/quality/border.ts';
import { preparePreview, previewLevel } from '../../../../src/pipelines/quality/preview.ts';
import { previewFeatures } from '../../../../src/pipelines/quality/quality.ts';
import { type QualityFeatures, scoreQuality } from '../../../../src/pipelines/quality/score.ts';
import { spectrumFeatures } from '../../../../src/pipelines/quality/spectrum.ts';
import { withFile } from '../../../../src/platform/node/files.ts';

function picture(size: number, at: (x: number, y: number, noise: () => number) => number) {
  const random = createRandom(3);
  const values = Float32Array.from({ length: size * size }, (_, i) =>
    at(i % size, Math.floor(i / size), () => random.normal()),
  );
  return preparePreview(values, size, size, 1);
}

describe('features of a preview', () => {
  test('sides are fast ones, and illumination is taken away and told', () => {
    expect([previewLevel(4096, 4096), previewLevel(512, 494), previewLevel(1240, 1200)]).toEqual([3, 0, 2]);
    const lit = picture(157, (x, y, noise) => noise() + 0.08 * x - 0.0004 * (y - 70) ** 2 + 40);
    expect([lit.width, lit.height]).toEqual([150, 150]);
    // 12 of the slope and about 2.6 of the bend at the corner.
    expect(lit.trendRange).toBeGreaterThan(12);
    expect(lit.trendRange).toBeLessThan(16);
    const mean = lit.data.reduce((sum, value) => sum + value, 0) / lit.data.length;
    expect(Math.abs(mean)).toBeLessThan(1e-3);
  });

  test('white noise is as strong in every octave; a long wave is strong in its own', () => {
    for (const amplitude of bandAmplitudes(picture(160, (_, __, noise) => noise())).slice(0, 4)) {
      expect(amplitude).toBeGreaterThan(0.88);
      expect(amplitude).toBeLessThan(1.12);
    }
    // 160 / 20 is a wave of 8 samples: on the border it counts to the finer octave; 160 / 7 is one of 23.
    const waves = picture(160, (x, _, noise) => noise() + 2 * Math.sin((2 * Math.PI * 7 * x) / 160));
    const [, , , long = 0] = bandAmplitudes(waves);
    expect(long).toBeGreaterThan(6);
  });

  test('foreign bodies are counted with their area, particles and noise are not', () => {
    const bodies = [
      { x: 40, y: 50, radius: 14 },
      { x: 120, y: 110, radius: 9 },
      { x: 60, y: 130, radius: 2.5 },
    ];
    const withBodies = picture(160, (x, y, noise) => {
      const isIn = bodies.some((body) => Math.hypot(x - body.x, y - body.y) < body.radius);
      return noise() - (isIn ? 6 : 0);
    });
    const found = findForeignBodies(withBodies);
    expect(found.count).toBe(2);
    expect(found.part).toBeGreaterThan(0.6 * ((Math.PI * (14 ** 2 + 9 ** 2)) / 160 ** 2));
    // Particles of 17 samples would be about as large as the smaller one.
    expect(findForeignBodies(withBodies, 17).count).toBe(1);
    expect(findForeignBodies(picture(160, (_, __, noise) => noise())).count).toBe(0);
  });

  test('a smeared border is measured on all sides', () => {
    const random = createRandom(5);
    const size = 160;
    const values = Float32Array.from({ length: size * size }, () => random.normal());
    const copy = Float32Array.from(values, (_, i) => {
      const [x, y] = [i % size, Math.floor(i / size)];
      return values[Math.min(143, y) * size + Math.max(8, x)] ?? 0;
    });
    const lost = smearedBorder(preparePreview(copy, size, size, 1));
    expect(lost).toBeCloseTo(1 - (1 - 8 / 160) * (1 - 16 / 160), 2);
    expect(smearedBorder(preparePreview(values, size, size, 1))).toBe(0);
  });
});

describe('features of a spectrum', () => {
  const spectrum = (radialAt: (ring: number) => number, pixelSizeAngstrom = 1.06) => {
    const edge = 512;
    const radial = Float32Array.from({ length: edge / 2 + 1 }, (_, ring) => radialAt(ring));
    const amplitude = new Float32Array(0);
    const background = smoothBackground(radial);
    return spectrumFeatures({
      edge,
      amplitude,
      radial,
      background,
      rings: [],
      pixelSizeAngstrom,
      nyquistAngstrom: 2 * pixelSizeAngstrom,
    });
  };

  test('ice is a sharp ring at its own length; coarse pixels can’t tell', () => {
    // 512 · 1.06 / 148 = 3.667 Å.
    const { iceRing } = spectrum((ring) => 2 - ring / 256 + (Math.abs(ring - 148) < 2 ? 1.3 : 0));
    expect(iceRing?.resolutionAngstrom).toBeCloseTo(3.67, 1);
    expect(iceRing?.ratio).toBeGreaterThan(1.8);
    expect(spectrum((ring) => 2 - ring / 256).iceRing?.ratio).toBeLessThan(1.02);
    expect(spectrum(() => 1, 2).iceRing).toBeUndefined();
  });

  test('Thon rings are the modulation of the radial amplitudes', () => {
    const modulated = spectrum((ring) => 1 + 0.2 * Math.sin(ring / 2));
    expect(modulated.thonContrast).toBeCloseTo(0.2 / Math.SQRT2, 1);
    expect(spectrum(() => 1).thonContrast).toBeLessThan(0.01);
  });
});

describe('the score', () => {
  const fine: QualityFeatures = {
    bands: [1, 1.8, 2, 1.8, 2],
    bodies: { count: 2, part: 0.01 },
    trendRange: 0.5,
    smearedBorder: 0,
  };

  test.each([
    ['good', {}, 'Nothing speaks against this micrograph.'],
    ['empty', { bands: [1, 1, 1, 1, 1] }, 'Empty: nothing stands out from the noise.'],
    ['empty', { picks: 0 }, 'No particle stands out from the noise.'],
    ['empty', { picks: 1 }, 'Only 1 particle stands out from the noise.'],
    ['contaminated', { contaminatedPart: 0.31 }, '31 % is covered by contamination.'],
    ['contaminated', { bodies: { count: 30, part: 0.06 } }, 'Contaminated: 30 foreign bodies cover 6 %.'],
    [
      'crystalline-ice',
      { spectrum: { iceRing: { resolutionAngstrom: 3.66, ratio: 2.1 }, thonContrast: 0 } },
      'Crystalline ice: a sharp ring at 3.7 Å, 2.1 times its surroundings.',
    ],
    [
      'rough-ice',
      { bands: [1, 2, 2, 6, 6] },
      'Rough ice or crystals: long waves are 3.0 times as strong as fine structure all over the picture.',
    ],
    [
      'uneven',
      { trendRange: 9 },
      'Uneven illumination or a film that ends: the brightness changes by 9.0 standard deviations across the picture.',
    ],
    ['smeared', { smearedBorder: 0.3 }, 'A smeared border takes 30 % of the picture.'],
  ] as const)('%s: %j', (mark, change, reason) => {
    const { score, ...said } = scoreQuality({ ...fine, ...change });
    expect([said.mark, said.reason]).toEqual([mark, reason]);
    if (mark === 'good') expect(score).toBe(1);
    else expect(score).toBeLessThan(0.8);
  });

  test.each([
    ['nothing', {}, 0],
    ['the picks', { picks: 0 }, 0],
    ['the film', { trendRange: 9 }, 0],
    ['rough ice', { bands: [1, 2, 2, 6, 6] }, 0.95],
    ['ice on the film', { contaminatedPart: 0.5 }, 0.95],
  ] as const)('of ice: %s', (_, change, ice) => {
    expect(scoreQuality({ ...fine, ...change }).ice).toBeCloseTo(ice);
  });

  test('what a network and a picker say comes before what the preview seems to tell', () => {
    expect(scoreQuality({ ...fine, bodies: { count: 40, part: 0.2 }, contaminatedPart: 0.02 }).score).toBe(1);
    expect(scoreQuality({ ...fine, bands: [1, 1, 1, 1, 1], picks: 200 }).score).toBe(1);
  });
});

const folder = new URL('../../../../../shared/data/quality/', import.meta.url).pathname;
const isThere = existsSync(folder);
if (!isThere) console.warn('shared/data/quality is missing: micrographs sorted by people are not looked at.');

// One of each end; all fifteen, and who was tuned on, are in the README of the pipeline.
test.skipIf(!isThere)('a great micrograph scores above a crystalline one', async () => {
  const score = async (name: string): Promise<number> => {
    const of = join(folder, name);
    const [file = ''] = readdirSync(of).sort();
    return await withFile(join(of, file), async (source) => {
      const { width, height, readRows } = await openMicrograph(source);
      const preview = preparePreview(await readRows(0, 0, height), width, height, 1);
      return scoreQuality(await previewFeatures(preview)).score;
    });
  };
  expect(await score('0Great')).toBeGreaterThan(0.8);
  expect(await score('4Crystalline_ice')).toBeLessThan(0.3);
});
