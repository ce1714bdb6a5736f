import { describe, expect, it } from 'vitest';
import { encodeHalf, halfTable } from '../../../src/core/dtype.ts';
import type { Pick } from '../../../src/dataset/picks.ts';
import { numberText, parseNumberText } from '../../../src/ui/controls/numberText.ts';
import { withFigures } from '../../../src/ui/state/exportFiles.ts';
import { filterProblem } from '../../../src/ui/state/filtering.ts';
import { parametersFor } from '../../../src/ui/state/parameters.ts';
import { agreement } from '../../../src/ui/state/truth.ts';
import {
  fromBrightness,
  greyOf,
  greyTable,
  leastContrastWidth,
  toBrightness,
  withBlack,
  withWhite,
} from '../../../src/ui/viewer/contrast.ts';
import { nearestPick } from '../../../src/ui/viewer/hitTest.ts';
import { layoutPanes, paneAt } from '../../../src/ui/viewer/panes.ts';
import { packPicks } from '../../../src/ui/viewer/pickStyle.ts';
import { scaleBar } from '../../../src/ui/viewer/scaleBar.ts';
import { image, parameters as values } from './fixtures.ts';

const window = { black: -2, white: 2 };
const pick = (x: number, score: number, origin: Pick['origin'] = 'cnn'): Pick => ({ x, y: 0, score, origin });

describe('contrast', () => {
  it('maps black to 0, white to 1, clamps outside and inverts', () => {
    expect([-9, -2, 0, 2, 9].map((value) => greyOf(value, window, false))).toEqual([0, 0, 0.5, 1, 1]);
    expect(greyOf(-2, window, true)).toBe(1);
  });

  it('draws by table what the formula says, to one grey level', () => {
    for (const inverted of [false, true]) {
      const table = greyTable(halfTable(), window, inverted);
      for (const value of [-70000, -3, -1.37, 0, 0.5, 1.99, 2, 50]) {
        const expected = 255 * greyOf(value, window, inverted);
        expect(Math.abs((table[encodeHalf(value)] ?? -9) - expected)).toBeLessThanOrEqual(0.6);
      }
    }
  });

  it('keeps white above black', () => {
    expect(withBlack(window, 5).black).toBe(2 - leastContrastWidth);
    expect(withWhite(window, -5).white).toBe(-2 + leastContrastWidth);
  });

  it('says the same as brightness and contrast, and back', () => {
    expect(toBrightness(window, window)).toEqual({ brightness: 0, contrast: 1 });
    const bright = fromBrightness(window, { brightness: 0.5, contrast: 2 });
    expect(greyOf(0, bright, false)).toBeGreaterThan(0.5);
    expect(bright.white - bright.black).toBeCloseTo(2);
    const back = toBrightness(window, bright);
    expect([back.brightness, back.contrast]).toEqual([expect.closeTo(0.5), expect.closeTo(2)]);
  });
});

describe('the scale bar', () => {
  it('is a round length that fits', () => {
    // 160 px at 1 px/px and 1.5 Å/px hold 240 Å: 200 Å, 133 px.
    const bar = scaleBar(1, 1.5);
    expect(bar.label).toBe('20 nm');
    expect(bar.width).toBeCloseTo(200 / 1.5);
    expect(scaleBar(40, 1).label).toBe('2 Å');
  });

  it('counts pixels where their size is not known', () => {
    expect(scaleBar(0.5, undefined)).toEqual({ width: 100, label: '200 px' });
  });
});

describe('panes', () => {
  const wipe = { share: 0.25, left: 'raw', right: 'residual' } as const;
  const side = ['raw', 'filtered'] as const;

  it('split the canvas without a gap or an overlap but the divider', () => {
    const [left, right] = layoutPanes({ mode: 'side', side, split: 0.25, wipe }, { width: 801, height: 300 });
    expect(left?.kind).toBe('raw');
    expect(right?.kind).toBe('filtered');
    expect((left?.rect.width ?? 0) + 2).toBe(right?.rect.x);
    expect((right?.rect.x ?? 0) + (right?.rect.width ?? 0)).toBe(801);
  });

  it('of three pictures are equally wide, wherever the line between two was', () => {
    const canvas = { width: 1000, height: 300 };
    const all = ['raw', 'filtered', 'denoised'] as const;
    const panes = layoutPanes({ mode: 'side', side: all, split: 0.2, wipe }, canvas);
    expect(panes.map(({ kind }) => kind)).toEqual(all);
    expect(panes.map(({ rect }) => [rect.x, rect.x + rect.width])).toEqual([
      [0, 332],
      [334, 666],
      [668, 1000],
    ]);
    expect(panes.map(({ rect }) => paneAt(panes, { x: rect.x + 5, y: 5 })?.kind)).toEqual(all);
  });

  it('are found under a point', () => {
    const panes = layoutPanes({ mode: 'side', side, split: 0.5, wipe }, { width: 800, height: 300 });
    expect(paneAt(panes, { x: 10, y: 10 })?.kind).toBe('raw');
    expect(paneAt(panes, { x: 790, y: 10 })?.kind).toBe('filtered');
  });

  it('of a wipe share one place, each drawn on its own side of the line', () => {
    const canvas = { width: 800, height: 300 };
    const panes = layoutPanes({ mode: 'wipe', side, split: 0.5, wipe }, canvas);
    const whole = { x: 0, y: 0, ...canvas };
    expect(panes).toEqual([
      { kind: 'raw', rect: whole, clip: { ...whole, width: 200 } },
      { kind: 'residual', rect: whole, clip: { ...whole, x: 200, width: 600 } },
    ]);
    expect(paneAt(panes, { x: 190, y: 10 })?.kind).toBe('raw');
    expect(paneAt(panes, { x: 210, y: 10 })?.kind).toBe('residual');
    // At either end something of both is left to be clipped.
    for (const share of [0, 1])
      for (const { clip } of layoutPanes(
        { mode: 'wipe', side, split: 0.5, wipe: { ...wipe, share } },
        canvas,
      ))
        expect(clip.width).toBeGreaterThan(0);
  });
});

