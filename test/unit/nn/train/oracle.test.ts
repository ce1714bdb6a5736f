/** The oracle of training, before it judges anything: its derivatives against differences of its values. */
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  adam,
  bce,
  clipNorm,
  countLoss,
  focal,
  l1,
  l2,
  meanLoss,
  type PointLoss,
} from '../../../reference/optimisers.ts';
import { differentiate, evaluate } from '../../../reference/training.ts';
import { picture } from '../../../reference/trainingLayers.ts';
import { middles, randomPicture, randomTensors } from './graphs.ts';

const step = 1e-6;

describe('derivatives of networks', () => {
  test.each(middles)('$name', ({ graph, batch, height, width }) => {
    const input = randomPicture(batch, graph.channels, height, width, 1);
    const tensors = new Map(
      [...randomTensors(graph, 2)].map(([name, { data }]) => [name, Float64Array.from(data)]),
    );
    const first = evaluate(graph.layers, input, tensors);
    const random = createRandom(3);
    const weights = Float64Array.from(first.output.data, () => random.normal());
    const loss = (): number =>
      evaluate(graph.layers, input, tensors).output.data.reduce(
        (sum, y, i) => sum + y * (weights[i] ?? 0),
        0,
      );
    const { values, tensors: byTensor } = differentiate(graph.layers, first, weights, tensors);

    const compare = (name: string, numbers: Float64Array, gradient: Float64Array | undefined): void => {
      for (let trial = 0; trial < 6; trial++) {
        const i = random.integer(numbers.length);
        const kept = numbers[i] ?? 0;
        numbers[i] = kept + step;
        const above = loss();
        numbers[i] = kept - step;
        const below = loss();
        numbers[i] = kept;
        expect(gradient?.[i], `${name}[${i}]`).toBeCloseTo((above - below) / (2 * step), 5);
      }
    };
    compare('input', input.data, values.get('input')?.data);
    for (const [name, numbers] of tensors) {
      if (!/running_/.test(name)) compare(name, numbers, byTensor.get(name));
    }
  });

  test('maxima that are equal: the first one takes it all', () => {
    const layers = [
      {
        op: 'maxPool' as const,
        name: 'p',
        input: 'input',
        kernel: { x: 2, y: 2 },
        stride: { x: 2, y: 2 },
        dilation: { x: 1, y: 1 },
        padding: { left: 0, right: 0, top: 0, bottom: 0 },
        countPadding: true,
      },
    ];
    const input = picture(1, 1, 2, 4, [3, 3, 1, 2, 3, 3, 2, 2]);
    const gradients = differentiate(layers, evaluate(layers, input, new Map()), [1, 1], new Map());
    expect([...(gradients.values.get('input')?.data ?? [])]).toEqual([1, 0, 0, 1, 0, 0, 0, 0]);
  });
});

describe('derivatives of losses', () => {
  const random = createRandom(4);
  const logits = Float64Array.from({ length: 40 }, () => 2 * random.normal());
  const target = logits.map((_, i) => (i % 7 === 0 ? 1 : 0));
  const weight = logits.map(() => random.uniform());
  const points: readonly (readonly [string, PointLoss])[] = [
    ['L2', l2],
    ['L1', l1],
    ['cross-entropy', bce],
    ['focal', focal(0.25, 2)],
  ];
  const check = (loss: (s: Float64Array) => { value: number; gradient: Float64Array }): void => {
    const { gradient } = loss(logits);
    for (const i of [0, 1, 7, 20, 39]) {
      const moved = (by: number): number => loss(logits.map((s, k) => (k === i ? s + by : s))).value;
      expect(gradient[i], `${i}`).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 6);
    }
  };
  test.each(points)('%s', (_, loss) => check((s) => meanLoss(loss, s, target, weight)));
  test('expected count', () => check((s) => countLoss(s, target, 0.2, 0.7)));

  test('the focal loss with γ 0 and α ½ is half the cross-entropy', () => {
    expect(meanLoss(focal(0.5, 0), logits, target).value).toBeCloseTo(
      meanLoss(bce, logits, target).value / 2,
      12,
    );
  });

  test('the expected count costs least where it is right', () => {
    const penalty = (p: number): number => {
      const s = Math.log(p / (1 - p));
      return countLoss(new Float64Array(100).fill(s), new Float64Array(100), 0.1, 1).value;
    };
    expect(penalty(0.1)).toBeLessThan(penalty(0.05));
    expect(penalty(0.1)).toBeLessThan(penalty(0.2));
  });
});

describe('optimisers', () => {
  test('the first step of Adam is the learning rate, whatever the gradient', () => {
    const weights = Float64Array.of(1, 1);
    const options = { beta1: 0.9, beta2: 0.999, epsilon: 0, weightDecay: 0 };
    adam(weights, [5, -0.01], new Float64Array(2), new Float64Array(2), 1, 0.1, options);
    expect(weights[0]).toBeCloseTo(0.9, 12);
    expect(weights[1]).toBeCloseTo(1.1, 12);
  });

  test('gradients are cut to a common norm', () => {
    const a = Float64Array.of(3);
    const b = Float64Array.of(4);
    expect(clipNorm([a, b], 1)).toBe(5);
    expect(Math.hypot(a[0] ?? 0, b[0] ?? 0)).toBeCloseTo(1, 6);
    expect(clipNorm([a, b], 10)).toBeCloseTo(1, 6);
    expect(a[0]).toBeCloseTo(0.6, 6);
  });
});
