import { type Accessor, batch, createMemo, createSignal } from 'solid-js';
import { isFound } from '../../dataset/picks.ts';
import type { ModelNote } from '../../dataset/session.ts';
import type { TrainingStore } from '../../platform/browser/trainingStore.ts';
import type {
  GpuReport,
  TrainingEvent,
  TrainingOutcome,
  TrainingRequest,
  TrainingStart,
} from '../../rpc/contract.ts';
import type { Jobs } from './jobs.ts';
import type { Models } from './models.ts';
import type { Review } from './review.ts';
import { saveModel } from './saveModel.ts';
import { makePicturesReady, type PicturesDependencies } from './trainingPictures.ts';
import { firstPace, rememberPace, requestOf } from './trainingRequest.ts';
import { afterEvent, afterOutcome, startRun, type TrainingRun } from './trainingRun.ts';
import { createUndo } from './trainingUndo.ts';
import { counted, modelNameFor } from './trainingWords.ts';
import type { UnfinishedTraining } from './unfinishedTraining.ts';
import type { WorkDependencies } from './work.ts';

/** What a training has given. */
export interface TrainedModel {
  readonly note: ModelNote;
  readonly bestStep: number;
  readonly isFinished: boolean;
}

/** What the next training begins with. */
export interface TrainingWish {
  /** `chosen` is the network that picks now. */
  readonly start: 'general' | 'chosen' | 'none';
  readonly steps: number;
  /** Undefined: estimated. */
  readonly particlesPerMicrograph: number | undefined;
}

/** Training a picker on the picks by hand. */
export interface Training {
  readonly wish: Accessor<TrainingWish>;
  setWish(change: Partial<TrainingWish>): void;
  /** Why there is nothing to train on, in a sentence. */
  readonly problem: Accessor<string | undefined>;
  readonly isRunning: Accessor<boolean>;
  /** The training under way or the last one. */
  readonly run: Accessor<TrainingRun | undefined>;
  readonly trained: Accessor<TrainedModel | undefined>;
  readonly canUndo: Accessor<boolean>;
  /** Whether the network of before is in use again. */
  readonly isUndone: Accessor<boolean>;
  readonly unfinished: Accessor<UnfinishedTraining | undefined>;
  /** Of a step, s; of an earlier training on this GPU at first. */
  readonly pace: Accessor<number | undefined>;
  /** Trains anew; while a training runs, stops it. */
  toggle(): Promise<void>;
  /** Goes on with the training that was not finished, with the picks it began with. */
  goOn(): Promise<void>;
  /** Brings back network and picks of before the training; again: those of after it. */
  undo(): void;
  save(): Promise<void>;
  forgetUnfinished(): Promise<void>;
  /** On start: what was not finished before a reload. */
  restore(): Promise<void>;
}

export interface TrainingDependencies extends WorkDependencies, PicturesDependencies {
  readonly gpu: Accessor<GpuReport | undefined>;
  readonly jobs: Jobs;
  readonly models: Models;
  readonly review: Review;
  readonly store: Promise<TrainingStore<UnfinishedTraining>>;
}

export const usualSteps = 300;

