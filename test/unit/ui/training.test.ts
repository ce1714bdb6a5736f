import { batch, createRoot, createSignal } from 'solid-js';
import { describe, expect, it } from 'vitest';
import type { Pick } from '../../../src/dataset/picks.ts';
import type { MicrographSession, Provenance } from '../../../src/dataset/session.ts';
import { memoryTrainingStore } from '../../../src/platform/browser/trainingStore.ts';
import type { ComputeClient } from '../../../src/rpc/client.ts';
import type {
  OpenedMicrograph,
  TrainingEvent,
  TrainingOutcome,
  TrainingQuestion,
  TrainingRequest,
} from '../../../src/rpc/contract.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createGain } from '../../../src/ui/state/gain.ts';
import type { Jobs } from '../../../src/ui/state/jobs.ts';
import { createLabels } from '../../../src/ui/state/labels.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createModels, memoryModelStore } from '../../../src/ui/state/models.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createReview } from '../../../src/ui/state/review.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { createTraining } from '../../../src/ui/state/training.ts';
import type { UnfinishedTraining } from '../../../src/ui/state/unfinishedTraining.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { fakeCompute, image, parameters } from './fixtures.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
const manual = (x: number): Pick => ({ x, y: 0, score: 1, origin: 'manual' });
const found = (x: number): Pick => ({ x, y: 0, score: 0.6, origin: 'cnn' });
const two: OpenedMicrograph = { ...image, id: 2, fingerprint: 'g', name: 'b.mrc' };

const trainedProvenance: Provenance = {
  program: 'Cryolite',
  version: 'test',
  adapter: 'test',
  method: 'cnn',
  weightsName: 'Trained on 3 picks',
  diameterAngstrom: 120,
  pixelSizeAngstrom: 1.5,
};

const session = (fingerprint: string, picks: readonly Pick[]): MicrographSession => ({
  fingerprint,
  name: 'b.mrc',
  parameters: { ...parameters, pixelSizeAngstrom: 1.5, diameterAngstrom: 120 },
  picks,
  rejected: [{ x: 900, y: 0 }],
  provenance: undefined,
  updatedAt: 0,
});

/** Micrograph a.mrc on the screen and b.mrc, picked on before a reload, in the list; particles of 80 px. */
async function setUp(parts: Partial<ComputeClient> = {}) {
  const sessions = memorySessionStore();
  const store = memoryTrainingStore<UnfinishedTraining>();
  await sessions.save(session('g', [manual(10), manual(200), found(400)]));
  await store.noteLabelled({ fingerprint: 'g', name: 'b.mrc', folder: '', frame: 0, version: 'raw' });
  const made = createRoot((dispose) => {
    const values = createParameters();
    values.set({
      ...parameters,
      pixelSizeAngstrom: 1.5,
      diameterAngstrom: 120,
      method: 'cnn',
      threshold: 0.5,
    });
    const notices = createNotices();
    const tasks = createTasks(notices);
    const picks = createPicks(values);
    const view = createViewState();
    view.resize({ width: 700, height: 700 });
    view.showImage({ width: 1000, height: 800 });
    const library = createLibrary();
    const [opened, setOpened] = createSignal<OpenedMicrograph | undefined>(image);
    const [key, setKey] = createSignal<string>();
    const [provenance, setProvenance] = createSignal<Provenance>();
    const [first] = library.add('s', [
      { name: 'a.mrc', folder: '', getFile: async () => new File([], 'a.mrc') },
      { name: 'b.mrc', folder: '', getFile: async () => new File([], 'b.mrc') },
    ]);
    setKey(first);
    picks.load('f', []);
    const document = {
      key,
      opened,
      provenance,
      setProvenance,
      select: async (wanted: string) => {
        // Opening takes its time.
        await settled();
        const isFirst = wanted === first;
        batch(() => {
          setKey(wanted);
          picks.load(isFirst ? 'f' : 'g', isFirst ? [] : [manual(10), manual(200), found(400)]);
          setOpened(isFirst ? image : two);
        });
      },
    } as unknown as Document;
    const compute = fakeCompute({
      openModel: async (file) => ({
        hash: `hash of ${file.name}`,
        name: file.name,
        bytes: file.size,
        format: 'Cryolite',
        architecture: 'picker',
        uses: ['pick'],
        parameters: 1,
        flopsPerPixel: 1,
        field: { width: 1, height: 1 },
      }),
      ...parts,
    });
    const base = { compute, document, parameters: values, picks, view, tasks, notices };
    const labels = createLabels({
      ...base,
      library,
      sessions: Promise.resolve(sessions),
      store: Promise.resolve(store),
    });
    const models = createModels({ ...base, store: Promise.resolve(memoryModelStore()) });
    const review = createReview({ ...base, labels, library });
    const jobs = {
      pick: async () => {
        picks.replaceCandidates([found(300), found(500)], 0.4);
        setProvenance(trainedProvenance);
      },
    } as unknown as Jobs;
    const training = createTraining({
      ...base,
      ...{ gain: createGain(), gpu: () => undefined, jobs, labels, library, models, review },
      store: Promise.resolve(store),
    });
    return { ...base, labels, library, review, training, setOpened, store, provenance, dispose };
  });
  await settled();
  return made;
}

