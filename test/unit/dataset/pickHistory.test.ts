import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownReading } from '../../../src/dataset/coordinates/readings.ts';
import {
  addManual,
  clearPicks,
  confirm,
  importPicks,
  type PickHistory,
  redo,
  redoAction,
  remove,
  replaceCandidates,
  restore,
  startHistory,
  undo,
  undoAction,
} from '../../../src/dataset/pickHistory.ts';
import type { Pick } from '../../../src/dataset/picks.ts';
import type { StarNote } from '../../../src/dataset/session.ts';

const cnn = (x: number): Pick => ({ x, y: 0, score: 0.5, origin: 'cnn' });
const star = (hash: string): StarNote => ({
  hash,
  name: `${hash}.star`,
  micrograph: undefined,
  reading: ownReading({ format: 'star', unit: 'pixel' }),
});
/** The very objects, in their order. */
function expectSame(history: PickHistory, state: PickHistory): void {
  expect(history.picks.length).toBe(state.picks.length);
  expect(history.picks.every((pick, i) => pick === state.picks[i])).toBe(true);
  expect(history.rejected).toEqual(state.rejected);
  expect(history.filaments).toEqual(state.filaments);
  expect(history.key).toBe(state.key);
}
const xs = (history: PickHistory) => history.picks.map(({ x }) => x);

