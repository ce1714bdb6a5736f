import { type Accessor, createSignal } from 'solid-js';
import type { Dataset } from './dataset.ts';
import type { Acceptance, Library } from './library.ts';

interface Step {
  readonly label: string;
  readonly before: readonly (readonly [key: string, acceptance: Acceptance | undefined])[];
  readonly after: Acceptance | undefined;
}

/** Accepting and rejecting micrographs, with a past of its own. */
export interface AcceptanceState {
  /** Micrographs that all are so already become undecided again. */
  mark(keys: readonly string[], acceptance: Acceptance): void;
  undo(): void;
  redo(): void;
  /** What undo would take back, in words: "reject 3 micrographs"; undefined where there is nothing. */
  readonly undoAction: Accessor<string | undefined>;
  readonly redoAction: Accessor<string | undefined>;
}

export function createAcceptance(library: Library, dataset: Pick<Dataset, 'refresh'>): AcceptanceState {
  const [done, setDone] = createSignal<readonly Step[]>([]);
  const [undone, setUndone] = createSignal<readonly Step[]>([]);
  const apply = (values: Iterable<readonly [string, Acceptance | undefined]>): void => {
    library.updateAll([...values].map(([key, acceptance]) => [key, { acceptance }] as const));
    dataset.refresh();
  };
  const redo = (step: Step): void => apply(step.before.map(([key]) => [key, step.after] as const));
  return {
    mark: (keys, acceptance) => {
      const before = keys.flatMap((key) => {
        const item = library.find(key);
        return item ? [[key, item.acceptance] as const] : [];
      });
      const [first] = before;
      if (!first) return;
      const after = before.every(([, was]) => was === acceptance) ? undefined : acceptance;
      const verb = after === undefined ? 'leave undecided' : after === 'accepted' ? 'accept' : 'reject';
      const name = library.find(first[0])?.name ?? '';
      const label = `${verb} ${before.length === 1 ? name : `${before.length} micrographs`}`;
      const step = { label, before, after };
      redo(step);
      setDone((steps) => [...steps, step]);
      setUndone([]);
    },
    undo: () => {
      const step = done().at(-1);
      if (!step) return;
      setDone((steps) => steps.slice(0, -1));
      setUndone((steps) => [...steps, step]);
      apply(step.before);
    },
    redo: () => {
      const step = undone().at(-1);
      if (!step) return;
      setUndone((steps) => steps.slice(0, -1));
      setDone((steps) => [...steps, step]);
      redo(step);
    },
    undoAction: () => done().at(-1)?.label,
    redoAction: () => undone().at(-1)?.label,
  };
}
