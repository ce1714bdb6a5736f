import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { batchNorm, conv, convTranspose, leakyRelu, pool, relu } from '../../../src/nn/build.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { adam } from '../../../src/nn/train/settings.ts';
import { Trainer } from '../../../src/nn/train/trainer.ts';
import { l2, meanLoss } from '../../reference/optimisers.ts';
import { differentiate, evaluate } from '../../reference/training.ts';
import { rms } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { type Case, middles, randomPicture, randomTensors } from '../../unit/nn/train/graphs.ts';
import { runStep } from './step.ts';

/** Largest difference by the largest number. */
function expectNear(
  name: string,
  ours: Float32Array | undefined,
  theirs: ArrayLike<number>,
  tolerance: number,
): void {
  expect(ours?.length, name).toBe(theirs.length);
  let difference = 0;
  let largest = 1e-9;
  ours?.forEach((value, i) => {
    const wanted = theirs[i] ?? Number.NaN;
    largest = Math.max(largest, Math.abs(wanted));
    const off = Math.abs(value - wanted);
    difference = off <= difference ? difference : off;
  });
  expect(difference / largest, `${name}, largest ${largest}`).toBeLessThan(tolerance);
}

describeGpu('derivatives', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });
  afterEach(() => {
    expect(context.memory().bytes).toBe(0);
  });
  afterAll(() => context.destroy());

  const check = async (
    { graph, batch, height, width }: Case,
    change = (x: number): number => x,
  ): Promise<void> => {
    const drawn = randomPicture(batch, graph.channels, height, width, 11);
    const input = { ...drawn, data: drawn.data.map(change) };
    const tensors = randomTensors(graph, 12);
    const plain = new Map([...tensors].map(([name, { data }]) => [name, data]));
    const expected = evaluate(graph.layers, input, plain);
    const random = createRandom(13);
    const target = Float32Array.from(expected.output.data, () => random.normal());
    const loss = meanLoss(l2, expected.output.data, target);
    const gradients = differentiate(graph.layers, expected, loss.gradient, plain);

    const result = await runStep(context, graph, { input, tensors, target, loss: { kind: 'l2' } });
    expectNear('prediction', result.prediction, expected.output.data, 1e-5);
    expect(result.loss).toBeCloseTo(loss.value, 4);
    expect(result.bad).toBe(false);
    expectNear('image gradient', result.imageGradient, gradients.values.get('input')?.data ?? [], 2e-5);
    let squares = 0;
    for (const [name, ours] of result.gradients) {
      const theirs = gradients.tensors.get(name) ?? new Float64Array();
      expectNear(name, ours, theirs, 2e-5);
      squares += rms(theirs) ** 2 * theirs.length;
    }
    expect(result.norm / Math.sqrt(squares)).toBeCloseTo(1, 5);
    for (const [name, { mean, variance }] of expected.statistics) {
      // PyTorch's: a tenth of the batch's, the variance divided by n − 1; they began as 0 and 1.
      const n = expected.values.get(name)?.data.length ?? 0;
      const unbiased = n / mean.length / (n / mean.length - 1);
      expectNear(
        `mean of ${name}`,
        result.statistics.get(`${name}.running_mean`),
        mean.map((m) => 0.1 * m),
        1e-5,
      );
      const spread = variance.map((v) => 0.9 + 0.1 * unbiased * v);
      expectNear(`variance of ${name}`, result.statistics.get(`${name}.running_var`), spread, 1e-5);
    }
  };

  describe('with a layer in the middle', () => {
    test.each(middles)('$name', (one) => check(one));

    test('maxima that are equal', async () => {
      const window = { stride: { x: 1, y: 2 }, padding: 1 };
      const layers = [pool('maxPool', 'p', 'input', 3, window), conv('c', 'p', 2, 1, 2)];
      const graph: Graph = { name: 'equal', channels: 2, layers };
      await check({ name: 'equal', graph, batch: 2, height: 9, width: 8 }, Math.round);
    });
  });

  test('batch normalisation is looked at with its running statistics', async () => {
    const [mean, variance] = [Float32Array.of(0.5, -1, 2), Float32Array.of(4, 0.25, 1)];
    const norm = batchNorm('n', 'c', 3, { epsilon: 0.01, activation: relu });
    const graph: Graph = { name: 'n', channels: 1, layers: [conv('c', 'input', 1, 3, 3), norm] };
    const tensors = randomTensors(graph, 3);
    tensors.set(norm.mean, { shape: [3], data: mean });
    tensors.set(norm.variance, { shape: [3], data: variance });
    const trainer = Trainer.begin(
      graph,
      tensors,
      { loss: { kind: 'l2' }, optimiser: adam(0), schedule: { kind: 'constant' } },
      { acquire: async () => context },
    );
    const input = randomPicture(2, 1, 6, 5, 4);
    const images = Float32Array.from(input.data);
    const target = new Float32Array(2 * 3 * 4 * 3);
    const { prediction } = await trainer.evaluate({ batch: 2, width: 5, height: 6, images, target });
    trainer.dispose();
    // As a 1 × 1 convolution.
    const scale = Array.from(
      variance,
      (v, c) => (tensors.get('n.weight')?.data[c] ?? 0) / Math.sqrt(v + 0.01),
    );
    const plain = new Map<string, ArrayLike<number>>([...tensors].map(([name, { data }]) => [name, data]));
    plain.set(
      'f.weight',
      [0, 1, 2].flatMap((c) => [0, 1, 2].map((i) => (i === c ? (scale[c] ?? 0) : 0))),
    );
    plain.set(
      'f.bias',
      scale.map((s, c) => (tensors.get('n.bias')?.data[c] ?? 0) - s * (mean[c] ?? 0)),
    );
    const folded = [...graph.layers.slice(0, 1), conv('f', 'c', 3, 3, 1, { activation: relu })];
    expectNear('prediction', prediction, evaluate(folded, input, plain).output.data, 1e-5);
  });

  const alone = (
    name: string,
    layer: ReturnType<typeof conv> | ReturnType<typeof convTranspose>,
    width: number,
  ): Case => {
    const graph: Graph = { name, channels: layer.in, layers: [layer] };
    return { name, graph, batch: 2, height: layer.in * layer.out > 2000 ? 5 : 9, width };
  };
  const channels = [1, 3, 48, 97];
  const convolutions = channels.flatMap((from) =>
    channels.map((to) =>
      alone(
        `${from} to ${to}`,
        conv('c', 'input', from, to, 3, {
          padding: from === 3 ? 0 : 'same',
          stride: to === 3 ? 2 : 1,
          dilation: from === 48 ? 2 : 1,
          activation: to === 97 ? relu : leakyRelu(0.1),
        }),
        from * to > 2000 ? 6 : 11,
      ),
    ),
  );
  const windows = [
    { kernel: 1, stride: 1, dilation: 1, padding: 0 },
    { kernel: 1, stride: 2, dilation: 1, padding: 0 },
    { kernel: 2, stride: 2, dilation: 1, padding: 1 },
    { kernel: 3, stride: 3, dilation: 2, padding: 2 },
    { kernel: 5, stride: 2, dilation: 1, padding: 2 },
    { kernel: 7, stride: 1, dilation: 1, padding: 3 },
    { kernel: 4, stride: 1, dilation: 3, padding: 4 },
    { kernel: 3, stride: 4, dilation: 3, padding: 0 },
  ];
  describe('of convolutions', () => {
    test.each(convolutions)('$name channels', (one) => check(one));
    test.each(windows)('kernel $kernel, stride $stride, dilation $dilation, padding $padding', (window) =>
      check(alone('c', conv('c', 'input', 3, 5, window.kernel, window), 13)),
    );
    test.each(windows.slice(0, 6))('transposed: kernel $kernel, stride $stride', ({ kernel, stride }) =>
      check(alone('t', convTranspose('t', 'input', 5, 3, kernel, { stride, activation: relu }), 7)),
    );
  });
});