describe('picks on the screen', () => {
  it('finds the nearest shown one within reach', () => {
    const picks = [pick(0, 0.9), pick(10, 0.1), pick(14, 0.9)];
    expect(nearestPick(picks, 0.5, { x: 11, y: 0 }, 20)).toBe(picks[2]);
    expect(nearestPick(picks, 0, { x: 11, y: 0 }, 20)).toBe(picks[1]);
    expect(nearestPick(picks, 0.5, { x: 30, y: 0 }, 5)).toBeUndefined();
  });

  it('are packed with their origin for the shader', () => {
    expect([...packPicks([pick(3, 0.5, 'manual')])]).toEqual([3, 0, 0.5, 2]);
    const chosen = pick(4, 0.25, 'imported');
    const marks = { classNumberOf: () => 5, isChosen: (one: Pick) => one === chosen };
    // The class by eights, what is chosen by 128; candidates of a template are of no class.
    expect([...packPicks([chosen, pick(3, 0.5, 'manual')], [pick(9, 1)], marks)]).toEqual([
      ...[4, 0, 0.25, 3 + 8 * 5 + 128],
      ...[3, 0, 0.5, 2 + 8 * 5],
      ...[9, 0, 1, 5],
    ]);
  });

  it('are written with the best figure of merit, at least 1, where they are manual', () => {
    const shown = [pick(0, 0.4), pick(1, 1, 'manual')];
    expect(withFigures(shown, shown).map(({ score }) => score)).toEqual([0.4, 1]);
    const strong = [...shown, pick(2, 7, 'log')];
    expect(withFigures(shown, strong).map(({ score }) => score)).toEqual([0.4, 7]);
  });
});

describe('agreement with a simulation', () => {
  it('matches one to one', () => {
    const truth = [
      { x: 0, y: 0 },
      { x: 100, y: 0 },
    ];
    const picks = [
      { x: 1, y: 0 },
      { x: 3, y: 0 },
      { x: 300, y: 0 },
    ];
    expect(agreement(picks, truth, 10)).toEqual({ precision: 1 / 3, recall: 1 / 2 });
  });
});

describe('numbers that people type', () => {
  it('reads a comma, an empty optional field, and refuses the rest with a reason', () => {
    expect(parseNumberText(' 1,5 ', {})).toEqual({ ok: true, value: 1.5 });
    expect(parseNumberText('', { optional: true })).toEqual({ ok: true, value: undefined });
    expect(parseNumberText('', {}).ok).toBe(false);
    expect(parseNumberText('abc', {})).toEqual({ ok: false, problem: '“abc” is not a number.' });
    expect(parseNumberText('0', { min: 1 }).ok).toBe(false);
    expect(parseNumberText('1.5', { integer: true }).ok).toBe(false);
  });

  it('writes no more digits than a person would', () => {
    expect([numberText(1.2300000001), numberText(undefined), numberText(150)]).toEqual(['1.23', '', '150']);
  });
});

describe('parameters', () => {
  const opened = { ...image, width: 100, height: 100 };

  it('carries a typed pixel size over to files of the same camera only', () => {
    expect(parametersFor(opened, values, opened).pixelSizeAngstrom).toBe(1.5);
    expect(parametersFor(opened, values, { ...opened, width: 200 }).pixelSizeAngstrom).toBeUndefined();
    expect(parametersFor({ ...opened, pixelSizeAngstrom: 0.8 }, values, opened).pixelSizeAngstrom).toBe(0.8);
  });

  it('never proposes a low-pass beyond what the pixels hold', () => {
    const coarse = parametersFor({ ...opened, pixelSizeAngstrom: 15 }, values, undefined);
    expect(coarse.lowpassAngstrom).toBe(60);
    expect(filterProblem(coarse)).toBeUndefined();
    // What the coarse one forced is not carried on to the next.
    const fine = parametersFor({ ...opened, pixelSizeAngstrom: 1.5 }, coarse, undefined);
    expect(fine.lowpassAngstrom).toBe(30);
  });

  it('explains lengths that can not be used', () => {
    expect(filterProblem(values)).toBeUndefined();
    expect(filterProblem({ ...values, lowpassAngstrom: 2 })).toContain('3 Å');
    expect(filterProblem({ ...values, highpassAngstrom: 10 })).toContain('longer');
    expect(filterProblem({ ...values, lowpassAngstrom: undefined })).toContain('off');
    expect(filterProblem({ ...values, pixelSizeAngstrom: undefined })).toContain('pixel size');
  });
});
