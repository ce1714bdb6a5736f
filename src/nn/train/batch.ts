import type { LossKind, StepNumbers } from '../../gpu/ops/trainLoss.ts';
import { TrainingError } from './errors.ts';

/** Pictures to learn from, in PyTorch's order. */
export interface Batch {
  readonly batch: number;
  readonly width: number;
  readonly height: number;
  /** [batch][channel][row][column] */
  readonly images: Float32Array<ArrayBuffer>;
  /** As large as the network's result for the images, [batch][channel][row][column]. */
  readonly target: Float32Array<ArrayBuffer>;
  /** How much each number of the target counts, 0 for not at all; without it all count the same. */
  readonly weights?: Float32Array<ArrayBuffer>;
}

export type BatchNumbers = Pick<StepNumbers, 'lossScale' | 'positiveScale' | 'unlabelled'>;

/**
 * What the loss needs to know of a batch.
 * @param step for the error's sentence.
 * @throws TrainingError when sizes don't fit, or there is a number that is not finite or has no meaning for the loss.
 */
export function judgeBatch(
  batch: Batch,
  loss: LossKind,
  step: number,
  wanted: { readonly images: number; readonly target: number },
): BatchNumbers {
  const { images, target, weights } = batch;
  const bad = (what: string): never => {
    throw new TrainingError(`The batch of step ${step} can't be learnt from: ${what}.`);
  };
  const check = (name: string, data: Float32Array, length: number): void => {
    if (data.length !== length) bad(`its ${name} have ${data.length} numbers where ${length} are wanted`);
    // A sum of zeros, unless one of them is not finite; ten times as fast as asking each.
    let zeros = 0;
    for (const value of data) zeros += value * 0;
    if (zeros === 0) return;
    const at = data.findIndex((value) => !Number.isFinite(value));
    bad(`its ${name} hold ${data[at]} at element ${at}`);
  };
  check('images', images, wanted.images);
  check('targets', target, wanted.target);
  if (loss.kind === 'expectedCount') {
    if (weights) bad('the expected count takes no weights; mark what does not count as −1');
    let positives = 0;
    let unlabelled = 0;
    for (const value of target) {
      if (value === 1) positives++;
      else if (value === 0) unlabelled++;
      else if (value !== -1) bad(`a label is ${value}, and should be 1, 0 or −1`);
    }
    return { lossScale: 1, positiveScale: positives === 0 ? 0 : 1 / positives, unlabelled };
  }
  let total = target.length;
  if (weights) {
    check('weights', weights, wanted.target);
    total = weights.reduce((sum, weight) => (weight < 0 ? bad(`a weight is ${weight}`) : sum + weight), 0);
    if (total === 0) bad('all weights are 0');
  }
  return { lossScale: 1 / total, positiveScale: 0, unlabelled: 0 };
}

/** [batch][channel][pixel], as PyTorch has it, to [batch][pixel][channel], as the kernels have it. */
export function channelsLast(
  data: Float32Array<ArrayBuffer>,
  channels: number,
  pixels: number,
): Float32Array<ArrayBuffer> {
  return transposed(data, channels, pixels);
}

export function channelsFirst(
  data: Float32Array<ArrayBuffer>,
  channels: number,
  pixels: number,
): Float32Array<ArrayBuffer> {
  return transposed(data, pixels, channels);
}

/** Every rows × columns matrix of a stack of them, transposed; itself where that changes nothing. */
function transposed(
  data: Float32Array<ArrayBuffer>,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  if (rows === 1 || columns === 1) return data;
  const result = new Float32Array(data.length);
  const size = rows * columns;
  for (let start = 0; start < data.length; start += size)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        result[start + column * rows + row] = data[start + row * columns + column] ?? 0;
  return result;
}
