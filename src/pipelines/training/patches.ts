/**
 * Batches of patches. Turns by quarters and mirror images are exact; other turns and scales would have to be interpolated, which
 * smooths the very noise that the network has to learn, so they are left out.
 */
import type { Batch } from '../../nn/train/batch.ts';
import type { TrainingRandom } from '../../nn/train/random.ts';
import type { BatchSource } from '../../nn/train/trainer.ts';
import type { Picture, Point } from '../template/profile.ts';
import type { TargetMap } from './targets.ts';

export interface PatchScene {
  readonly picture: Picture;
  readonly map: TargetMap;
  /** Places that every second patch shows one of: labels are rare. */
  readonly shown: readonly Point[];
}

export interface PatchOptions {
  readonly batch: number;
  /** Side of a patch, px; a multiple of the network's period. */
  readonly patchPx: number;
  readonly clip: number;
  /** Whether the loss takes weights; without them what does not count has a target of −1. */
  readonly isWeighted: boolean;
}

/** Px at the edges of a patch where the network sees less than in a picture: nothing is learnt there. */
const marginPx = 16;
const contrast = { low: 0.85, high: 1.2 };
const offset = 0.1;
/** Two in five patches get more noise. */
const noisyPart = 0.4;
const mostNoise = 0.3;

/** The batch of a step depends on its random source alone. */
export function patchSource(scenes: readonly PatchScene[], options: PatchOptions): BatchSource {
  return (random) => {
    const { batch, patchPx } = options;
    const stride = scenes[0]?.map.stride ?? 1;
    const cells = patchPx / stride;
    const result: Batch & { readonly weights: Float32Array<ArrayBuffer> } = {
      batch,
      width: patchPx,
      height: patchPx,
      images: new Float32Array(batch * patchPx * patchPx),
      target: new Float32Array(batch * cells * cells),
      weights: new Float32Array(batch * cells * cells),
    };
    for (let i = 0; i < batch; i++) {
      const scene = scenes[random.integer(scenes.length)];
      if (scene) drawPatch(random, scene, options, result, i);
    }
    if (options.isWeighted) return result;
    const { weights: _, ...unweighted } = result;
    return unweighted;
  };
}

function drawPatch(
  random: TrainingRandom,
  { picture, map, shown }: PatchScene,
  { patchPx, clip, isWeighted }: PatchOptions,
  into: Batch & { readonly weights: Float32Array<ArrayBuffer> },
  index: number,
): void {
  const { stride } = map;
  const label = shown[random.integer(shown.length)];
  const aims = label !== undefined && random.uniform() < 0.5;
  const along = (length: number, place: number): number => {
    const free = aims
      ? place - random.between(0.25, 0.75) * patchPx
      : random.between(-marginPx, length - patchPx + marginPx);
    return Math.floor(free / stride) * stride;
  };
  const [left, top] = [along(picture.width, label?.x ?? 0), along(picture.height, label?.y ?? 0)];
  const turn = turned(random.integer(4), random.uniform() < 0.5);
  const factor = random.between(contrast.low, contrast.high);
  const shift = random.between(-offset, offset);
  const noise = random.uniform() < noisyPart ? random.between(0, mostNoise) : 0;
  const standard = factor / Math.sqrt(1 + noise * noise);
  let at = index * patchPx * patchPx;
  for (let y = 0; y < patchPx; y++)
    for (let x = 0; x < patchPx; x++) {
      const from = turn(x, y, patchPx);
      const column = mirrored(left + from.x, picture.width);
      const row = mirrored(top + from.y, picture.height);
      const extra = noise > 0 ? noise * random.normal() : 0;
      const value = ((picture.data[row * picture.width + column] ?? 0) + extra) * standard + shift;
      into.images[at++] = Math.min(clip, Math.max(-clip, value));
    }
  const cells = patchPx / stride;
  const border = marginPx / stride;
  at = index * cells * cells;
  for (let y = 0; y < cells; y++)
    for (let x = 0; x < cells; x++, at++) {
      const from = turn(x, y, cells);
      const [column, row] = [left / stride + from.x, top / stride + from.y];
      const counts =
        Math.min(x, y, cells - 1 - x, cells - 1 - y) >= border &&
        column >= 0 &&
        row >= 0 &&
        column < map.width &&
        row < map.height;
      const cell = row * map.width + column;
      into.target[at] = counts ? (map.target[cell] ?? 0) : isWeighted ? 0 : -1;
      into.weights[at] = counts ? (map.weights[cell] ?? 0) : 0;
    }
}

/** From a place in the turned square to the place in the square that it comes from. */
function turned(
  quarters: number,
  isMirrored: boolean,
): (x: number, y: number, side: number) => { readonly x: number; readonly y: number } {
  return (x, y, side) => {
    const last = side - 1;
    const column = isMirrored ? last - x : x;
    if (quarters === 1) return { x: y, y: last - column };
    if (quarters === 2) return { x: last - column, y: last - y };
    if (quarters === 3) return { x: last - y, y: column };
    return { x: column, y };
  };
}

function mirrored(at: number, length: number): number {
  const folded = ((at % (2 * length)) + 2 * length) % (2 * length);
  return folded < length ? folded : 2 * length - 1 - folded;
}
