import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { type LossKind, logBinomial } from '../../../src/gpu/ops/trainLoss.ts';
import { conv } from '../../../src/nn/build.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { judgeBatch } from '../../../src/nn/train/batch.ts';
import { countLoss, meanLoss } from '../../reference/optimisers.ts';
import { picture } from '../../reference/trainingLayers.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { counts, points } from './losses.ts';
import { runStep, type StepResult } from './step.ts';

/** What goes in comes out, so that the gradient by the image is that by the prediction. */
const graph: Graph = {
  name: 'identity',
  channels: 1,
  layers: [conv('c', 'input', 1, 1, 1, { bias: false })],
};
const tensors = new Map([['c.weight', { shape: [1, 1, 1, 1], data: Float32Array.of(1) }]]);

describeGpu('losses', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });
  afterEach(() => expect(context.memory().bytes).toBe(0));
  afterAll(() => context.destroy());

  const run = (
    loss: LossKind,
    prediction: Float32Array<ArrayBuffer>,
    target: Float32Array<ArrayBuffer>,
    width: number,
    weights?: Float32Array<ArrayBuffer>,
  ): Promise<StepResult> => {
    const height = prediction.length / width;
    const numbers = judgeBatch(
      { batch: 1, width, height, images: prediction, target, ...(weights && { weights }) },
      loss,
      0,
      { images: prediction.length, target: prediction.length },
    );
    return runStep(context, graph, {
      input: picture(1, 1, height, width, prediction),
      tensors,
      target,
      loss,
      numbers,
      ...(weights && { weights }),
      ...(loss.kind === 'expectedCount' ? { logBinomial: logBinomial(numbers.unlabelled, loss.pi) } : {}),
    });
  };
  const expectLoss = (
    result: StepResult,
    wanted: { readonly value: number; readonly gradient: Float64Array },
    tolerance: number,
  ): void => {
    const largest = wanted.gradient.reduce((top, g) => Math.max(top, Math.abs(g)), 0);
    expect(Math.abs(result.loss / wanted.value - 1)).toBeLessThan(tolerance);
    expect(largestDifference(result.imageGradient, wanted.gradient) / largest).toBeLessThan(tolerance);
  };

  // More numbers than one workgroup looks at, and not a whole number of workgroups.
  const random = createRandom(5);
  const logits = Float32Array.from({ length: 90 * 101 }, () => 3 * random.normal());
  const target = logits.map(() => random.uniform());
  const weights = logits.map(() => (random.uniform() < 0.3 ? 0 : random.uniform()));
  logits.set([-60, 60, 60, -60, 0]);
  target.set([0, 1, 0, 1, 0]);

  test.each(points)('%j', async (loss, reference) => {
    expectLoss(await run(loss, logits, target, 101), meanLoss(reference, logits, target), 1e-5);
    const weighted = await run(loss, logits, target, 101, weights);
    expectLoss(weighted, meanLoss(reference, logits, target, weights), 1e-5);
  });

  test('equal numbers have no L1 gradient', async () => {
    const result = await run({ kind: 'l1' }, Float32Array.of(1, 2, 3, 4), Float32Array.of(1, 0, 3, 5), 2);
    expect([...result.imageGradient]).toEqual([0, 0.25, 0, -0.25]);
  });

  test.each(counts)('expected count: %j', async ({ pi, slack, shift }) => {
    // Most are not looked at, in more than one workgroup; of those that are one in 16 is positive.
    const scores = logits.map((s) => s + shift);
    const labels = scores.map((_, i) => (i % 17 !== 0 ? -1 : i % 272 === 0 ? 1 : 0));
    const looked = [...scores.keys()].filter((i) => labels[i] !== -1);
    const wanted = countLoss(
      looked.map((i) => scores[i] ?? 0),
      looked.map((i) => labels[i] ?? 0),
      pi,
      slack,
    );
    const gradient = new Float64Array(scores.length);
    looked.forEach((i, k) => {
      gradient[i] = wanted.gradient[k] ?? 0;
    });
    const result = await run({ kind: 'expectedCount', pi, slack }, scores, labels, 101);
    expectLoss(result, { value: wanted.value, gradient }, 2e-4);
  });

  test('without positives, or with them alone, the expected count has one of its terms', async () => {
    const loss: LossKind = { kind: 'expectedCount', pi: 0.2, slack: 1 };
    const scores = Float32Array.of(0.3, -1, 2, 0.5);
    for (const labels of [Float32Array.of(0, 0, 0, 0), Float32Array.of(1, 1, 1, 1)]) {
      expectLoss(await run(loss, scores, labels, 2), countLoss(scores, labels, 0.2, 1), 1e-4);
    }
  });

  test('the table of the binomial distribution sums to one', () => {
    for (const [n, pi] of [
      [0, 0.5],
      [7, 0.1],
      [60000, 0.035],
    ] as const) {
      const table = logBinomial(n, pi);
      expect(table.length).toBe(n + 1);
      expect(table.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 3);
    }
  });
});
