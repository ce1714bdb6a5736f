import { describe, expect, it } from 'vitest';
import { patchBetween, patchSize } from '../../../src/dataset/listPatch.ts';
import {
  type Chosen,
  classified,
  filamentAdded,
  moved,
  moveInside,
  moveRoom,
  pasted,
  reshaped,
} from '../../../src/dataset/pickEdits.ts';
import {
  addManual,
  type PickHistory,
  paint,
  redo,
  remove,
  startHistory,
  undo,
  undoAction,
} from '../../../src/dataset/pickHistory.ts';
import type { Filament, Pick } from '../../../src/dataset/picks.ts';

const found: Pick = { x: 1, y: 2, score: 0.4, origin: 'cnn', pose: undefined };
const row: Pick = { x: 5, y: 6, score: 7, origin: 'imported', row: 3 };
const filament: Filament = { start: { x: 0, y: 0 }, end: { x: 10, y: 0 } };
const chosen = (picks: Pick[], filaments: Filament[] = []): Chosen => ({
  picks: new Set(picks),
  filaments: new Set(filaments),
});

describe('edits of what is chosen', () => {
  it('moves what is chosen no further than all of it stays on the picture', () => {
    const room = moveRoom(chosen([found, row], [filament]), { width: 20, height: 10 });
    expect(room).toMatchObject({ right: 9, bottom: 3 });
    expect(moveInside(room, { x: 12, y: 14 })).toEqual({ x: 9, y: 3 });
    expect(moveInside(room, { x: -12, y: 2 }).x).toBeCloseTo(0);
    // What lies beyond the edge may come back, and go no further.
    const out = moveRoom(chosen([{ ...row, x: -3, y: 12 }]), { width: 20, height: 10 });
    expect(moveInside(out, { x: 5, y: -5 })).toEqual({ x: 5, y: -5 });
    expect(moveInside(out, { x: -5, y: 5 }).y).toBe(0);
  });

  it('leaves the history as it is where nothing that is chosen is there any more', () => {
    const start = startHistory([row]);
    const { history, chosen: after } = moved(chosen([found]), { x: 1, y: 1 })(start);
    expect(history).toBe(start);
    expect(after.picks.size).toBe(0);
  });

  it('moves a row with its score and number; what was found is by hand then', () => {
    const start = startHistory([found, row], undefined, [], [filament]);
    const { history, chosen: after } = moved(chosen([found, row], [filament]), { x: 1, y: -1 })(start);
    expect(history.picks).toEqual([
      { x: 2, y: 1, score: 1, origin: 'manual' },
      { x: 6, y: 5, score: 7, origin: 'imported', row: 3 },
    ]);
    expect(history.filaments).toEqual([{ start: { x: 1, y: -1 }, end: { x: 11, y: -1 } }]);
    expect([...after.picks]).toEqual(history.picks);
    expect(after.picks.has(history.picks[0] ?? found)).toBe(true);
    expect(undoAction(history)).toBe('move 2 picks');
    expect(undo(history).picks[0]).toBe(found);
    expect(undo(history).filaments[0]).toBe(filament);
  });

  it('gives a class and takes it back; the first class is none', () => {
    const start = startHistory([found, row], undefined, [], [filament]);
    const { history, chosen: ice } = classified(chosen([found, row], [filament]), 'ice', 'Ice')(start);
    expect(history.picks.map(({ classId, origin }) => [classId, origin])).toEqual([
      ['ice', 'manual'],
      ['ice', 'imported'],
    ]);
    expect(history.filaments[0]?.classId).toBe('ice');
    expect(undoAction(history)).toBe('call 2 picks Ice');
    const { history: back } = classified(ice, undefined, 'Particle')(history);
    expect(back.picks[1]).toEqual(row);
    expect(back.filaments).toEqual([filament]);
  });

  it('adds, reshapes, removes and pastes filaments, and undoes all of it', () => {
    const longer = { ...filament, end: { x: 20, y: 0 } };
    const added = filamentAdded(filament)(startHistory([found]));
    const { history: shaped } = reshaped(filament, longer)(added);
    expect(shaped.filaments).toEqual([longer]);
    expect(undoAction(shaped)).toBe('reshape a filament');
    const gone = remove(shaped, [found], [], new Set(shaped.filaments));
    expect([gone.picks, gone.filaments]).toEqual([[], []]);
    expect(undoAction(gone)).toBe('remove a pick and a filament');
    const back = pasted([], [longer])(gone);
    expect(undoAction(back)).toBe('paste a filament');
    let history: PickHistory = back;
    while (undoAction(history)) history = undo(history);
    expect([history.picks, history.filaments]).toEqual([[found], []]);
    for (let i = 0; i < 4; i++) history = redo(history);
    expect(history.filaments).toEqual([longer]);
  });

  it('paints: new picks of the class, and what was found becomes one of them', () => {
    const history = paint(startHistory([found, row]), [{ x: 9, y: 9 }], [found, row], 'ice');
    expect(history.picks).toEqual([
      { x: 1, y: 2, score: 1, origin: 'manual', classId: 'ice' },
      row,
      { x: 9, y: 9, score: 1, origin: 'manual', classId: 'ice' },
    ]);
    expect(undoAction(history)).toBe('paint a pick');
    expect(paint(history, [], [row])).toBe(history);
  });
});

describe('the memory of undo', () => {
  it('holds what changed, not 50,000 picks a step', () => {
    let history = startHistory(
      Array.from({ length: 50_000 }, (_, i): Pick => ({ x: i, y: 0, score: 1, origin: 'manual' })),
    );
    for (let i = 0; i < 100; i++) {
      history = addManual(history, { x: i, y: 9 });
      history = remove(
        history,
        [0, 500, 40_000].flatMap((at) => history.picks[at] ?? []),
      );
    }
    let [held, steps] = [0, 0];
    for (let step = history.past; step; step = step.next) {
      held += patchSize(step.picks) + patchSize(step.rejected);
      steps++;
    }
    expect(steps).toBe(200);
    expect(held).toBeLessThan(2000);
    for (let i = 0; i < 200; i++) history = undo(history);
    expect(history.picks.every(({ x, y }, i) => x === i && y === 0)).toBe(true);
    expect(history.picks.length).toBe(50_000);
  });

  it('also knows lists in another order', () => {
    const [a, b, c] = [{}, {}, {}];
    expect(patchSize(patchBetween([a, b, c], [c, b, a]))).toBe(4);
    expect(patchBetween([a, b], [a, b])).toEqual([]);
  });
});
