import { createRoot, createSignal } from 'solid-js';
import { describe, expect, it } from 'vitest';
import type { SavedMask } from '../../../src/dataset/contaminationMask.ts';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';
import type { Pick, Place } from '../../../src/dataset/picks.ts';
import { scoreCurve } from '../../../src/dataset/scoreCurve.ts';
import type { Provenance } from '../../../src/dataset/session.ts';
import { comparePicks } from '../../../src/pipelines/evaluation/comparison.ts';
import { evaluateAtDiameter } from '../../../src/pipelines/evaluation/evaluate.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import type { OpenedMicrograph } from '../../../src/rpc/contract.ts';
import { ticksOf } from '../../../src/ui/controls/ticks.ts';
import { createAutosave, memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { createComparison } from '../../../src/ui/state/comparison.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createEvaluation } from '../../../src/ui/state/evaluation.ts';
import { judged, rescaled } from '../../../src/ui/state/evaluationData.ts';
import { percentText, sampled, scoreRange, tableRows } from '../../../src/ui/state/evaluationTable.ts';
import { candidatesOf } from '../../../src/ui/state/exportedPicks.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createMask } from '../../../src/ui/state/mask.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createReferences, memoryReferenceStore } from '../../../src/ui/state/references.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { fakeCompute, image, parameters as saved } from './fixtures.ts';

const network = (x: number, score: number): Pick => ({ x, y: 0, score, origin: 'cnn' });
const at = (x: number): Place => ({ x, y: 0 });
/** Three are right, one is 15 px off (loosely right), one is nowhere; a particle is 80 px. */
const candidates = [
  network(100, 0.9),
  network(215, 0.8),
  network(500, 0.7),
  network(300, 0.6),
  network(400, 0.2),
];
const truth = [at(100), at(200), at(300), at(400)];
const provenance: Provenance = {
  program: 'Cryolite',
  version: 'test',
  adapter: 'test',
  method: 'cnn',
  diameterAngstrom: 120,
  pixelSizeAngstrom: 1.5,
};

function setUp() {
  const store = Promise.resolve(memorySessionStore());
  const kept = memoryReferenceStore();
  const [opened, setOpened] = createSignal<OpenedMicrograph | undefined>(image);
  const [made, setMade] = createSignal(provenance);
  const [key, setKey] = createSignal('x/a.mrc');
  const document = {
    opened,
    key,
    provenance: made,
  } as unknown as Document;
  return createRoot((dispose) => {
    const parameters = createParameters();
    parameters.set({ ...saved, method: 'cnn', threshold: 0.5 });
    const notices = createNotices();
    const tasks = createTasks(notices);
    const picks = createPicks(parameters);
    picks.load('f', candidates);
    const view = createViewState();
    const library = createLibrary();
    const compute = fakeCompute({
      evaluatePicks: async ({ micrographs, diameterPx }) => evaluateAtDiameter(micrographs, diameterPx),
      comparePicks: async ({ a, b, radiusPx }) => comparePicks(a, b, radiusPx),
    });
    const references = createReferences({
      ...{ compute, document, library, notices },
      store: Promise.resolve(kept),
    });
    const all = { compute, document, parameters, picks, view, tasks, notices, references };
    const autosave = createAutosave(store, parameters, picks, createMask(parameters), notices);
    const evaluation = createEvaluation({ ...all, library, store, autosave });
    const comparison = createComparison({ ...all, now: () => new Date(2026, 0, 2, 9, 5) });
    return { ...all, store, kept, library, evaluation, comparison, setOpened, setKey, setMade, dispose };
  });
}

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(what()).toBe(true);
}