export function createTraining(dependencies: TrainingDependencies): Training {
  const { compute, document, gpu, jobs, labels, models, notices, parameters, picks, review, store, tasks } =
    dependencies;
  const [wish, setWish] = createSignal<TrainingWish>({
    start: 'general',
    steps: usualSteps,
    particlesPerMicrograph: undefined,
  });
  const [run, setRun] = createSignal<TrainingRun>();
  const [trained, setTrained] = createSignal<TrainedModel>();
  const [unfinished, setUnfinished] = createSignal<UnfinishedTraining>();
  const undoing = createUndo(dependencies);
  const isRunning = (): boolean => tasks.isRunning('train');
  const problem = createMemo((): string | undefined => {
    if (gpu()?.available === false) return 'Training needs WebGPU, which this browser does not offer.';
    const without = labels
      .all()
      .find(({ parameters: { pixelSizeAngstrom } }) => pixelSizeAngstrom === undefined);
    if (without) return `The pixel size of ${without.note.name} is not known: enter it first.`;
    if (labels.all().length > 0) return undefined;
    return 'Pick some particles by hand first, on one micrograph or several: 10 will do, 50 are good.';
  });

  /** Best effort: without storage it can go on until the page is closed. */
  const keep = async (training: UnfinishedTraining | undefined): Promise<void> => {
    setUnfinished(training);
    try {
      if (training) await (await store).keepUnfinished(training);
      else await (await store).forgetUnfinished();
    } catch {
      // As above.
    }
  };
  const start = async (request: TrainingRequest, from?: UnfinishedTraining): Promise<void> => {
    const before = from && run();
    batch(() => {
      setRun(before ?? startRun(request));
      review.leave();
    });
    const onEvent = (event: TrainingEvent): void => {
      setRun((now) => now && afterEvent(now, event));
      if (event.kind === 'steps' && event.secondsPerStep > 0) rememberPace(gpu(), event.secondsPerStep);
      if (event.kind === 'checkpoint') {
        void keep({ request, step: event.step, checkpoint: event.bytes });
      }
    };
    let outcome: TrainingOutcome | undefined;
    await tasks.run('train', 'Training', async (options) => {
      if (typeof request.start !== 'string') {
        const { model: hash } = request.start;
        await models.ready({ hash, name: models.find(hash)?.name ?? 'The network' }, options);
      }
      await makePicturesReady(dependencies, request, options);
      // What a stop has left comes back here, too.
      outcome = await compute.train(request, from?.checkpoint.slice(0), onEvent, options);
    });
    if (outcome) await adopt(outcome, request);
    else if (!unfinished()) setRun(undefined);
  };
  const adopt = async (outcome: TrainingOutcome, request: TrainingRequest): Promise<void> => {
    const { checkpoint, step, bestStep, isFinished, questions } = outcome;
    setRun((now) => now && afterOutcome(now, outcome));
    await keep(checkpoint && { request, step, checkpoint });
    const count = request.micrographs.reduce((sum, one) => sum + one.labels.length, 0);
    undoing.begin();
    const file = new File([outcome.file], modelNameFor(count, new Date()));
    const note = await models.open(file, 'pick');
    if (!note) return;
    setTrained({ note: { name: note.name, hash: note.hash }, bestStep, isFinished });
    review.offer(questions);
    const here = document.opened()?.fingerprint;
    await jobs.pick();
    undoing.end(note);
    const found = picks.shown().filter(isFound).length;
    const isHere = here !== undefined && here === document.opened()?.fingerprint;
    const what = isHere ? `it finds ${counted(found, 'particle')} more here` : 'it picks from now on';
    notices.info(`${note.name}: ${what}. Answer what it is least sure of, or undo it.`);
  };
  const startOf = (): TrainingStart => {
    const { start: wanted } = wish();
    if (wanted !== 'chosen') return wanted;
    const hash = parameters.values.pickModel?.hash;
    return hash === undefined ? 'general' : { model: hash };
  };

  return {
    wish,
    setWish: (change) => setWish((before) => ({ ...before, ...change })),
    problem,
    isRunning,
    run,
    trained,
    canUndo: undoing.canUndo,
    isUndone: undoing.isUndone,
    unfinished: () => (isRunning() ? undefined : unfinished()),
    pace: () => run()?.secondsPerStep ?? firstPace(gpu()),
    toggle: async () => {
      if (isRunning()) return tasks.cancel('train');
      const sentence = problem();
      if (sentence !== undefined) return notices.info(sentence);
      await start(requestOf(labels.all(), { ...wish(), start: startOf() }));
    },
    goOn: async () => {
      const from = unfinished();
      if (from && !isRunning()) await start(from.request, from);
    },
    undo: undoing.toggle,
    save: async () => {
      const model = trained();
      if (model) await saveModel(models, notices, model.note);
    },
    forgetUnfinished: async () => {
      const before = unfinished();
      const ran = run();
      if (!trained()) setRun(undefined);
      await keep(undefined);
      if (!before) return;
      notices.undoable('The unfinished training is forgotten.', async () => {
        await keep(before);
        if (!run()) setRun(ran);
      });
    },
    restore: async () => {
      const known = await (await store).unfinished();
      if (!known || isRunning()) return;
      setUnfinished(known);
      if (!run()) setRun({ ...startRun(known.request), step: known.step });
    },
  };
}
