import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAbort } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { createGpuProvider, type GpuProvider, withGpu } from '../../../src/jobs/gpu.ts';
import { conv, leakyRelu, pool } from '../../../src/nn/build.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { TrainingError } from '../../../src/nn/train/errors.ts';
import type { StepReport } from '../../../src/nn/train/trainer.ts';
import { evaluatePicks } from '../../../src/pipelines/evaluation/evaluate.ts';
import { filterNetwork } from '../../../src/pipelines/picking/arrangement/filter.ts';
import { heatAt, heatMap, peaksOf } from '../../../src/pipelines/picking/heat.ts';
import { correlationAt } from '../../../src/pipelines/template/correlation.ts';
import { addParticle, emptySums, templateOf } from '../../../src/pipelines/template/profile.ts';
import { blankNetwork } from '../../../src/pipelines/training/initial.ts';
import {
  PickerTraining,
  type RunOptions,
  type StartingPoint,
  type TrainingGpu,
} from '../../../src/pipelines/training/pickerTraining.ts';
import { defaultSettings, type PickerTrainingSettings } from '../../../src/pipelines/training/settings.ts';
import { describeGpu } from '../../support/gpu.ts';
import { randomTensors } from '../../unit/nn/train/graphs.ts';
import { openContext } from '../micrographs.ts';

const diameterPx = 12;
/** Of few channels, so that software GPUs compile it soon; its cells have stride 2, as the real one's. */
const graph: Graph = {
  name: 'small',
  channels: 1,
  layers: [
    conv('a', 'input', 1, 3, 3, { padding: 'same', activation: leakyRelu(0.1) }),
    pool('maxPool', 'small', 'a', 2),
    conv('logit', 'small', 3, 1, 3, { padding: 'same' }),
  ],
};
const start: StartingPoint = {
  ...blankNetwork(graph, randomTensors(graph, 1), 1),
  settings: { workingDiameterPx: diameterPx, highpassDiameters: 4, clip: 6 },
  isBlank: true,
};
const settings: PickerTrainingSettings = {
  ...defaultSettings,
  seed: 3,
  steps: 4,
  batch: 1,
  patchPx: 48,
  evaluateEvery: 2,
};

/** Dark discs in noise; every third one is labelled. */
function example(seed: number) {
  const [width, height] = [101, 87];
  const random = createRandom(seed);
  const data = Float32Array.from({ length: width * height }, () => 0.7 * random.normal());
  const truth: { x: number; y: number }[] = [];
  for (let y = 14; y < height - 8; y += 20)
    for (let x = 14; x < width - 8; x += 20) truth.push({ x: x + random.uniform(), y: y + random.uniform() });
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (truth.some((place) => Math.hypot(place.x - x, place.y - y) < 5)) data[i] = (data[i] ?? 0) - 1.5;
  }
  const labels = truth.filter((_, i) => i % 3 === 0);
  return { name: `${seed}`, picture: { data, width, height }, labels, truth };
}

const examples = [example(1), example(2)];