describe('the history of picks', () => {
  it('keeps manual and imported picks when a picker runs again', () => {
    let history = startHistory([cnn(1), cnn(2)]);
    history = addManual(history, { x: 3, y: 0 });
    history = importPicks(history, [{ x: 4, y: 0, score: 0.1, origin: 'imported' }]);
    history = replaceCandidates(history, [cnn(5)]);
    expect(xs(history)).toEqual([3, 4, 5]);
    expect(xs(undo(history))).toEqual([1, 2, 3, 4]);
  });

  it('takes an eraser stroke back as one step', () => {
    const start = startHistory([cnn(1), cnn(2), cnn(3)]);
    const erased = remove(start, start.picks.slice(0, 2));
    expect(xs(erased)).toEqual([3]);
    expect(undoAction(erased)).toBe('remove 2 picks');
    expect(undo(erased).picks).toEqual(start.picks);
    expect(redoAction(undo(erased))).toBe('remove 2 picks');
  });

  it('brings back what was thrown out, once, and no longer rejects its place', () => {
    const found = (x: number): Pick => ({ x, y: 1, score: 0.4, origin: 'template' });
    const start = startHistory([found(1), found(2), found(3)]);
    const thrown = remove(start, start.picks.slice(1));
    expect(thrown.rejected.length).toBe(2);
    const back = restore(thrown, start.picks.slice(0, 2));
    expect(xs(back)).toEqual([1, 2]);
    expect(back.rejected).toEqual([{ x: 3, y: 1 }]);
    expect(undoAction(back)).toBe('bring back a pick');
    expect(undo(back).picks).toEqual(thrown.picks);
    expect(restore(start, start.picks)).toBe(start);
  });

  it('remembers where candidates were turned down, forth and back', () => {
    const found = (x: number): Pick => ({ x, y: 1, score: 0.4, origin: 'template' });
    const start = replaceCandidates(startHistory(), [found(1), found(2)], 'accept 2 candidates');
    expect(undoAction(start)).toBe('accept 2 candidates');
    const rejected = remove(start, [], [{ x: 9, y: 9 }]);
    expect(undoAction(rejected)).toBe('reject a candidate');
    // A step of its own, also for those who tell states by their keys.
    expect(rejected.key).not.toBe(start.key);
    // A stroke over picks of the template and candidates alike: neither shall be found again.
    const erased = remove(rejected, start.picks.slice(0, 1), [{ x: 8, y: 8 }]);
    expect(undoAction(erased)).toBe('remove a pick');
    expect(erased.rejected.map(({ x }) => x)).toEqual([9, 1, 8]);
    expect(undo(erased).rejected).toEqual([{ x: 9, y: 9 }]);
    expect(redo(undo(erased)).rejected).toEqual(erased.rejected);
    // What any method found and the user took away is a no; what people put there is just gone.
    const other = addManual(startHistory([cnn(1), { ...cnn(2), origin: 'imported' }]), { x: 3, y: 0 });
    expect(remove(other, other.picks).rejected).toEqual([{ x: 1, y: 0 }]);
    expect(clearPicks(erased).rejected).toEqual([]);
  });

  it('makes picks by hand of what was found and confirmed, in one step', () => {
    const start = startHistory([cnn(1), cnn(2), { ...cnn(3), origin: 'imported' }]);
    const confirmed = confirm(start, [...start.picks.slice(1), cnn(1)]);
    expect(confirmed.picks.map(({ origin }) => origin)).toEqual(['cnn', 'manual', 'imported']);
    expect(undoAction(confirmed)).toBe('confirm a pick');
    expect(undo(confirmed).picks).toEqual(start.picks);
    expect(confirm(confirmed, confirmed.picks.slice(1))).toBe(confirmed);
  });

  it('does not double what is imported twice', () => {
    const file: Pick[] = [cnn(1), cnn(7)].map((pick) => ({ ...pick, origin: 'imported' }));
    const once = importPicks(startHistory([cnn(1)]), file);
    expect(xs(once)).toEqual([1, 7]);
    expect(importPicks(once, file)).toBe(once);
  });

  it('knows the STAR file whose rows its picks are, forth and back', () => {
    const rows: Pick[] = [cnn(1), cnn(7)].map((pick, row) => ({ ...pick, origin: 'imported', row }));
    const start = startHistory([cnn(1), cnn(3)]);
    const once = importPicks(start, rows, star('a'));
    // What lies at the same place is the file's from now on: written back, it stays in its row.
    expect(once.picks.map(({ x, row }) => [x, row])).toEqual([
      [3, undefined],
      [1, 0],
      [7, 1],
    ]);
    expect(once.star).toEqual(star('a'));
    expect(importPicks(once, rows, star('a'))).toBe(once);
    const added = addManual(once, { x: 9, y: 0 });
    expect(added.star).toEqual(star('a'));
    expect([undo(added).star, undo(undo(added)).star]).toEqual([star('a'), undefined]);
    expect(redo(undo(undo(added))).star).toEqual(star('a'));
    // Rows of one file mean nothing in another; a table without rows leaves them alone.
    const other = importPicks(
      once,
      [
        { ...cnn(7), row: 4 },
        { ...cnn(8), row: 5 },
      ],
      star('b'),
    );
    expect(other.picks.map(({ x, row }) => [x, row])).toEqual([
      [3, undefined],
      [1, undefined],
      [7, 4],
      [8, 5],
    ]);
    expect(importPicks(once, [cnn(8)]).star).toEqual(star('a'));
  });

  it('forgets the STAR file when no row of it is left, until undo', () => {
    const cleared = clearPicks(importPicks(startHistory(), [cnn(1)], star('a')));
    expect(cleared.star).toBeUndefined();
    expect(undo(cleared).star).toEqual(star('a'));
  });

  it('is not changed by a step that changes nothing', () => {
    const history = startHistory([cnn(1)]);
    expect(remove(history, [])).toBe(history);
    expect(remove(history, [cnn(1)])).toBe(history);
    expect(undo(history)).toBe(history);
    expect(redo(history)).toBe(history);
    const empty = startHistory();
    expect(clearPicks(empty)).toBe(empty);
  });

  it('forgets the future at a new edit', () => {
    const history = addManual(undo(addManual(startHistory(), { x: 1, y: 1 })), { x: 2, y: 2 });
    expect(redoAction(history)).toBeUndefined();
    expect(xs(history)).toEqual([2]);
  });

  it('goes all the way back and forth, through the same picks', () => {
    const step = fc.oneof(
      fc.nat(100).map((x) => (h: PickHistory) => addManual(h, { x, y: x })),
      fc.nat(5).map((n) => (h: PickHistory) => remove(h, h.picks.slice(0, n))),
      fc.nat(9).map(
        (n) => (h: PickHistory) =>
          replaceCandidates(
            h,
            Array.from({ length: n }, (_, i) => cnn(i)),
          ),
      ),
      fc.constant(clearPicks),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const states = [startHistory([cnn(0)])];
        for (const apply of steps) {
          const last = states.at(-1);
          const next = last && apply(last);
          if (next && next !== last) states.push(next);
        }
        let history = states.at(-1) ?? startHistory();
        for (const state of states.toReversed()) {
          expectSame(history, state);
          expect(undoAction(history) !== undefined).toBe(state !== states[0]);
          history = undo(history);
        }
        for (const state of states) {
          expectSame(history, state);
          history = redo(history);
        }
        expect(redoAction(history)).toBeUndefined();
      }),
    );
  });
});
