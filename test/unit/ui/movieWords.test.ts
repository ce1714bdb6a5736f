import { describe, expect, it } from 'vitest';
import { gainOrientations } from '../../../src/dataset/exposure.ts';
import { acquisitionRows, factsText, summaryOf } from '../../../src/ui/panels/aboutFile.ts';
import { gainProblem } from '../../../src/ui/state/gain.ts';
import {
  doseText,
  frameWord,
  kindText,
  orientationWords,
  rangeText,
} from '../../../src/ui/state/movieWords.ts';
import { gainReference, image, movie } from './fixtures.ts';

describe('words for movies', () => {
  it('count frames from 1', () => {
    expect(rangeText({ first: 2, last: 19 }, 40)).toBe('Frames 3 to 20 of 40');
    expect(rangeText({ first: 0, last: 39 }, 40)).toBe('All 40 frames');
    expect(rangeText({ first: 6, last: 6 }, 40)).toBe('Frame 7 of 40');
  });

  it('give the share of the dose, of an EER movie by its raw frames', () => {
    const dosed = { ...movie, acquisition: { doseElectronsPerSquareAngstrom: 50 } };
    expect(doseText(movie, { first: 0, last: 9 })).toBeUndefined();
    expect(doseText(dosed, { first: 0, last: 9 })).toBe('12.5 of 50 e/Å²');
    expect(doseText(dosed, { first: 0, last: 39 })).toBe('50 e/Å²');
    // 40 fractions of 30 raw frames leave 50 of 1250 over.
    const eer = { ...dosed, rawFrames: 1250, framesPerFraction: 30 };
    expect(doseText(eer, { first: 0, last: 39 })).toBe('48 of 50 e/Å²');
  });

  it('call frames what they are', () => {
    expect((['movie', 'stack', 'volume', 'volume-stack'] as const).map(frameWord)).toEqual([
      'Frame',
      'Image',
      'Section',
      'Section',
    ]);
    expect(kindText({ kind: 'volume', frames: 60 })).toBe('Volume of 60 sections');
    expect(kindText(image)).toBeUndefined();
  });

  it('name every orientation differently', () => {
    expect(new Set(gainOrientations.map((at) => orientationWords[at])).size).toBe(8);
  });

  it('name both shapes where a gain reference does not fit', () => {
    const turned = { ...gainReference, operation: 'multiply', orientation: 3 } as const;
    expect(gainProblem({ ...turned, orientation: 6 }, movie)).toBeUndefined();
    expect(gainProblem(turned, movie)).toBe(
      'gain.mrc turned 90° clockwise is 80 × 100, but the frames of m.mrc are 100 × 80: they are shown without a gain reference.',
    );
  });
});

describe('about a file', () => {
  const fact = (verdict: 'good' | 'doubtful' | 'wrong') => ({
    name: 'MODE',
    value: '2',
    meaning: '32-bit float',
    verdict,
  });

  it('says in one sentence how far the header can be trusted', () => {
    expect(summaryOf([fact('good')])).toEqual({
      verdict: 'good',
      text: 'Everything in the header makes sense',
    });
    expect(summaryOf([fact('good'), fact('doubtful')]).text).toBe('1 doubtful thing in the header');
    expect(summaryOf([fact('doubtful'), fact('doubtful'), fact('wrong')])).toEqual({
      verdict: 'wrong',
      text: '1 wrong thing and 2 doubtful things in the header',
    });
  });

  it('gives what was recorded its units', () => {
    const rows = acquisitionRows({ voltageKilovolt: 300, defocusAngstrom: 15000, tiltDegrees: -30 });
    expect(rows).toEqual([
      ['Voltage', '300\u00a0kV'],
      ['Underfocus', '1.5\u00a0µm'],
      ['Tilt', '-30°'],
    ]);
  });

  it('is there as text, a fact a line', () => {
    const text = factsText({
      ...image,
      facts: [fact('good')],
      warnings: ['Pixel size 1.0 may be a placeholder.'],
    });
    expect(text.split('\n')).toContain('MODE\t2\t32-bit float\tgood');
    expect(text).toContain('placeholder');
  });
});