describe('the evaluation', () => {
  it('begins when there is a reference, and follows picks and threshold', async () => {
    const { evaluation, references, picks, dispose } = setUp();
    expect(evaluation.judge()).toBeUndefined();
    references.set({ label: 'truth.star', places: truth });
    expect(evaluation.judge()).toBe('file');
    await until(() => evaluation.answer() !== undefined);
    const first = evaluation.answer();
    const [row] = first ? tableRows(first, 0.5) : [];
    expect(row?.strict).toMatchObject({ picks: 4, truth: 4, matched: 3, precision: 0.75 });
    // 15 px off is within a quarter of 80 px; 25 px would not be.
    expect(first?.strict.radiusPx).toBe(20);
    picks.remove(picks.all().filter(({ x }) => x === 500));
    await until(() => evaluation.answer() !== first);
    const after = evaluation.answer();
    expect(after && tableRows(after, 0.5)[0]?.strict.precision).toBe(1);
    references.set(undefined);
    expect(evaluation.judge()).toBeUndefined();
    await until(() => evaluation.answer() === undefined);
    dispose();
  });

  it('sets the threshold for a target, and says what cannot be had', async () => {
    const { evaluation, references, parameters, dispose } = setUp();
    references.set({ label: 'truth.star', places: truth });
    await until(() => evaluation.answer() !== undefined);
    evaluation.setTarget({ of: 'recall', value: 0.75 });
    await evaluation.applyTarget();
    expect(parameters.values.threshold).toBe(0.6);
    expect(evaluation.said()).toMatch(/^Recall 75\s% or more at score ≥ 0\.6: .* by 4 labelled particles/);
    evaluation.setTarget({ of: 'precision', value: 0.95 });
    await evaluation.applyTarget();
    expect(parameters.values.threshold).toBe(0.8);
    dispose();
  });

  it('judges what a method has found by the picks by hand, as lower bounds', async () => {
    const { evaluation, picks, setMade, dispose } = setUp();
    for (const x of [101, 299]) picks.add(at(x));
    evaluation.judgeByHand(true);
    await until(() => evaluation.answer() !== undefined);
    expect(evaluation.isPartial()).toBe(true);
    const answer = evaluation.answer();
    const [row] = answer ? tableRows(answer, 0.5) : [];
    expect(row?.strict).toMatchObject({ picks: 4, truth: 2, matched: 2, recall: 1 });
    evaluation.setPartial(false);
    expect(evaluation.isPartial()).toBe(false);
    // What has learnt from them can't be judged by them.
    expect(evaluation.problem()).toBeUndefined();
    setMade({ ...provenance, weightsName: 'Trained on 52 picks, 21:04' });
    expect(evaluation.problem()).toMatch(/^This network has learnt from picks by hand/);
    setMade({ ...provenance, method: 'template' });
    expect(evaluation.problem()).toMatch(/^The template has learnt from your picks/);
    evaluation.judgeByHand(false);
    expect(evaluation.problem()).toBeUndefined();
    dispose();
  });

  it('pools the micrographs of the list, and sets their threshold, too', async () => {
    const { evaluation, references, library, picks, store, kept, dispose } = setUp();
    references.set({ label: 'truth.star', places: truth });
    const file = new File(['other'], 'b.mrc');
    const of = await fingerprint(browserFileSource(file), 0);
    const get = (name: string) => ({ name, folder: '', getFile: async () => file });
    library.add('x', [get('a.mrc'), get('b.mrc')]);
    // Its pixels are twice as large.
    const parameters = { ...saved, pixelSizeAngstrom: 3, threshold: 0.3 };
    const found = [network(50, 0.95), network(90, 0.4)];
    await (await store).save({
      fingerprint: of,
      name: 'b.mrc',
      parameters,
      picks: found,
      provenance,
      updatedAt: 0,
    });
    await kept.save({ fingerprint: of, reference: { label: 'b', places: [at(55)] }, remembered: undefined });
    evaluation.setScope('all');
    await until(() => evaluation.answer()?.strict.micrographs.length === 2);
    const answer = evaluation.answer();
    const rows = answer ? tableRows(answer, 0.5) : [];
    expect(rows.map(({ name, strict }) => [name, strict.picks, strict.matched])).toEqual([
      ['a.mrc', 4, 3],
      ['b.mrc', 1, 1],
      ['All', 5, 4],
    ]);
    // Saved since it was read, and changed in this tab: both stay.
    await (await store).save({
      ...{ fingerprint: of, name: 'b.mrc', picks: found, provenance, updatedAt: 1 },
      parameters: { ...parameters, diameterAngstrom: 99 },
    });
    picks.removeOf(of, found.slice(1));
    evaluation.setTarget({ of: 'recall', value: 0.8 });
    await evaluation.applyTarget();
    expect(evaluation.said()).toMatch(/Set on 1 more of the list\.$/);
    const changed = await (await store).load(of);
    expect(changed?.parameters).toMatchObject({ threshold: 0.6, diameterAngstrom: 99, pixelSizeAngstrom: 3 });
    expect([changed?.picks, changed?.rejected]).toEqual([found.slice(0, 1), [at(90)]]);
    // Reading the others again, with what was set, takes the sentence away no more; another target does.
    await until(() => evaluation.answer() !== answer);
    expect(evaluation.said()).toMatch(/Set on 1 more/);
    evaluation.setTarget({ of: 'recall', value: 0.7 });
    expect(evaluation.said()).toBeUndefined();
    dispose();
  });

  it('knows nothing of a micrograph until that one was judged', async () => {
    const { evaluation, references, parameters, setKey, dispose } = setUp();
    references.set({ label: 'truth.star', places: truth });
    await until(() => evaluation.answer() !== undefined);
    setKey('x/b.mrc');
    expect(evaluation.answer()).toBeUndefined();
    await evaluation.applyTarget();
    expect(parameters.values.threshold).toBe(0.5);
    dispose();
  });

  it('says which micrographs of the list it had to leave out', async () => {
    const { evaluation, references, library, dispose } = setUp();
    references.set({ label: 'truth.star', places: truth });
    const gone = async (): Promise<File> => {
      throw new Error('It was moved.');
    };
    library.add('x', [
      { name: 'a.mrc', folder: '', getFile: gone },
      { name: 'b.mrc', folder: '', getFile: gone },
      { name: 'c.mrc', folder: '', getFile: gone },
    ]);
    evaluation.setScope('all');
    await until(() => evaluation.problem() !== undefined);
    expect(evaluation.problem()).toBe(
      "Left out: b.mrc can't be read: it was moved, renamed or deleted, or the permission has ended. (and 1 more)",
    );
    evaluation.setScope('this');
    expect(evaluation.problem()).toBeUndefined();
    dispose();
  });
});