describe('what is learnt from', () => {
  it('is picked by hand, on the screen and before a reload; noes beside a pick are none', async () => {
    const { labels, picks, store, dispose } = await setUp();
    expect(labels.all().map(({ note, labels: own }) => [note.name, own.length])).toEqual([['b.mrc', 2]]);
    expect(labels.all()[0]?.rejected).toEqual([{ x: 900, y: 0 }]);
    picks.add({ x: 50, y: 1 });
    picks.replaceCandidates([found(60), found(700)], 0.5);
    picks.remove(picks.all().filter(({ origin }) => origin === 'cnn'));
    const own = labels.all().find(({ note }) => note.name === 'a.mrc');
    expect(own?.labels).toEqual([{ x: 50, y: 1 }]);
    expect(own?.rejected).toEqual([{ x: 700, y: 0 }]);
    await settled();
    expect((await store.labelled()).map(({ name }) => name).sort()).toEqual(['a.mrc', 'b.mrc']);
    picks.undo();
    picks.undo();
    picks.undo();
    await settled();
    expect(labels.all().map(({ note }) => note.name)).toEqual(['b.mrc']);
    dispose();
  });
});

describe('questions', () => {
  const question = (fingerprint: string, x: number): TrainingQuestion => ({
    fingerprint,
    x,
    y: 0,
    chance: 0.5,
  });

  it('are gone to one after the other, on other micrographs too, and their answers can be taken back', async () => {
    const { review, picks, document, view, dispose } = await setUp();
    picks.add({ x: 700, y: 0 });
    review.offer([question('g', 402), question('f', 90), question('gone', 5), question('g', 600)]);
    await review.begin();
    expect(document.opened()?.fingerprint).toBe('g');
    expect(view.view()).toMatchObject({ u: 402.5, v: 0.5, scale: 1.25 });
    await review.answer(true);
    // What the network had found there is now a pick by hand.
    picks.load('g', []);
    expect(picks.all().map(({ x, origin }) => [x, origin])).toEqual([
      [10, 'manual'],
      [200, 'manual'],
      [400, 'manual'],
    ]);
    picks.load('f', []);
    expect(document.opened()?.fingerprint).toBe('f');
    await review.answer(false);
    // The one that is not to be had any more was passed over.
    expect([review.index(), review.total(), document.opened()?.fingerprint]).toEqual([3, 4, 'g']);
    expect(review.counts()).toEqual({ yes: 1, no: 1 });
    await review.skip();
    expect(review.current()).toBeUndefined();
    expect(review.counts()).toEqual({ yes: 1, no: 1 });
    await review.back();
    expect(review.current()?.x).toBe(600);
    dispose();
  });

  it('take an answer back with its pick', async () => {
    const { review, picks, dispose } = await setUp();
    review.offer([question('f', 90), question('f', 190)]);
    await review.begin();
    await review.answer(true);
    expect(picks.all()).toHaveLength(1);
    await review.back();
    expect(picks.all()).toHaveLength(0);
    await review.answer(false);
    expect(picks.rejected()).toEqual([{ x: 90, y: 0 }]);
    await review.back();
    expect(picks.rejected()).toEqual([]);
    review.leave();
    await review.answer(true);
    expect(picks.all()).toHaveLength(0);
    dispose();
  });

  it('take answers back while the next micrograph is still being opened, one for each wish', async () => {
    const { review, picks, view, document, dispose } = await setUp();
    picks.add({ x: 700, y: 0 });
    review.offer([question('f', 90), question('f', 190), question('g', 600)]);
    await review.begin();
    await review.answer(false);
    expect(picks.rejected()).toEqual([{ x: 90, y: 0 }]);
    const skipped = review.skip();
    expect(review.current()).toBeUndefined();
    await Promise.all([review.back(), review.back(), skipped]);
    expect(review.current()?.x).toBe(90);
    expect(view.view().u).toBe(90.5);
    expect(document.opened()?.fingerprint).toBe('f');
    expect(picks.rejected()).toEqual([]);
    dispose();
  });

  it('that could not be asked are passed over on the way back, too', async () => {
    const { review, picks, dispose } = await setUp();
    review.offer([question('f', 90), question('gone', 5), question('f', 190)]);
    await review.begin();
    await review.answer(true);
    expect(review.current()?.x).toBe(190);
    await review.back();
    expect(review.current()?.x).toBe(90);
    expect(picks.all()).toHaveLength(0);
    dispose();
  });

  it('wait when the opening of the next micrograph is cancelled, and go on with the same one', async () => {
    const { review, document, notices, dispose } = await setUp();
    review.offer([question('f', 90), question('g', 600)]);
    await review.begin();
    const { select } = document;
    document.select = async () => {};
    await review.answer(true);
    expect([review.isOn(), review.index(), notices.list()]).toEqual([false, 1, []]);
    document.select = select;
    await review.begin();
    expect([review.index(), review.current()?.x]).toEqual([1, 600]);
    dispose();
  });

  it('about a micrograph that can’t be opened any more are passed over, which is said', async () => {
    const { review, document, library, notices, picks, dispose } = await setUp();
    picks.add({ x: 700, y: 0 });
    review.offer([question('g', 600), question('f', 90)]);
    document.select = async (key) => library.update(key, { status: 'failed' });
    await review.begin();
    expect(review.current()?.x).toBe(90);
    expect(notices.list().map(({ text }) => text)).toEqual([
      'b.mrc is not what it was or can’t be opened: no more is asked about it.',
    ]);
    dispose();
  });

  it('leave the picture alone when they are left while a micrograph is being opened', async () => {
    const { review, picks, view, dispose } = await setUp();
    picks.add({ x: 700, y: 0 });
    review.offer([question('f', 90), question('g', 600)]);
    await review.begin();
    const skipped = review.skip();
    review.leave();
    await skipped;
    expect(view.view().u).toBe(90.5);
    await review.begin();
    expect(view.view().u).toBe(600.5);
    dispose();
  });
});

