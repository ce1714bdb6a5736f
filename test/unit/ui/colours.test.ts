import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLASS_COLOURS } from '../../../src/dataset/pickClasses.ts';
import { comparisonColours } from '../../../src/ui/viewer/comparisonStyle.ts';
import { pickColours, type Rgb, rgbOf } from '../../../src/ui/viewer/pickStyle.ts';
import { distanceTo, eyes } from '../../reference/colourBlindness.ts';

/** Well beyond what can just be told apart side by side (2.3): these are thin lines on noise. */
const leastDistance = 18;
/** Words and marks, which are larger, and say the same again by what they are. */
const leastOfMarks = 15;

function closePairs(colours: Readonly<Record<string, Rgb>>, least = leastDistance): string[] {
  const all = Object.entries(colours);
  return eyes.flatMap((eye) =>
    all.flatMap(([one, a], i) =>
      all.slice(i + 1).flatMap(([other, b]) => {
        const distance = distanceTo(eye, a, b);
        return distance < least ? [`${eye}: ${one} and ${other}, ${distance.toFixed(1)}`] : [];
      }),
    ),
  );
}

test('the simulation knows what is hard to tell apart', () => {
  const [red, olive]: readonly [Rgb, Rgb] = [
    [0.8, 0.4, 0.2],
    [0.55, 0.55, 0.2],
  ];
  expect(distanceTo('all cones', red, olive)).toBeGreaterThan(40);
  expect(distanceTo('deuteranopia', red, olive)).toBeLessThan(12);
});

test('origins of picks differ to all eyes', () => {
  const { cnn, manual, imported, candidate } = pickColours;
  expect(closePairs({ cnn, manual, imported, candidate })).toEqual([]);
});

test('parts of a comparison differ to all eyes', () => {
  expect(closePairs(comparisonColours)).toEqual([]);
});

test('classes differ to all eyes', () => {
  expect(closePairs(Object.fromEntries(CLASS_COLOURS.map((colour) => [colour, rgbOf(colour)])))).toEqual([]);
});

test('good, doubtful and bad differ to all eyes, in dark and in light', () => {
  const [dark = '', light = ''] = readFileSync('src/ui/theme/tokens.css', 'utf8').split(
    '[data-theme="light"]',
  );
  for (const theme of [dark, light]) {
    const token = (name: string): Rgb => {
      const found = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(theme)?.[1];
      if (found === undefined) throw new Error(`The theme has no colour ${name}.`);
      return rgbOf(found);
    };
    const marks = { good: token('good'), doubtful: token('warn'), bad: token('danger') };
    expect(closePairs(marks, leastOfMarks)).toEqual([]);
  }
});
