import { createRoot } from 'solid-js';
import { expect, test } from 'vitest';
import type { MaskGrid } from '../../../src/dataset/maskGrid.ts';
import { createMask } from '../../../src/ui/state/mask.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';

const size = { width: 100, height: 80 };
const pick = (x: number, origin: 'cnn' | 'manual' = 'cnn') => ({ x, y: 40, score: 0.9, origin });
/** The left half is certain. */
const grid: MaskGrid = {
  width: 2,
  height: 1,
  origin: { x: 24.5, y: 39.5 },
  step: { x: 50, y: 80 },
  values: Uint8Array.of(255, 0),
};

function start() {
  return createRoot(() => {
    const parameters = createParameters();
    parameters.set({ pixelSizeAngstrom: 2, diameterAngstrom: 40 });
    const mask = createMask(parameters);
    const picks = createPicks(parameters, mask.keeper);
    mask.load('a', size, undefined);
    picks.load('a', [pick(10), pick(40), pick(55), pick(90)]);
    return { mask, picks };
  });
}

const xs = (picks: readonly { readonly x: number }[]): number[] => picks.map(({ x }) => x);

test('a mask keeps picks out, not the ones by hand; a change of it brings them back', () => {
  const { mask, picks } = start();
  expect([mask.isEmpty(), xs(picks.shown())]).toEqual([true, [10, 40, 55, 90]]);
  mask.setFromFile(grid, 'm.mrc');
  expect([xs(picks.shown()), xs(picks.keptOut())]).toEqual([
    [55, 90],
    [10, 40],
  ]);
  // Half way between the cells' centres is half of the value.
  mask.set({ threshold: 0.9 });
  expect(xs(picks.keptOut())).toEqual([10]);
  mask.set({ threshold: 0.5, marginDiameters: 0.5 });
  // 10 px around what ends at 49.5.
  expect(xs(picks.keptOut())).toEqual([10, 40, 55]);
  picks.add({ x: 20, y: 10 });
  expect(picks.shown().map(({ x }) => x)).toContain(20);
  mask.undo();
  expect([mask.isEmpty(), picks.shown().length, picks.keptOut().length]).toEqual([true, 5, 0]);
  mask.redo();
  expect(mask.part()).toBeCloseTo(0.5, 1);
});

test('a stroke counts while it is painted, and is one step of the history', () => {
  const { mask, picks } = start();
  mask.setBrush(40);
  expect(mask.brushRadius()).toBe(10);
  mask.begin('add', { x: 38, y: 40 });
  expect(xs(picks.keptOut())).toEqual([40]);
  mask.extend({ x: 55, y: 40 });
  expect(xs(picks.keptOut())).toEqual([40, 55]);
  expect(mask.undoAction()).toBeUndefined();
  mask.end();
  expect([xs(picks.keptOut()), mask.undoAction()]).toEqual([[40, 55], 'paint the mask']);
  mask.begin('erase', { x: 55, y: 40 });
  mask.end();
  expect(xs(picks.keptOut())).toEqual([40]);
  mask.clear();
  mask.undo();
  mask.undo();
  mask.undo();
  expect([mask.isEmpty(), mask.redoAction()]).toEqual([true, 'paint the mask']);
});

test('each micrograph has its own, also one that has left the screen; a session brings it back', () => {
  const { mask, picks } = start();
  mask.setBrush(40);
  mask.begin('add', { x: 90, y: 40 });
  mask.end();
  const saved = mask.saved();
  mask.load('b', size, undefined);
  picks.load('b', []);
  expect(mask.isEmpty()).toBe(true);
  mask.setFromNetwork('a', grid, 'n');
  expect(mask.isEmpty()).toBe(true);
  expect(mask.savedOf('a')).toMatchObject({ version: 1, base: { from: 'network', name: 'n' } });
  mask.load('a', size, undefined);
  picks.load('a', []);
  // What was painted lies over what the network says.
  expect(xs(picks.keptOut())).toEqual([10, 40, 90]);
  const later = start();
  later.mask.load('c', size, structuredClone(saved));
  later.picks.load('c', [pick(10), pick(90)]);
  expect(xs(later.picks.keptOut())).toEqual([90]);
});
