import { describe, expect, it } from 'vitest';
import type { TrainingRequest, TrainingScore } from '../../../src/rpc/contract.ts';
import {
  afterEvent,
  bestLook,
  bestPoint,
  recallAt,
  smoothed,
  startRun,
  type TrainingRun,
} from '../../../src/ui/state/trainingRun.ts';
import {
  durationText,
  heldOutWords,
  modelNameFor,
  outcomeWords,
  progressWords,
} from '../../../src/ui/state/trainingWords.ts';

const picture = {
  fingerprint: 'f',
  version: 'raw',
  pixelSizeAngstrom: 1,
  diameterAngstrom: 100,
  brightParticles: false,
};
const request: TrainingRequest = {
  micrographs: [
    { picture, name: 'a', labels: [{ x: 1, y: 1 }], rejected: [] },
    { picture, name: 'b', labels: [{ x: 1, y: 1 }], rejected: [] },
  ],
  start: 'general',
  seed: 0,
  steps: 300,
  particlesPerMicrograph: undefined,
};
const score = (
  averagePrecision: number,
  ...points: [recall: number, precision: number][]
): TrainingScore => ({
  averagePrecision,
  heldOut: 10,
  curve: points.map(([recall, precision]) => ({ recall, precision })),
});
const prepared = (run: TrainingRun, step = 0): TrainingRun =>
  afterEvent(run, {
    kind: 'prepared',
    step,
    particlesPerMicrograph: 80,
    network: score(0.5, [0.3, 1], [0.71, 0.88], [0.9, 0.4]),
    template: score(0.5, [0.64, 0.9]),
    looks: [],
  });
const steps = (run: TrainingRun, first: number, ...losses: number[]): TrainingRun =>
  afterEvent(run, { kind: 'steps', first, losses, secondsPerStep: 0.1 });

describe('a training as it is seen', () => {
  it('grows by its events, and goes on after a stop where its curve ended', () => {
    const run = steps(steps(prepared(startRun(request)), 0, 4, 3), 2, 2);
    expect(run).toMatchObject({ labels: 2, micrographs: 2, step: 3, losses: [4, 3, 2], firstLoss: 0 });
    // From the checkpoint after two steps, what came after it is done again.
    const again = steps(prepared(run, 2), 2, 2.5);
    expect(again).toMatchObject({ step: 3, losses: [4, 3, 2.5] });
    // After a reload nothing is known of the losses before.
    const fresh = steps(prepared(startRun(request), 50), 50, 1);
    expect(fresh).toMatchObject({ step: 51, losses: [1], firstLoss: 50 });
  });

  it('is as good as the look whose network is kept', () => {
    const look = (step: number, averagePrecision: number, isKept: boolean) => ({
      ...score(averagePrecision),
      step,
      isKept,
    });
    // The last one was better, but by no more than chance.
    const looks = [look(0, 0.5, true), look(25, 0.7, true), look(50, 0.71, false)];
    expect(bestLook({ looks })?.step).toBe(25);
    expect(bestLook({ looks: [] })).toBeUndefined();
    const curve = score(0.8, [0.5, 1], [0.92, 0.88], [1, 0.5]);
    expect(bestPoint(curve)).toEqual({ recall: 0.92, precision: 0.88 });
    expect(recallAt(curve, 0.9)).toBe(0.5);
    expect(recallAt(score(0), 0.9)).toBe(0);
  });

  it('has a smooth loss that begins where the first one is', () => {
    const [first = 0, second = 0] = smoothed([4, 2]);
    expect(first).toBe(4);
    expect(second).toBeGreaterThan(2.9);
    expect(second).toBeLessThan(3);
    const many = smoothed(Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 2 : 0)));
    expect(Math.abs((many.at(-1) ?? 0) - 1)).toBeLessThan(0.05);
  });
});

describe('the words of a training', () => {
  const run = prepared(startRun(request));
  const curve = score(0.8, [0.5, 1], [0.92, 0.88]).curve;

  it('tell what is found at which precision, and what was before', () => {
    const looks = [{ step: 25, averagePrecision: 0.8, heldOut: 10, curve, isKept: true }];
    expect(heldOutWords({ ...run, looks })).toBe(
      'Held-out: finds 92\u00a0% at 88\u00a0% precision; before 71\u00a0%, the template 64\u00a0%.',
    );
    expect(heldOutWords(run)).toBe('');
    const few = [{ step: 25, averagePrecision: 0, heldOut: 0, curve: [], isKept: true }];
    expect(heldOutWords({ ...run, looks: few })).toMatch(/none were kept back/);
  });

  it('tell how long it takes, and which step is kept', () => {
    expect(progressWords(steps(run, 0, 1, 1))).toBe('step 2 of 300, 30\u00a0s left at most');
    expect(progressWords(run)).toBe('step 0 of 300');
    expect(durationText(0.4)).toBe('a second');
    expect(durationText(200)).toBe('4\u00a0min');
    const ended = (bestStep: number) => ({ bestStep, isFinished: true });
    expect(outcomeWords({ ...run, step: 50 }, ended(25))).toBe(
      'Best after 25 of 50 steps; that one is kept.',
    );
    expect(outcomeWords({ ...run, step: 50 }, ended(0))).toMatch(/^No step made it better/);
    expect(outcomeWords({ ...run, step: 0 }, { bestStep: 0, isFinished: false })).toMatch(/^No step/);
    expect(outcomeWords({ ...run, step: 0 }, ended(0))).toMatch(
      /stand in nothing but noise.*no step was taken/,
    );
    expect(modelNameFor(52, new Date(2026, 0, 2, 21, 4))).toBe('Trained on 52 picks, 21:04');
  });
});
