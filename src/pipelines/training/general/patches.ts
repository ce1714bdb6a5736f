import { createRandom, type Random } from '../../../core/random.ts';
import type { Batch } from '../../../nn/train/batch.ts';
import type { BatchSource } from '../../../nn/train/trainer.ts';
import { offsetCells, outputs, stride } from './design.ts';
import {
  contaminated,
  contaminationKnown,
  type KnownPicture,
  particlesKnown,
  type ScenePool,
} from './pictures.ts';

/** Real pictures of one kind. */
export interface RealSet {
  readonly name: string;
  /** How often one of them is taken, beside the other sets. */
  readonly share: number;
  readonly pictures: readonly KnownPicture[];
}

export interface PatchSettings {
  readonly batch: number;
  /** Side of a patch, px. */
  readonly patchPx: number;
  readonly clip: number;
  /** Of the patches, those of real pictures, 0 to 1. */
  readonly realShare: number;
}

/** Px at the edges of a patch that are not judged: beyond them the network is shown zeros, and not what a picture goes on with. */
const marginPx = 8;
/** How often a patch reaches over the edge of its picture, which is mirrored there, as when picking; and how far at most, px. */
const overEdge = { part: 0.25, mostPx: 56 };
const contrast = { low: 0.85, high: 1.2 };
const brightness = 0.1;
/** Deviation of the spots that stand for particles, cells. */
const sigmaCells = 1.5;
/** A target of 1 counts for this many of 0 more. */
const positiveWeight = 2;
const contaminationWeight = 0.5;
/** Cells around a centre that have to know where it is. */
const offsetReach = offsetCells / 2;

/** The batch of a step depends on its random source and its number alone. */
export function patchSource(
  scenes: ScenePool,
  sets: readonly RealSet[],
  settings: PatchSettings,
): BatchSource {
  const { batch, patchPx, realShare } = settings;
  const cells = patchPx / stride;
  const all = sets.reduce((sum, { share }) => sum + share, 0);
  return async (source, step) => {
    const random = createRandom(source.integer(2 ** 32));
    const result = {
      batch,
      width: patchPx,
      height: patchPx,
      images: new Float32Array(batch * patchPx * patchPx),
      target: new Float32Array(batch * outputs.length * cells * cells),
      weights: new Float32Array(batch * outputs.length * cells * cells),
    };
    for (let i = 0; i < batch; i++) {
      const isReal = all > 0 && random.uniform() < realShare;
      const known = isReal
        ? drawReal(random, sets, all)
        : await scenes.at(step * batch + i, random.uniform());
      drawPatch(random, known, settings, result, i);
    }
    return result;
  };
}

function drawReal(random: Random, sets: readonly RealSet[], all: number): KnownPicture {
  let left = random.uniform() * all;
  const set =
    sets.find(({ share }) => {
      left -= share;
      return left < 0;
    }) ?? sets[0];
  const picture = set?.pictures[random.integer(set.pictures.length)];
  if (!picture) throw new Error('There is no real picture.');
  return picture;
}

interface Into extends Batch {
  readonly weights: Float32Array<ArrayBuffer>;
}

function drawPatch(
  random: Random,
  { picture, particles, known, noise: added }: KnownPicture,
  { patchPx, clip }: PatchSettings,
  into: Into,
  index: number,
): void {
  const { width, height, data } = picture;
  const beyond = random.uniform() < overEdge.part ? random.between(0, overEdge.mostPx) : 0;
  const along = (length: number): number =>
    Math.floor(random.between(-beyond, length - patchPx + beyond) / stride) * stride;
  const [left, top] = [along(width), along(height)];
  const turn = turned(random.integer(4), random.uniform() < 0.5, patchPx - 1);
  const noise = random.uniform() < added.part ? random.between(added.low, added.high) : 0;
  const factor = random.between(contrast.low, contrast.high) / Math.sqrt(1 + noise * noise);
  const shift = random.between(-brightness, brightness);
  let at = index * patchPx * patchPx;
  for (let y = 0; y < patchPx; y++)
    for (let x = 0; x < patchPx; x++) {
      const from = turn.back(x, y);
      const value = data[mirrored(top + from.y, height) * width + mirrored(left + from.x, width)] ?? 0;
      const extra = noise > 0 ? noise * random.normal() : 0;
      into.images[at++] = Math.min(clip, Math.max(-clip, (value + extra) * factor + shift));
    }
  const cells = patchPx / stride;
  const layer = cells * cells;
  const first = index * outputs.length * layer;
  const nearest = new Float32Array(layer).fill(Number.POSITIVE_INFINITY);
  for (const particle of particles) {
    const place = turn.forth(particle.x - left, particle.y - top);
    const [x, y] = [(place.x - (stride - 1) / 2) / stride, (place.y - (stride - 1) / 2) / stride];
    const reach = 4 * sigmaCells;
    for (let row = Math.max(0, Math.ceil(y - reach)); row <= Math.min(cells - 1, y + reach); row++)
      for (
        let column = Math.max(0, Math.ceil(x - reach));
        column <= Math.min(cells - 1, x + reach);
        column++
      ) {
        const cell = row * cells + column;
        const squared = (column - x) ** 2 + (row - y) ** 2;
        if (squared >= (nearest[cell] ?? 0)) continue;
        nearest[cell] = squared;
        into.target[first + cell] = Math.exp(-squared / (2 * sigmaCells ** 2));
        into.target[first + 2 * layer + cell] = 0.5 + (x - column) / offsetCells;
        into.target[first + 3 * layer + cell] = 0.5 + (y - row) / offsetCells;
      }
  }
  const border = marginPx / stride;
  for (let row = border; row < cells - border; row++)
    for (let column = border; column < cells - border; column++) {
      const cell = row * cells + column;
      const from = turn.back(stride * column, stride * row);
      const [x, y] = [left + from.x, top + from.y];
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const bits = known[y * width + x] ?? 0;
      const target = into.target[first + cell] ?? 0;
      const squared = nearest[cell] ?? Number.POSITIVE_INFINITY;
      if (bits & particlesKnown) into.weights[first + cell] = 1 + positiveWeight * target;
      if (bits & contaminationKnown) into.weights[first + layer + cell] = contaminationWeight;
      into.target[first + layer + cell] = bits & contaminated ? 1 : 0;
      const points = bits & particlesKnown && squared <= offsetReach ** 2 ? 1 : 0;
      into.weights[first + 2 * layer + cell] = points;
      into.weights[first + 3 * layer + cell] = points;
    }
  // Far from any particle an offset says nothing; its target has to be a chance all the same.
  for (let i = first + 2 * layer; i < first + 4 * layer; i++)
    into.target[i] = Math.min(1, Math.max(0, into.target[i] ?? 0));
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Quarter turns and a mirror image of a square: from the turned one back to where it comes from, and forth. */
function turned(quarters: number, isMirrored: boolean, last: number) {
  const rotate = ({ x, y }: Place, times: number): Place => {
    let place = { x, y };
    for (let i = 0; i < times; i++) place = { x: place.y, y: last - place.x };
    return place;
  };
  const mirror = ({ x, y }: Place): Place => ({ x: isMirrored ? last - x : x, y });
  return {
    back: (x: number, y: number): Place => rotate(mirror({ x, y }), quarters),
    forth: (x: number, y: number): Place => mirror(rotate({ x, y }, (4 - quarters) % 4)),
  };
}

function mirrored(at: number, length: number): number {
  const folded = ((at % (2 * length)) + 2 * length) % (2 * length);
  return folded < length ? folded : 2 * length - 1 - folded;
}
