import { type Accessor, createMemo, createSignal } from 'solid-js';
import * as edit from '../../dataset/pickHistory.ts';
import { isShown, type Pick } from '../../dataset/picks.ts';
import type { Point } from '../viewer/transform.ts';
import type { Parameters } from './parameters.ts';

/** The picks of the micrograph on the screen, and their past. */
export interface PicksState {
  /** All, below the threshold too. */
  readonly all: Accessor<readonly Pick[]>;
  /** Those above the threshold, and the manual ones: what is drawn and exported. */
  readonly shown: Accessor<readonly Pick[]>;
  /** What undo would take back, in words; undefined when there is nothing. */
  readonly undoAction: Accessor<string | undefined>;
  readonly redoAction: Accessor<string | undefined>;
  /** Changes to another micrograph; its past in this tab comes back with it. */
  load(fingerprint: string, picks: readonly Pick[]): void;
  /** @param at pick coordinates, file px. */
  add(at: Point): void;
  remove(picks: readonly Pick[]): void;
  /** Takes picks away for the eye only, until `commitErasing` makes it one step of the history. */
  previewErasing(picks: readonly Pick[]): void;
  commitErasing(): void;
  replaceCandidates(picks: readonly Pick[]): void;
  import(picks: readonly Pick[]): void;
  clear(): void;
  undo(): void;
  redo(): void;
}

const nothing: ReadonlySet<Pick> = new Set();

export function createPicks(parameters: Parameters): PicksState {
  const histories = new Map<string, edit.PickHistory>();
  const [fingerprint, setFingerprint] = createSignal('');
  const [history, setHistory] = createSignal(edit.startHistory());
  const [erasing, setErasing] = createSignal(nothing);

  const change = (next: edit.PickHistory): void => {
    histories.set(fingerprint(), next);
    setHistory(next);
  };
  const all = createMemo(() => {
    const hidden = erasing();
    return hidden.size === 0 ? history().picks : history().picks.filter((pick) => !hidden.has(pick));
  });
  const shown = createMemo(() => {
    const { threshold } = parameters.values;
    return all().filter((pick) => isShown(pick, threshold));
  });
  return {
    all,
    shown,
    undoAction: () => edit.undoAction(history()),
    redoAction: () => edit.redoAction(history()),
    load: (wanted, picks) => {
      setErasing(nothing);
      setFingerprint(wanted);
      change(histories.get(wanted) ?? edit.startHistory(picks));
    },
    add: (at) => change(edit.addManual(history(), at)),
    remove: (picks) => change(edit.remove(history(), picks)),
    previewErasing: (picks) => setErasing((before) => new Set([...before, ...picks])),
    commitErasing: () => {
      const gone = erasing();
      if (gone.size > 0) change(edit.remove(history(), gone));
      setErasing(nothing);
    },
    replaceCandidates: (picks) => change(edit.replaceCandidates(history(), picks)),
    import: (picks) => change(edit.importPicks(history(), picks)),
    clear: () => change(edit.clearPicks(history())),
    undo: () => change(edit.undo(history())),
    redo: () => change(edit.redo(history())),
  };
}
