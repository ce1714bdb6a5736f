import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../../src/core/errors.ts';
import { checkFramesPerFraction, defaultFramesPerFraction } from '../../../../src/formats/eer/fractions.ts';
import { readEerMetadata } from '../../../../src/formats/eer/metadata.ts';
import { eerMetadata } from '../../../fixtures/eer.ts';

describe('metadata of the camera', () => {
  test('pixel size in Å, dose per Å², exposure, and every item as a fact', () => {
    const { pixelSizeAngstrom, acquisition, statedFrames, facts } = readEerMetadata(
      eerMetadata([
        ['commercialName', 'Falcon 4i'],
        ['exposureTime', '2.11', 's'],
        ['numberOfFrames', '648'],
        ['sensorPixelSize.height', '7.06e-11', 'm'],
        ['sensorPixelSize.width', '7.06e-11', 'm'],
        ['totalDose', '19.93744', 'e/pixel'],
        ['phase', '3'],
      ]),
    );
    expect(pixelSizeAngstrom).toBe(0.706);
    expect(acquisition.exposureSeconds).toBe(2.11);
    expect(acquisition.doseElectronsPerSquareAngstrom).toBeCloseTo(40, 5);
    expect(statedFrames).toBe(648);
    expect(facts.map(({ name, value }) => `${name} ${value}`)).toEqual([
      'commercialName Falcon 4i',
      'exposureTime 2.11 s',
      'numberOfFrames 648',
      'sensorPixelSize.height 7.06e-11 m',
      'sensorPixelSize.width 7.06e-11 m',
      'totalDose 19.93744 e/pixel',
      'phase 3',
    ]);
    expect(facts.every(({ meaning, verdict }) => meaning !== '' && verdict === 'good')).toBe(true);
  });

  test.each([
    ['none', undefined],
    ['empty', ''],
    ['no items', '<metadata></metadata>'],
    ['cut off', '<metadata><item name="sensorPixelSize.width" unit="m">7e-1'],
    ['no number', '<item name="sensorPixelSize.width" unit="m">wide</item>'],
    ['negative', '<item name="sensorPixelSize.width" unit="m">-7e-11</item>'],
    ['another unit', '<item name="sensorPixelSize.width" unit="nm">0.07</item>'],
    ['the pixel of the chip, 14 µm', '<item name="sensorPixelSize.width" unit="m">1.4e-5</item>'],
  ])('no pixel size: %s', (_, xml) => {
    expect(readEerMetadata(xml).pixelSizeAngstrom).toBeUndefined();
    expect(readEerMetadata(xml).acquisition.doseElectronsPerSquareAngstrom).toBeUndefined();
  });

  test('attributes in any order; the first of two items counts; no control characters, no end of items', () => {
    const { pixelSizeAngstrom, facts } = readEerMetadata(
      '<item unit="m" name="sensorPixelSize.width">1e-10</item>' +
        '<item name="sensorPixelSize.width" unit="m">2e-10</item><item name="a\u001b[31m">x\u0007y</item>',
    );
    expect(pixelSizeAngstrom).toBe(1);
    expect(facts[1]).toMatchObject({ name: 'a [31m', value: 'x y' });
    const many = Array.from({ length: 1000 }, (_, i) => [`n${i}`, `${i}`] as const);
    expect(readEerMetadata(eerMetadata(many)).facts).toHaveLength(64);
  });

  test('64 KiB of anything are read in no time', () => {
    for (const piece of ['<item ', '<item name="', '<item name="a">', '<item name="a" unit="b">1', '<']) {
      const start = performance.now();
      readEerMetadata(piece.repeat(65536 / piece.length));
      expect(performance.now() - start).toBeLessThan(500);
    }
  });
});

describe('raw frames of a fraction', () => {
  test.each([
    // 1000 frames of 0.04 e/Å²: 40 fractions of 1 e/Å².
    [1000, 0.04, 25],
    // 1011 frames: 40 fractions of 25 leave 11 over, as few as can be.
    [1011, 0.04, 25],
    [1079, 0.04, 25],
    [30, 0.01, 30],
    [30, 2, 1],
    [1, 1e-6, 1],
    [1080, undefined, 40],
    [999, undefined, 39],
    [12, undefined, 12],
    [65_535, 1e-9, 65_535],
  ])('%i raw frames of %f e/Å² each: %i', (rawFrames, dose, expected) => {
    expect(defaultFramesPerFraction(rawFrames, dose)).toBe(expected);
  });

  test('every number of raw frames gives fractions near the wanted dose', () => {
    for (let rawFrames = 100; rawFrames < 2000; rawFrames += 7) {
      const dose = defaultFramesPerFraction(rawFrames, 0.03) * 0.03;
      expect(dose).toBeGreaterThan(0.75);
      expect(dose).toBeLessThan(1.25);
    }
  });

  test.each([
    [0, /0 raw frames can't make a fraction/],
    [2.5, /2.5 raw frames/],
    [-1, /whole number from 1 to 65535/],
    [Number.NaN, /NaN raw frames/],
    [65536, /65536 raw frames/],
  ])('%f is refused', (wanted, words) => {
    expect(() => checkFramesPerFraction(wanted)).toThrow(UsageError);
    expect(() => checkFramesPerFraction(wanted)).toThrow(words);
  });
});