describeGpu('a training on picks', () => {
  let provider: GpuProvider;
  let gpu: TrainingGpu;
  let training: PickerTraining;
  const reports: StepReport[] = [];
  const trainingGpu = (from: GpuProvider): TrainingGpu => ({
    acquire: () => from.acquire(),
    run: (work) => withGpu(from, work),
  });
  beforeAll(async () => {
    provider = createGpuProvider(openContext);
    gpu = trainingGpu(provider);
    training = await PickerTraining.begin(gpu, examples, start, settings);
    const { device } = await provider.acquire();
    await training.run({
      onStep: (report) => reports.push(report),
      // The whole training happens on another device than its preparation, then.
      onHeldOut: ({ step }) => step === 0 && device.destroy(),
    });
  });
  afterAll(async () => {
    training.dispose();
    const context = await provider.acquire();
    expect(context.memory().bytes).toBe(0);
    provider.dispose();
  });

  test('reports steps and looks at what was kept back, and counts the particles', () => {
    expect(reports.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
    expect(reports.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    expect(training.history.map(({ step, heldOut }) => [step, heldOut])).toEqual([
      [0, 2],
      [2, 2],
      [4, 2],
    ]);
    const truth = examples.reduce((sum, one) => sum + one.truth.length, 0);
    // Nine labels can't tell it better.
    expect(training.expectedCount / truth).toBeGreaterThan(0.6);
    expect(training.expectedCount / truth).toBeLessThan(1.5);
  });

  test('gives a picker that finds the particles without labels, with a threshold between them and the rest', async () => {
    const { network, threshold, separationDiameters } = await training.picker();
    const other = example(9);
    const picks = await gpu.run(async (context) => {
      const heat = await heatMap(context, network.graph, network.tensors, other.picture);
      return peaksOf(heat, other.picture, diameterPx, separationDiameters * diameterPx);
    });
    const scored = picks.map((pick) => ({ ...pick, score: 1 / (1 + Math.exp(-pick.score)) }));
    const all = evaluatePicks([{ name: 'all', picks: scored, truth: other.truth }], 3);
    expect(all.averagePrecision).toBeGreaterThan(0.9);
    const good = scored.filter(({ score }) => score >= threshold);
    expect(evaluatePicks([{ name: 'good', picks: good, truth: other.truth }], 3).f1).toBeGreaterThan(0.85);
  });

  test('goes on from a checkpoint after a stop to the bits that an undisturbed one gives, on another device', async () => {
    const first = await PickerTraining.begin(gpu, examples, start, settings);
    const stop = new AbortController();
    const untilStop: RunOptions = {
      signal: stop.signal,
      onStep: ({ step }) => step === 1 && stop.abort(),
    };
    await expect(first.run(untilStop)).rejects.toSatisfy(isAbort);
    const { checkpoint } = first;
    // As many tensors as the undisturbed one's, so that there is something to be equal below.
    expect(checkpoint?.trainer.tensors.size).toBe(training.checkpoint?.trainer.tensors.size);
    expect(checkpoint?.trainer.tensors.size).toBeGreaterThan(4);
    first.dispose();
    const second = await PickerTraining.begin(gpu, examples, start, settings, checkpoint);
    expect(second.step).toBe(2);
    await second.run();
    expect(second.checkpoint?.trainer).toEqual(training.checkpoint?.trainer);
    expect(second.history).toEqual(training.history);
    expect(second.bestStep).toBe(training.bestStep);
    second.dispose();
  });

  test('refuses micrographs without picks', async () => {
    const none = examples.map((one) => ({ ...one, labels: [] }));
    await expect(PickerTraining.begin(gpu, none, start, settings)).rejects.toThrow(TrainingError);
  });

  test('the filter gives the correlation with the template, on the cells of stride 2', async () => {
    const { picture, truth } = examples[0] ?? example(1);
    const sums = emptySums(0.85 * diameterPx);
    for (const centre of truth) addParticle(sums, picture, centre);
    const template = templateOf(sums);
    if (!template) throw new Error('Nothing is to be seen in the template.');
    const { graph: filter, tensors } = filterNetwork(template, 2);
    const heat = await gpu.run((context) => heatMap(context, filter, tensors, picture));
    const found = { high: 0, low: 0 };
    for (const { x, y } of truth) {
      const cell = { x: 2 * Math.floor(x / 2) + 0.5, y: 2 * Math.floor(y / 2) + 0.5 };
      expect(correlationAt(picture, cell, template)).toBeGreaterThan(0.3);
      found.high += heatAt(heat, cell);
      found.low += heatAt(heat, { x: cell.x + 10, y: cell.y + 10 });
    }
    expect(found.high / truth.length).toBeGreaterThan(4 + found.low / truth.length);
  });
});
