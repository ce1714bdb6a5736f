/** Classes, what is chosen, and copies between micrographs, as the page's stores keep them. */
import { createRoot } from 'solid-js';
import { describe, expect, it } from 'vitest';
import { pastedOn } from '../../../src/dataset/copiedPicks.ts';
import { CLASS_COLOURS, MOST_CLASSES } from '../../../src/dataset/pickClasses.ts';
import { filamentAdded } from '../../../src/dataset/pickEdits.ts';
import type { Filament, Pick } from '../../../src/dataset/picks.ts';
import { nextTask } from '../../../src/ui/state/nextTask.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPickClasses } from '../../../src/ui/state/pickClasses.ts';
import { createPickSelection } from '../../../src/ui/state/pickSelection.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import type { TextStorage } from '../../../src/ui/state/texts.ts';

const manual = (x: number, classId?: string): Pick => ({
  ...{ x, y: 10, score: 1, origin: 'manual' as const },
  ...(classId === undefined ? {} : { classId }),
});
const found = (x: number, score: number): Pick => ({ x, y: 10, score, origin: 'cnn' });
const filament: Filament = { start: { x: 5, y: 5 }, end: { x: 50, y: 5 } };

function start(picks: readonly Pick[]) {
  return createRoot(() => {
    const parameters = createParameters();
    parameters.set({ pixelSizeAngstrom: 1, diameterAngstrom: 20, threshold: 0.5 });
    const classes = createPickClasses();
    const state = createPicks(parameters, undefined, classes);
    state.load('f', picks);
    return {
      classes,
      picks: state,
      selection: createPickSelection(state, () => ({ width: 200, height: 100 })),
    };
  });
}

function memory(): TextStorage {
  const texts = new Map<string, string>();
  return { getItem: (key) => texts.get(key) ?? null, setItem: (key, text) => void texts.set(key, text) };
}

describe('classes of picks', () => {
  it('are added, renamed, hidden and remembered; each has its colour and mark', () => {
    const storage = memory();
    createRoot(() => {
      const classes = createPickClasses(storage);
      const ice = classes.add('Ice') ?? '';
      classes.change(ice, { name: 'Ice crystal', isHidden: true });
      while (classes.add() !== undefined);
      expect(classes.list().length).toBe(MOST_CLASSES);
      expect(new Set(classes.list().map(({ colour }) => colour)).size).toBe(CLASS_COLOURS.length);
      expect(new Set(classes.list().map(({ glyph }) => glyph)).size).toBe(MOST_CLASSES);
      expect(classes.named('ice CRYSTAL')).toBe(ice);
      expect(classes.isHidden({ classId: ice })).toBe(true);
      expect(classes.isHidden({})).toBe(false);
    });
    const again = createRoot(() => createPickClasses(storage));
    expect(again.list().map(({ name }) => name)).toContain('Ice crystal');
    storage.setItem('cryolite-pick-classes', '[{"id": 3}, null]');
    expect(
      createRoot(() => createPickClasses(storage))
        .list()
        .map(({ id }) => id),
    ).toEqual(['particle']);
  });

  it('that are hidden are neither shown nor hit, and nothing of them is lost', () => {
    const { classes, picks } = start([manual(10), manual(30)]);
    const ice = classes.add('Ice') ?? '';
    picks.add({ x: 60, y: 10 }, ice);
    classes.change(ice, { isHidden: true });
    expect(picks.shown().map(({ x }) => x)).toEqual([10, 30]);
    expect(picks.index().nearest({ x: 60, y: 10 }, 5)).toBeUndefined();
    expect(picks.all().length).toBe(3);
    // The first is alone already: all come back, and go again.
    classes.solo('particle');
    expect(picks.shown().length).toBe(3);
    classes.solo('particle');
    expect(picks.shown().length).toBe(2);
  });

  it('go with their picks into the first, and undo brings both back', () => {
    const { classes, picks, selection } = start([manual(10)]);
    const ice = classes.add('Ice') ?? '';
    picks.add({ x: 60, y: 10 }, ice);
    selection.dissolve(ice);
    expect(classes.list().map(({ name }) => name)).toEqual(['Particle']);
    expect(picks.all().map(({ classId }) => classId)).toEqual([undefined, undefined]);
    picks.undo();
    expect(classes.list().map(({ name }) => name)).toEqual(['Particle', 'Ice']);
    expect(picks.all().map(({ classId }) => classId)).toEqual([undefined, ice]);
  });

  it('come along with a session of somebody else', () => {
    const mine = start([]);
    const theirs = start([]);
    const tube = theirs.classes.add('Tube') ?? '';
    const session = { star: undefined, rejected: [], filaments: [], classes: theirs.classes.toKeep() };
    mine.picks.load('g', [manual(5, tube)], session);
    expect(mine.classes.nameOf({ classId: tube })).toBe('Tube');
    expect(mine.picks.notesOf('g').classes?.length).toBe(2);
  });
});

