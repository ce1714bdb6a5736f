import { createRoot } from 'solid-js';
import { describe, expect, test } from 'vitest';
import { type Figure, lineOf, regionOf } from '../../../src/ui/state/measuring.ts';
import { distanceText, lineText, profileTable, sizeText } from '../../../src/ui/state/measuringWords.ts';
import { panStep } from '../../../src/ui/state/panning.ts';
import { createPresentation } from '../../../src/ui/state/presentation.ts';

const figure = (x: number, y: number, kind: Figure['kind'] = 'ruler'): Figure => ({
  kind,
  from: { x: 10, y: 20 },
  to: { x, y },
});

describe('figures', () => {
  test('a line has a length and the angle that is seen', () => {
    expect(lineOf(figure(13, 16))).toEqual({ lengthPx: 5, degrees: expect.closeTo(53.13, 2) });
    expect(lineOf(figure(10, 30)).degrees).toBe(90);
    expect(lineOf(figure(0, 20)).degrees).toBe(0);
    expect(lineText(figure(13, 16))).toBe('5 px, at 53°');
    expect(lineText(figure(13, 16), { x: -1, y: 1 })).toBe('5 px, at 127°');
  });

  test('a region is whole pixels, whichever corner was first', () => {
    expect(regionOf(figure(6.4, 23.6, 'region'))).toEqual({ x: 6, y: 20, width: 5, height: 5 });
    expect(regionOf(figure(10, 20, 'region'))).toEqual({ x: 10, y: 20, width: 1, height: 1 });
  });

  test('are told in Å, in longer units where they are long, and in pixels where nothing is known', () => {
    expect(distanceText(figure(13, 16), 1.5)).toBe('7.5 Å');
    expect(distanceText(figure(10, 3020), 1.5)).toBe('450 nm');
    expect(distanceText(figure(13, 16), undefined)).toBe('5 px');
    expect(sizeText({ width: 160, height: 200 }, 1.5)).toBe('24 nm × 30 nm, 160 × 200 px');
  });

  test('a profile is a table with its units; outside the picture cells are empty', () => {
    const profile = { stepPx: 0.5, values: Float32Array.from([3, Number.NaN]) };
    const measured = {
      figure: figure(11, 20, 'profile'),
      profiles: [{ kind: 'raw' as const, profile }],
      regions: [],
    };
    expect(profileTable(measured, 2)).toBe('distance (Å)\traw\n0\t3\n1\t\n');
  });
});

describe('panning by keys', () => {
  test('goes as fast in the diagonal, stands still between opposite keys, and never leaps', () => {
    const right = { x: 1, y: 0 };
    expect(panStep([right], 0.02)).toEqual({ x: 22, y: 0 });
    const slanted = panStep([right, { x: 0, y: 1 }], 0.02);
    expect(Math.hypot(slanted.x, slanted.y)).toBeCloseTo(22);
    expect(panStep([right, { x: -1, y: 0 }], 0.02)).toEqual({ x: 0, y: 0 });
    expect(panStep([right], 9)).toEqual({ x: 55, y: 0 });
  });
});

describe('a presentation', () => {
  test('ends with the full screen, whoever ends that, and does without where it is refused', async () => {
    let listener = (): void => undefined;
    const page = {
      fullscreenElement: null as Element | null,
      documentElement: { requestFullscreen: () => Promise.reject(new Error('refused')) },
      addEventListener: (_: 'fullscreenchange', heard: () => void) => {
        listener = heard;
      },
    };
    const presentation = createRoot(() => createPresentation(page));
    presentation.toggle();
    await Promise.resolve();
    expect(presentation.isOn()).toBe(true);
    listener();
    expect(presentation.isOn()).toBe(false);
  });
});
