import { describe, expect, test } from 'vitest';
import { TrainingError } from '../../../../src/nn/train/errors.ts';
import { TrainingRandom } from '../../../../src/nn/train/random.ts';
import {
  adam,
  checkSettings,
  learningRateAt,
  type TrainingSettings,
} from '../../../../src/nn/train/settings.ts';

const settings: TrainingSettings = {
  loss: { kind: 'l2' },
  optimiser: adam(0.1),
  schedule: { kind: 'cosine', warmUpSteps: 4, steps: 24, final: 0.1 },
};

describe('the learning rate', () => {
  test('is constant', () => {
    expect(learningRateAt({ ...settings, schedule: { kind: 'constant' } }, 1000)).toBe(0.1);
  });

  test('warms up, falls as a cosine, and stays', () => {
    const rates = Array.from({ length: 40 }, (_, step) => learningRateAt(settings, step));
    for (const [step, rate] of [0.025, 0.05, 0.075, 0.1, 0.1].entries()) {
      expect(rates[step]).toBeCloseTo(rate, 12);
    }
    expect(rates[14]).toBeCloseTo(0.055, 12);
    for (let step = 24; step < 40; step++) expect(rates[step]).toBeCloseTo(0.01, 12);
    for (let step = 5; step < 25; step++) expect(rates[step]).toBeLessThan(rates[step - 1] ?? 0);
  });
});

test.each<[string, Partial<TrainingSettings>]>([
  ['learning rate', { optimiser: adam(Number.NaN) }],
  ['learning rate', { optimiser: adam(-1) }],
  ['β1', { optimiser: { ...adam(1), beta1: 1 } }],
  ['weight decay', { optimiser: adam(1, Number.POSITIVE_INFINITY) }],
  ['largest norm', { clipNorm: 0 }],
  ['moving average', { averageDecay: 1.1 }],
  ['warm-up', { schedule: { kind: 'cosine', warmUpSteps: 5, steps: 4, final: 0 } }],
  ['π', { loss: { kind: 'expectedCount', pi: 0, slack: 1 } }],
  ['γ', { loss: { kind: 'focal', alpha: 0.5, gamma: -1 } }],
])('settings without sense are refused: %s', (name, change) => {
  const check = () => checkSettings({ ...settings, ...change });
  expect(check).toThrow(TrainingError);
  expect(check).toThrow(name);
});

describe('the random source', () => {
  test('gives the numbers of SplitMix64', () => {
    // The first outputs for the seed 1234567, as the algorithm's published implementations give them.
    const random = new TrainingRandom(1234567n);
    const outputs = [6457827717110365317n, 3203168211198807973n, 9817491932198370423n];
    for (const output of outputs) {
      expect(random.uniform()).toBe(Number(output >> 11n) / 2 ** 53);
    }
  });

  test('goes on from its state', () => {
    const first = new TrainingRandom(5n);
    first.normal();
    const second = TrainingRandom.fromHex(first.hex);
    expect(first.hex).toMatch(/^[0-9a-f]{16}$/);
    expect(second?.uniform()).toBe(first.uniform());
    expect(second?.fork().hex).toBe(first.fork().hex);
    for (const text of ['', 'g000000000000000', '0x00000000000000', '00000000000000000']) {
      expect(TrainingRandom.fromHex(text)).toBeUndefined();
    }
  });

  test('is normal and uniform', () => {
    const random = new TrainingRandom(1n);
    const normals = Array.from({ length: 4000 }, () => random.normal());
    expect(Math.abs(normals.reduce((a, b) => a + b, 0) / 4000)).toBeLessThan(0.06);
    expect(normals.reduce((a, b) => a + b * b, 0) / 4000).toBeCloseTo(1, 1);
    const drawn = Array.from({ length: 3000 }, () => random.integer(3));
    for (const value of [0, 1, 2]) {
      expect(Math.abs(drawn.filter((one) => one === value).length - 1000)).toBeLessThan(120);
    }
  });
});