describe('what is chosen', () => {
  it('is called, moved and removed in one step each, and follows undo', () => {
    const { classes, picks, selection } = start([found(10, 0.9), found(30, 0.2), manual(50)]);
    picks.edit(filamentAdded(filament));
    selection.chooseAll();
    expect([selection.picks().size, selection.filaments().size]).toEqual([2, 1]);
    const ice = classes.add('Ice') ?? '';
    selection.classify(ice);
    // What a method had found must not go when it runs again.
    expect(picks.all().map(({ origin, classId }) => [origin, classId])).toEqual([
      ['manual', ice],
      ['cnn', undefined],
      ['manual', ice],
    ]);
    selection.moveBy({ x: 1, y: 0 });
    selection.moveBy({ x: 0, y: 0 });
    expect(picks.all().map(({ x }) => x)).toEqual([11, 30, 51]);
    expect(picks.filaments()[0]?.start).toEqual({ x: 6, y: 5 });
    expect(selection.count()).toBe(3);
    selection.remove();
    expect([picks.all().length, picks.filaments().length, selection.count()]).toEqual([1, 0, 0]);
    for (const action of ['remove 2 picks and a filament', 'move 2 picks', 'call 2 picks Ice']) {
      expect(picks.undoAction()).toBe(action);
      picks.undo();
    }
    expect(picks.all().map(({ x, origin }) => [x, origin])).toEqual([
      [10, 'cnn'],
      [30, 'cnn'],
      [50, 'manual'],
    ]);
  });

  it('stays on the picture, whatever the drag', () => {
    const { picks, selection } = start([manual(10), manual(150)]);
    selection.chooseAll();
    selection.setOffset({ x: 500, y: -3 });
    expect(selection.offset()).toEqual({ x: 49, y: -3 });
    selection.moveBy({ x: -80, y: 300 });
    expect(picks.all().map(({ x, y }) => [x, y])).toEqual([
      [0, 99],
      [140, 99],
    ]);
  });

  it('leaves no shift behind where what was dragged went meanwhile', () => {
    const { picks, selection } = start([manual(10), manual(50)]);
    selection.choose(picks.all().slice(0, 1));
    selection.setOffset({ x: 20, y: 0 });
    selection.remove();
    selection.moveBy({ x: 20, y: 0 });
    expect(selection.offset()).toEqual({ x: 0, y: 0 });
    expect(picks.all().map(({ x }) => x)).toEqual([50]);
  });

  it('is moved in a task of its own when a hand lets go, and stays where it was dragged until then', async () => {
    const { picks, selection } = start([manual(10), manual(50)]);
    const before = picks.all();
    selection.chooseAll();
    selection.setOffset({ x: 4, y: 0 });
    selection.moveSoon({ x: 5, y: 0 });
    expect([picks.all(), selection.offset()]).toEqual([before, { x: 5, y: 0 }]);
    await nextTask();
    expect(picks.all().map(({ x }) => x)).toEqual([15, 55]);
    expect([selection.offset(), selection.count()]).toEqual([{ x: 0, y: 0 }, 2]);
    await nextTask();
    expect(picks.undoAction()).toBe('move 2 picks');
    picks.undo();
    expect(picks.all()).toEqual(before);
    expect(picks.undoAction()).toBeUndefined();
  });

  it('has been moved before anything else is done, and once', async () => {
    const { picks, selection } = start([manual(10), manual(50)]);
    selection.chooseAll();
    selection.moveSoon({ x: 5, y: 0 });
    selection.moveSoon({ x: 5, y: 0 });
    expect(picks.all().map(({ x }) => x)).toEqual([15, 55]);
    // Another pick comes while they are still to be moved.
    picks.add({ x: 100, y: 50 });
    selection.settle();
    expect(picks.all().map(({ x }) => x)).toEqual([20, 60, 100]);
    await nextTask();
    expect(picks.all().map(({ x }) => x)).toEqual([20, 60, 100]);
  });

  it('confirms what was found', () => {
    const { picks, selection } = start([found(10, 0.9)]);
    selection.choose(picks.shown());
    selection.confirm();
    expect(picks.all()[0]?.origin).toBe('manual');
  });
});

describe('picks copied to another micrograph', () => {
  const from = { width: 100, height: 100, pixelSizeAngstrom: 1 };
  const nothing = { picks: [], filaments: [] };

  it('keep their class, are by hand there, and are not doubled', () => {
    const copied = { from, picks: [found(10, 0.4), manual(40, 'ice'), manual(95)], filaments: [filament] };
    const to = { width: 90, height: 80, pixelSizeAngstrom: 1 };
    const made = pastedOn(copied, to, { picks: [manual(41)], filaments: [] }, 20);
    expect(made.picks).toEqual([manual(10)]);
    expect([made.outside, made.doubled]).toEqual([1, 1]);
    expect(made.filaments).toEqual([filament]);
    const turned = { start: filament.end, end: filament.start };
    const again = pastedOn(copied, to, { picks: [], filaments: [turned] }, 20);
    expect([again.filaments.length, again.doubled]).toEqual([0, 1]);
  });

  it('lie at the same place of a binned copy, where both pixel sizes are known', () => {
    const copied = { from, picks: [manual(10)], filaments: [filament] };
    const binned = pastedOn(copied, { width: 50, height: 50, pixelSizeAngstrom: 2 }, nothing, 10);
    expect(binned.picks[0]).toEqual({ ...manual(4.75), y: 4.75 });
    expect(binned.filaments[0]?.end).toEqual({ x: 24.75, y: 2.25 });
    const unknown = pastedOn(copied, { width: 50, height: 50, pixelSizeAngstrom: undefined }, nothing, 10);
    expect(unknown.picks[0]?.x).toBe(10);
  });
});
