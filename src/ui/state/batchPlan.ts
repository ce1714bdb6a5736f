import { type Accessor, createMemo, createSignal } from 'solid-js';
import { createStore } from 'solid-js/store';
import type { BatchBoxes, BatchPlan, BatchStep } from '../../dataset/batch/queue.ts';
import type { MicrographParameters, PickMethod } from '../../dataset/session.ts';
import { type BatchMethods, type BatchMethodsDependencies, createBatchMethods } from './batchMethods.ts';
import { patternOf } from './batchReading.ts';
import type { BatchScope } from './batchScope.ts';
import type { Document } from './document.ts';
import { filterProblem } from './filtering.ts';
import type { Parameters } from './parameters.ts';

/** What the next batch is to do: as the micrograph on the screen is set, but for what was changed here. */
export interface BatchDraft {
  readonly steps: Readonly<Record<BatchStep, boolean>>;
  setStep(step: BatchStep, isOn: boolean): void;
  /** Of the screen, with the changes. */
  readonly parameters: Accessor<MicrographParameters>;
  set(change: Partial<MicrographParameters>): void;
  /** Whether anything differs from the screen. */
  readonly isChanged: Accessor<boolean>;
  /** Forgets the changes. */
  followScreen(): void;
  /** Undefined: what the method suggests for each. */
  readonly threshold: Accessor<number | undefined>;
  setThreshold(threshold: number | undefined): void;
  readonly boxes: BatchBoxes;
  setBoxes(change: Partial<BatchBoxes>): void;
  /** What the methods need beside the diameter. */
  readonly methods: BatchMethods;
  readonly scope: Accessor<BatchScope>;
  setScope(scope: BatchScope): void;
  /** Why it can't begin, in a sentence. */
  readonly problem: Accessor<string | undefined>;
  /** As plain data. @param method in place of the one that is set. */
  plan(method?: PickMethod): BatchPlan;
}

export interface BatchDraftDependencies extends BatchMethodsDependencies {
  readonly document: Pick<Document, 'opened'>;
  readonly parameters: Parameters;
}

export function createBatchDraft(dependencies: BatchDraftDependencies): BatchDraft {
  const { document, parameters } = dependencies;
  const methods = createBatchMethods(dependencies);
  const [steps, setSteps] = createStore<Record<BatchStep, boolean>>({
    ...{ sum: false, denoise: false, pick: true, extract: false },
  });
  const [changes, setChanges] = createSignal<Partial<MicrographParameters>>({});
  const [threshold, setThreshold] = createSignal<number>();
  const [boxes, setBoxes] = createStore<Omit<BatchBoxes, 'inverts'> & { inverts: boolean | undefined }>({
    ...{ boxAngstrom: undefined, binTo: undefined, inverts: undefined, normalises: true },
  });
  const [scope, setScope] = createSignal<BatchScope>('all');
  const effective = createMemo((): MicrographParameters => ({ ...parameters.snapshot(), ...changes() }));
  // Particles are to be bright in the end.
  const inverts = (): boolean => boxes.inverts ?? !effective().brightParticles;
  const problem = createMemo((): string | undefined => {
    const all = effective();
    if (!Object.values(steps).some((isOn) => isOn)) return 'Turn on a step: there is nothing to do.';
    if (steps.pick) {
      const missing = methods.problemOf(all.method);
      if (missing !== undefined) return missing;
    }
    // Other micrographs may know their pixel size where this one does not.
    const known = { ...all, pixelSizeAngstrom: all.pixelSizeAngstrom ?? 1 };
    if (steps.denoise) {
      const wrong = filterProblem(known);
      if (wrong !== undefined) return `Denoise: ${wrong}`;
    }
    if (steps.extract && boxes.binTo !== undefined && boxes.binTo % 2 !== 0)
      return 'The binned box needs an even number of pixels.';
    return undefined;
  });
  return {
    steps,
    setStep: (step, isOn) => setSteps(step, isOn),
    parameters: effective,
    set: (change) => setChanges((before) => ({ ...before, ...change })),
    isChanged: () => Object.keys(changes()).length > 0,
    followScreen: () => setChanges({}),
    threshold,
    setThreshold,
    get boxes() {
      return { ...boxes, inverts: inverts() };
    },
    setBoxes: (change) => setBoxes(change),
    methods,
    scope,
    setScope,
    problem,
    plan: (method) => {
      const all = { ...effective(), ...(method && { method }) };
      return {
        ...patternOf(all, document.opened()),
        ...methods.plansFor(all.method),
        steps: { ...steps },
        threshold: threshold(),
        boxes: { ...boxes, inverts: inverts() },
      };
    },
  };
}