describe('the comparison', () => {
  it('shows nothing of one reference beside another', async () => {
    const { comparison, references, dispose } = setUp();
    references.set({ label: 'truth.star', places: truth });
    comparison.toggle();
    await until(() => comparison.sets() !== undefined);
    references.set({ label: 'other.star', places: truth.slice(1) });
    expect(comparison.sets()).toBeUndefined();
    await until(() => comparison.sets()?.label === 'other.star');
    dispose();
  });

  it('tells what both have and what one has alone, and follows the threshold', async () => {
    const { comparison, references, parameters, picks, dispose } = setUp();
    expect(comparison.choices()).toEqual([]);
    references.set({ label: 'truth.star', places: truth });
    comparison.toggle();
    await until(() => comparison.sets() !== undefined);
    const sets = comparison.sets();
    expect([sets?.both.length, sets?.onlyPicks, sets?.onlyOther, sets?.label]).toEqual([
      3,
      [at(500)],
      [at(400)],
      'truth.star',
    ]);
    parameters.set({ threshold: 0.1 });
    await until(() => comparison.sets()?.both.length === 4);
    comparison.toggle();
    expect(comparison.sets()).toBeUndefined();
    comparison.remember();
    expect(references.remembered()).toMatchObject({ label: 'picks of 09:05', places: { length: 5 } });
    picks.replaceCandidates([network(101, 0.9), network(700, 0.8)], 0.5);
    comparison.compareWith('remembered');
    await until(() => comparison.sets()?.both.length === 1);
    expect(comparison.sets()?.onlyPicks).toEqual([at(700)]);
    comparison.forget();
    expect([comparison.with(), references.remembered()]).toEqual([undefined, undefined]);
    dispose();
  });
});

describe('what is judged', () => {
  const manual = (x: number): Pick => ({ x, y: 0, score: 1, origin: 'manual' });
  const picks = [manual(100), network(103, 0.9), network(200, 0.8), network(302, 0.7), network(500, 0.6)];
  const stroke = { kind: 'add', radius: 12, points: [at(500)] } as const;
  const mask: SavedMask = {
    version: 1,
    base: undefined,
    strokes: [stroke],
    threshold: 0.5,
    marginDiameters: 0,
  };
  const session = { fingerprint: 'f', name: 'a', parameters: saved, picks, provenance, updatedAt: 0 };
  const left = { ...session, rejected: [at(300)], mask };
  const exported = candidatesOf(left, { width: 600, height: 40 });
  const one = { name: 'a', picks, exported, reference: [at(100), at(200)] };

  it('is nothing twice, nothing that was refused, and nothing under the mask', () => {
    expect(exported.map(({ x }) => x)).toEqual([100, 200]);
    expect(candidatesOf(session, undefined).map(({ x }) => x)).toEqual([100, 200, 302, 500]);
  });

  it('by a file is what would be exported, picks by hand above any threshold', () => {
    expect(judged(one, 'file')).toEqual({
      name: 'a',
      picks: [
        { x: 100, y: 0, score: Number.POSITIVE_INFINITY },
        { x: 200, y: 0, score: 0.8 },
      ],
      truth: [at(100), at(200)],
    });
    expect(judged({ ...one, reference: undefined }, 'file')).toBeUndefined();
  });

  it('by hand is what a method has found, at picks by hand and refused places, too', () => {
    const found = judged(one, 'hand');
    expect(found?.picks.map(({ x }) => x)).toEqual([103, 200, 302, 500]);
    expect(found?.truth).toEqual([at(100)]);
    expect(judged({ ...one, picks: picks.slice(1) }, 'hand')).toBeUndefined();
    expect(found && rescaled(found, 2).picks[0]).toEqual({ x: 206, y: 0, score: 0.9 });
  });
});

describe('numbers to show', () => {
  it('keeps the ends of a long curve', () => {
    const long = scoreCurve(
      Array.from({ length: 5000 }, (_, i) => ({ score: i, isMatched: i % 2 === 0 })),
      2500,
    );
    const points = sampled(long, 100);
    expect(points).toHaveLength(101);
    expect([points[0]?.threshold, points.at(-1)?.threshold]).toEqual([4999, 0]);
    expect(sampled(long, 6000)).toHaveLength(5000);
    expect(scoreRange(long)).toEqual({ min: 0, max: 4999 });
    const hand = { score: Number.POSITIVE_INFINITY, isMatched: true };
    expect(scoreRange(scoreCurve([hand, { score: 1, isMatched: true }], 1))).toBeUndefined();
  });

  it('writes shares as people do, and has round numbers on its axes', () => {
    expect(percentText(0.934, 7)).toBe('93.4\u00a0%');
    expect(percentText(1, 7)).toBe('100\u00a0%');
    expect(percentText(0, 0)).toBe('–');
    expect(ticksOf({ min: 0, max: 1 })).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticksOf({ min: 3.2, max: 9.1 })).toEqual([4, 6, 8]);
  });
});
