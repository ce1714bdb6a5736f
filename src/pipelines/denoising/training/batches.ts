/** What a step learns from: what the network sees, and what it should make of it. */
import type { Batch } from '../../../nn/train/batch.ts';
import type { TrainingRandom } from '../../../nn/train/random.ts';
import type { BatchSource } from '../../../nn/train/trainer.ts';
import type { ExamplePool } from './examplePool.ts';
import type { PicturePair } from './pairs.ts';
import { patchPx } from './settings.ts';
import type { SimulatedExample } from './simulatedExamples.ts';
import { symmetries, turned } from './symmetry.ts';

/** The clean picture, or what a second exposure of it would show. */
export type Target = 'clean' | 'second';

/**
 * Decibels ask for the inverse of an example's power; what the filter already shows, which is of one strength in all of them, for
 * no weights at all. This is between the two: by the inverse, what is to be won where the signal is weak would hardly count.
 */
const weightOf = (variance: number): number => 1 / Math.sqrt(1 + variance);

/** From simulations: examples of the pool, each turned and under a new mixture of its two fields of noise, turned on their own. */
export function simulatedBatches(pool: ExamplePool, batch: number, target: Target): BatchSource {
  return (random, step) => {
    const parts = Array.from({ length: batch }, () => random.uniform());
    const examples: SimulatedExample[] = [];
    // Those of one scene are drawn together: in order, each scene is drawn once.
    for (const part of parts.sort((a, b) => a - b)) examples.push(pool.at(step, part));
    return batchOf(examples, target, random);
  };
}

/** @param random without it examples come as they are, under their first noise. */
export function batchOf(
  examples: readonly SimulatedExample[],
  target: Target,
  random?: TrainingRandom,
): Batch {
  const side = examples[0]?.side ?? 1;
  const pixels = side * side;
  const images = new Float32Array(examples.length * pixels);
  const targets = new Float32Array(images.length);
  const weights = new Float32Array(images.length);
  examples.forEach((example, i) => {
    const { signal, noises, clean, secondNoise, variance, importance } = example;
    const [one, two] = noises;
    const angle = random ? random.between(0, 2 * Math.PI) : 0;
    // Sums of two independent fields of one spectrum by sine and cosine are again such fields.
    const [a, b] = target === 'clean' ? [Math.cos(angle), Math.sin(angle)] : [1, 0];
    const way = random ? random.integer(symmetries) : 0;
    const noiseWay = random && target === 'clean' ? random.integer(symmetries) : way;
    const weight = weightOf(variance);
    for (let y = 0, at = i * pixels; y < side; y++)
      for (let x = 0; x < side; x++, at++) {
        const from = turned(way, side, x, y);
        const noise = turned(noiseWay, side, x, y);
        images[at] = (signal[from] ?? 0) + a * (one[noise] ?? 0) + b * (two[noise] ?? 0);
        weights[at] = weight * (importance[from] ?? 0);
        targets[at] = (clean[from] ?? 0) + (target === 'second' ? (secondNoise[from] ?? 0) : 0);
      }
  });
  return { batch: examples.length, width: side, height: side, images, target: targets, weights };
}

export interface PairBatchOptions {
  /** Edge of a patch, px. */
  readonly side?: number;
  /** Whether pairs count by their targets' power, as simulated examples do: for those that are not alike. */
  readonly isWeighed?: boolean;
}

/** From pairs: patches anywhere above the band that is kept back, turned. */
export function pairBatches(
  pairs: readonly PicturePair[],
  batch: number,
  { side = patchPx, isWeighed = false }: PairBatchOptions = {},
): BatchSource {
  const pairWeights = pairs.map(({ target }) => weightOf(meanSquare(target)));
  return (random) => {
    const pixels = side * side;
    const images = new Float32Array(batch * pixels);
    const target = new Float32Array(images.length);
    const weights = new Float32Array(images.length);
    for (let i = 0; i < batch; i++) {
      const which = random.integer(pairs.length);
      const pair = pairs[which];
      if (!pair) continue;
      const left = random.integer(pair.width - side + 1);
      const top = random.integer(pair.learntRows - side + 1);
      const way = random.integer(symmetries);
      weights.fill(pairWeights[which] ?? 1, i * pixels, (i + 1) * pixels);
      for (let y = 0, at = i * pixels; y < side; y++)
        for (let x = 0; x < side; x++, at++) {
          const within = turned(way, side, x, y);
          const from = (top + Math.floor(within / side)) * pair.width + left + (within % side);
          images[at] = pair.input[from] ?? 0;
          target[at] = pair.target[from] ?? 0;
        }
    }
    return { batch, width: side, height: side, images, target, ...(isWeighed && { weights }) };
  };
}

/** Two sources of weighted patches of one size, side by side in every batch. */
export function joinedBatches(one: BatchSource, two: BatchSource): BatchSource {
  return async (random, step) => {
    const [a, b] = [await one(random, step), await two(random, step)];
    if (a.width !== b.width || a.height !== b.height)
      throw new RangeError(`Patches of ${a.width} and ${b.width} px make no batch.`);
    const both = (x: Float32Array | undefined, y: Float32Array | undefined): Float32Array<ArrayBuffer> => {
      const joined = new Float32Array(a.images.length + b.images.length).fill(1);
      if (x) joined.set(x);
      if (y) joined.set(y, a.images.length);
      return joined;
    };
    return {
      batch: a.batch + b.batch,
      width: a.width,
      height: a.height,
      images: both(a.images, b.images),
      target: both(a.target, b.target),
      weights: both(a.weights, b.weights),
    };
  };
}

function meanSquare(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum / Math.max(1, values.length);
}

/** The bands that are kept back, as batches of one. */
export function keptBatches(pairs: readonly PicturePair[], period: number): Batch[] {
  return pairs.flatMap(({ width: stride, height: rows, learntRows, input, target }) => {
    const width = stride - (stride % period);
    const height = rows - learntRows - ((rows - learntRows) % period);
    if (width === 0 || height <= 0) return [];
    const cut = (data: Float32Array): Float32Array<ArrayBuffer> => {
      const part = new Float32Array(width * height);
      for (let y = 0; y < height; y++)
        part.set(data.subarray((learntRows + y) * stride, (learntRows + y) * stride + width), y * width);
      return part;
    };
    return [{ batch: 1, width, height, images: cut(input), target: cut(target) }];
  });
}
