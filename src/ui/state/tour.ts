import { type Accessor, createSignal } from 'solid-js';
import { localTexts, type TextStorage } from './texts.ts';

/** One thing to be done, at a control of the page. */
export interface TourStep {
  readonly title: string;
  readonly text: string;
  /** Test ids of the control, the preferred one first. */
  readonly targets: readonly string[];
}

export const tourSteps: readonly TourStep[] = [
  {
    title: 'Open',
    text: 'Micrographs come in by Open, by Folder, or dropped anywhere. The demo is simulated on this machine: its particles are known.',
    targets: ['demo'],
  },
  {
    title: 'Filter',
    text: 'A low-pass, or a denoiser, makes particles stand out. It is for the eye alone: picks are made on the raw picture.',
    targets: ['apply-filter', 'filter-method'],
  },
  {
    title: 'Pick',
    text: 'Say how long a particle is, in Å, and pick. The network keeps every candidate; the threshold decides which of them count.',
    targets: ['pick', 'diameter'],
  },
  {
    title: 'Correct',
    text: 'Click to add, right-click to remove, drag the eraser over junk. Undo has no limit. What you correct here can train a network of your own.',
    targets: ['tool-add'],
  },
  {
    title: 'Export',
    text: 'Choose the program and export: RELION, cryoSPARC, EMAN2, crYOLO, Topaz or CSV, with a sentence on what to do there.',
    targets: ['export-picks', 'export-program'],
  },
];

export interface Tour {
  /** From 0; undefined while there is no tour. */
  readonly at: Accessor<number | undefined>;
  /** Whether nobody has taken or turned down the tour in this browser. */
  readonly isNew: Accessor<boolean>;
  start(): void;
  /** After the last step the tour is over. */
  next(): void;
  back(): void;
  stop(): void;
}

const storageKey = 'cryolite-tour';

/** @param act does what a step asks for, unless it is done: the tour goes on with what it gives. */
export function createTour(act: (step: number) => void, storage: TextStorage = localTexts): Tour {
  const [at, setAt] = createSignal<number>();
  const [isNew, setNew] = createSignal(storage.getItem(storageKey) === null);
  const stop = (): void => {
    setAt(undefined);
    setNew(false);
    storage.setItem(storageKey, 'seen');
  };
  return {
    at,
    isNew,
    start: () => setAt(0),
    next: () => {
      const step = at();
      if (step === undefined) return;
      act(step);
      if (step + 1 < tourSteps.length) setAt(step + 1);
      else stop();
    },
    back: () => setAt((step) => (step === undefined ? undefined : Math.max(0, step - 1))),
    stop,
  };
}