describe('a training', () => {
  const outcome: TrainingOutcome = {
    file: new ArrayBuffer(8),
    step: 5,
    bestStep: 4,
    isFinished: true,
    looks: [],
    particlesPerMicrograph: 40,
    threshold: 0.4,
    questions: [{ fingerprint: 'f', x: 1, y: 1, chance: 0.5 }],
    checkpoint: undefined,
    flops: 1,
    adapter: 'test',
  };
  /** A worker that gives a checkpoint, and the outcome when it is stopped or told to go on. */
  function worker() {
    const asked: { request: TrainingRequest; from: number | undefined }[] = [];
    const read: string[] = [];
    let finish: (() => void) | undefined;
    const parts: Partial<ComputeClient> = {
      missingForTraining: async (pictures) => pictures,
      keepForTraining: async (id, picture) => void read.push(`${id} ${picture.fingerprint}`),
      open: async () => two,
      close: async () => {},
      train: async (request, from, onEvent, options) => {
        asked.push({ request, from: from?.byteLength });
        const send = (event: TrainingEvent): void => onEvent(event);
        send({ kind: 'steps', first: 0, losses: [3, 2], secondsPerStep: 0.5 });
        send({ kind: 'checkpoint', step: 2, bytes: new ArrayBuffer(16) });
        const isStopped = await new Promise<boolean>((resolve) => {
          finish = () => resolve(false);
          options?.signal?.addEventListener('abort', () => resolve(true));
        });
        return isStopped ? { ...outcome, isFinished: false, checkpoint: new ArrayBuffer(24) } : outcome;
      },
    };
    return { parts, asked, read, finish: () => finish?.() };
  }

  it('reads every picture once, and gives a network of its own that picks at once', async () => {
    const { parts, asked, read, finish } = worker();
    const { training, review, picks, parameters: values, store, dispose } = await setUp(parts);
    picks.add({ x: 50, y: 0 });
    const running = training.toggle();
    await settled();
    expect(read).toEqual(['2 g', '1 f']);
    expect(training.isRunning()).toBe(true);
    expect(training.run()).toMatchObject({ labels: 3, step: 2, losses: [3, 2], steps: 300 });
    expect(training.unfinished()).toBeUndefined();
    finish();
    await running;
    expect(asked[0]?.request).toMatchObject({
      start: 'general',
      micrographs: [
        { name: 'b.mrc', labels: [{ x: 10 }, { x: 200 }], rejected: [{ x: 900, y: 0 }] },
        { name: 'a.mrc', labels: [{ x: 50 }] },
      ],
    });
    expect(values.values.pickModel?.name).toMatch(/^Trained on 3 picks, /);
    expect(picks.shown().map(({ x }) => x)).toEqual([50, 300, 500]);
    expect(review.total()).toBe(1);
    // Nothing is left to go on with.
    expect(await store.unfinished()).toBeUndefined();
    dispose();
  });

  it('that is stopped keeps its network and can go on; undo brings back what was before, and again what came', async () => {
    const { parts, asked, finish } = worker();
    const { training, picks, parameters: values, store, provenance, dispose } = await setUp(parts);
    picks.add({ x: 50, y: 0 });
    picks.replaceCandidates([found(800)], 0.5);
    const running = training.toggle();
    await settled();
    await training.toggle();
    await running;
    expect(training.trained()?.isFinished).toBe(false);
    expect(training.unfinished()?.step).toBe(5);
    expect((await store.unfinished())?.checkpoint.byteLength).toBe(24);
    expect(picks.shown().map(({ x }) => x)).toEqual([50, 300, 500]);

    picks.add({ x: 120, y: 0 });
    training.undo();
    expect(values.values.pickModel).toBeUndefined();
    expect(values.values.threshold).toBe(0.5);
    expect(picks.shown().map(({ x }) => x)).toEqual([50, 120, 800]);
    // Nobody knew how those picks came: they are not the trained network's now.
    expect(provenance()).toBeUndefined();
    training.undo();
    expect(provenance()).toBe(trainedProvenance);
    expect(values.values.pickModel?.name).toMatch(/^Trained on/);
    expect(picks.shown().map(({ x }) => x)).toEqual([50, 120, 300, 500]);

    const again = training.goOn();
    await settled();
    finish();
    await again;
    // With the picks that it began with, and its checkpoint.
    expect(asked[1]).toEqual({ request: asked[0]?.request, from: 24 });
    expect(training.unfinished()).toBeUndefined();
    dispose();
  });

  it('says what it needs', async () => {
    const { training, notices, parameters: values, picks, dispose } = await setUp();
    expect(training.problem()).toBeUndefined();
    values.set({ pixelSizeAngstrom: undefined });
    picks.add({ x: 1, y: 1 });
    const sentence = 'The pixel size of a.mrc is not known: enter it first.';
    expect(training.problem()).toBe(sentence);
    await training.toggle();
    expect(notices.list().map(({ text }) => text)).toEqual([sentence]);
    dispose();
  });
});
