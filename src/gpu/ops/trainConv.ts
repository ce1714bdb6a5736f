/**
 * Convolutions of a training step. A `Correlation` maps a fine picture to a coarse one; a convolution is one, and a
 * transposed convolution is its transpose, so that each one's input gradient is the other's forward pass. Weights lie as
 * [ky][kx][fine channel][coarse channel].
 */
import { f32, u32 } from '../recorder.ts';
import type { Activation } from './activation.ts';
import {
  type BufferName,
  type KernelCall,
  lineGrid,
  type Part,
  type Picture,
  type PictureShape,
  parts,
  pixelsOf,
} from './trainCall.ts';
import {
  chooseTile,
  depth,
  type Tile,
  tileColumns,
  tileDefines,
  tileLoads,
  tileRows,
  tileSums,
} from './trainTile.ts';
import type { Pair, Window } from './window.ts';

export interface Correlation extends Window {
  /** Pixels beyond the fine picture's left and upper edge, where the first window begins. */
  readonly left: number;
  readonly top: number;
  readonly fine: PictureShape;
  readonly coarse: PictureShape;
}

/** A table of taps (dy, dx, channel, weight) as train/gather_gemm.wgsl reads it, filled up with taps far outside. */
export type TapTable = Int32Array<ArrayBuffer>;

interface Tap {
  readonly dy: number;
  readonly dx: number;
  readonly channel: number;
  readonly weight: number;
}

const far = 2 ** 28;
/** Outside as a tap, and a source of ones in train/weight_gemm.wgsl. */
const ones: Tap = { dy: far, dx: far, channel: -1, weight: 0 };
const outside: Tap = { dy: far, dx: far, channel: 0, weight: 0 };

function table(taps: readonly Tap[]): TapTable {
  const length = Math.max(1, Math.ceil(taps.length / depth)) * depth;
  const numbers = new Int32Array(4 * length);
  for (let k = 0; k < length; k++) {
    const { dy, dx, channel, weight } = taps[k] ?? outside;
    numbers.set([dy, dx, channel, weight], 4 * k);
  }
  return numbers;
}

/** Numbers of a weight tensor; so many taps the forward sum of a convolution has. */
export function weightCount({ kernel, fine, coarse }: Correlation): number {
  return fineTaps(kernel, fine) * coarse.channels;
}

const fineTaps = (kernel: Pair, fine: PictureShape): number => kernel.x * kernel.y * fine.channels;

/**
 * The taps of a correlation and, after them, one of ones for the bias' gradient.
 * @param weight where its weights begin among the parameters.
 */
export function correlationTaps(
  { kernel, dilation, left, top, fine, coarse }: Correlation,
  weight: number,
): TapTable {
  const taps: Tap[] = [];
  for (let ky = 0; ky < kernel.y; ky++)
    for (let kx = 0; kx < kernel.x; kx++)
      for (let channel = 0; channel < fine.channels; channel++) {
        taps.push({
          dy: ky * dilation.y - top,
          dx: kx * dilation.x - left,
          channel,
          weight: weight + taps.length * coarse.channels,
        });
      }
  return table([...taps, ones]);
}

/** One tap of ones: for the gradient of a bias alone. */
export function onesTaps(): TapTable {
  return table([ones]);
}

/** The fine pixels with the same remainder by the stride: which of them, and the coarse pixels that reach them. */
export interface Phase {
  readonly first: Pair;
  readonly width: number;
  readonly height: number;
  readonly taps: number;
  readonly table: TapTable;
}

/** What a transposed correlation has to compute, a phase of its stride at a time. */
export function transposedPhases(
  { kernel, stride, dilation, left, top, fine, coarse }: Correlation,
  weight: number,
): Phase[] {
  const phases: Phase[] = [];
  for (let py = 0; py < Math.min(stride.y, fine.height); py++)
    for (let px = 0; px < Math.min(stride.x, fine.width); px++) {
      const taps: Tap[] = [];
      for (let ky = 0; ky < kernel.y; ky++)
        for (let kx = 0; kx < kernel.x; kx++) {
          // Coarse row · stride + tap − top = fine row.
          const dy = (py + top - ky * dilation.y) / stride.y;
          const dx = (px + left - kx * dilation.x) / stride.x;
          if (!Number.isInteger(dy) || !Number.isInteger(dx)) continue;
          const tap = (ky * kernel.x + kx) * fine.channels;
          for (let channel = 0; channel < coarse.channels; channel++)
            taps.push({ dy, dx, channel, weight: weight + tap * coarse.channels + channel });
        }
      phases.push({
        first: { x: px, y: py },
        width: Math.ceil((fine.width - px) / stride.x),
        height: Math.ceil((fine.height - py) / stride.y),
        taps: taps.length,
        table: table(taps),
      });
    }
  return phases;
}

/** What happens to the sums on their way out. */
export interface Ending {
  /** What sums below 0 are multiplied by. */
  readonly slope: number;
  /** Where the bias begins among the parameters. */
  readonly bias?: number;
  /** Whether the result is added to what is there. */
  readonly accumulate: boolean;
}

interface Operands {
  readonly taps: BufferName;
  readonly source: BufferName;
  readonly parameters: BufferName;
  readonly result: BufferName;
}

/** @param tile forces a variant. */
export function recordCorrelation(
  correlation: Correlation,
  buffers: Operands,
  ending: Ending,
  tile?: Tile,
): KernelCall[] {
  const { kernel, stride, fine, coarse } = correlation;
  return gatherGemm(
    {
      batch: coarse.batch,
      lattice: coarse,
      source: fine,
      sourceStep: stride,
      result: coarse,
      resultStep: { x: 1, y: 1 },
      resultFirst: { x: 0, y: 0 },
      taps: fineTaps(kernel, fine),
      weightStep: 1,
    },
    buffers,
    ending,
    tile,
  );
}

export function recordTransposed(
  { stride, fine, coarse }: Correlation,
  phase: Phase,
  buffers: Operands,
  ending: Ending,
  tile?: Tile,
): KernelCall[] {
  return gatherGemm(
    {
      batch: fine.batch,
      lattice: phase,
      source: coarse,
      sourceStep: { x: 1, y: 1 },
      result: fine,
      resultStep: stride,
      resultFirst: phase.first,
      taps: phase.taps,
      weightStep: coarse.channels,
    },
    buffers,
    ending,
    tile,
  );
}

interface Gather {
  readonly batch: number;
  readonly lattice: { readonly width: number; readonly height: number };
  readonly source: PictureShape;
  readonly sourceStep: Pair;
  readonly result: PictureShape;
  readonly resultStep: Pair;
  readonly resultFirst: Pair;
  readonly taps: number;
  readonly weightStep: number;
}

function gatherGemm(gather: Gather, buffers: Operands, ending: Ending, forced?: Tile): KernelCall[] {
  const { batch, lattice, source, sourceStep, result, resultStep, resultFirst, taps, weightStep } = gather;
  const { slope, bias, accumulate } = ending;
  const pixels = batch * lattice.width * lattice.height;
  const columns = result.channels;
  const tile = forced ?? chooseTile(pixels, columns);
  const across = Math.ceil(columns / tileColumns(tile));
  const workOfRow = 2 * tileRows(tile) * across * tileColumns(tile) * taps;
  const VEC = inFours(source.channels, columns);
  const TRANSPOSED = VEC && weightStep > 1;
  // Loads that turn a block of 4 × 4 numbers are four in one.
  const leftLoads = tileLoads(tileRows(tile)) / (VEC ? 4 : 1);
  const rightLoads = tileLoads(tileColumns(tile)) / (TRANSPOSED ? 4 : 1);
  return parts(Math.ceil(pixels / tileRows(tile)), workOfRow).map(([first, length]) => ({
    shader: 'train/gather_gemm.wgsl',
    defines: { ...tileDefines(tile), VEC, TRANSPOSED },
    uniforms: [
      ...[pixels, lattice.width, lattice.height, first].map(u32),
      ...[source.width, source.height, source.channels, sourceStep.x, sourceStep.y].map(u32),
      ...[result.width, result.height, resultStep.x, resultStep.y, resultFirst.x, resultFirst.y].map(u32),
      ...[taps, columns, weightStep, bias === undefined ? 0 : 1, bias ?? 0, accumulate ? 1 : 0].map(u32),
      f32(slope),
      ...[leftLoads, rightLoads, tileSums(tile)].map(u32),
    ],
    buffers: [buffers.taps, buffers.source, buffers.parameters, buffers.result],
    grid: [across, length, 1] as const,
    work: length * workOfRow,
  }));
}

/** Whether pictures of so many channels are read four at a time; parameters begin at multiples of four anyway. */
const inFours = (...channels: readonly number[]): boolean => channels.every((count) => count % 4 === 0);

/** What values below 0 are multiplied by. */
export function slopeOf(activation: Activation): number {
  if (activation.kind === 'leakyRelu') return activation.slope;
  return activation.kind === 'relu' ? 0 : 1;
}

/** How the sum over pixels is cut, and the floats that the parts need. */
export interface Chunks {
  readonly tile: Tile;
  readonly taps: number;
  readonly columns: number;
  readonly chunkPixels: number;
  readonly chunks: number;
  readonly floats: number;
}

/** Enough workgroups for a large GPU. */
const wantedGroups = 512;
const smallestChunk = 64;
/** 16 MiB. */
const largestPartials = 2 ** 22;

/** A pure function of shapes: the same cut, hence the same rounding, on every adapter. */
export function planChunks(pixels: number, taps: number, columns: number, forced?: Tile): Chunks {
  const tile = forced ?? chooseTile(taps, columns);
  const groups = Math.ceil(taps / tileRows(tile)) * Math.ceil(columns / tileColumns(tile));
  const wanted = Math.min(
    Math.ceil(wantedGroups / groups),
    Math.ceil(pixels / smallestChunk),
    Math.max(1, Math.floor(largestPartials / (taps * columns))),
  );
  const chunkPixels = Math.ceil(pixels / wanted / depth) * depth;
  const chunks = Math.ceil(pixels / chunkPixels);
  return { tile, taps, columns, chunkPixels, chunks, floats: chunks * taps * columns };
}

/** Where the sums of some rows of taps go among the gradients. */
export interface Target {
  readonly firstTap: number;
  readonly taps: number;
  readonly offset: number;
  /** Whether they are added to what is there: a tensor that several layers share. */
  readonly accumulate: boolean;
}

interface GradientOperands {
  readonly taps: BufferName;
  readonly source: BufferName;
  readonly dense: Picture;
  readonly partials: BufferName;
  readonly gradients: BufferName;
}

/**
 * Gradients of weights, and of a bias as one more tap.
 * @param source the picture that is gathered; `step` of its pixels from one pixel of `dense` to the next.
 */
export function recordWeightGradient(
  source: PictureShape,
  step: Pair,
  plan: Chunks,
  buffers: GradientOperands,
  targets: readonly Target[],
): KernelCall[] {
  const { dense } = buffers;
  const { tile, taps, columns, chunkPixels, chunks } = plan;
  const across = Math.ceil(columns / tileColumns(tile));
  const down = Math.ceil(taps / tileRows(tile));
  const workOfTiles = 2 * across * tileColumns(tile) * tileRows(tile) * chunkPixels;
  const VEC = inFours(source.channels, columns) && taps > 1;
  const product = ([tapTile, rows]: Part, [chunk, length]: Part): KernelCall => ({
    shader: 'train/weight_gemm.wgsl',
    defines: { ...tileDefines(tile), VEC },
    uniforms: [
      ...[pixelsOf(dense), dense.width, dense.height].map(u32),
      ...[source.width, source.height, source.channels, step.x, step.y].map(u32),
      ...[taps, columns, chunkPixels, chunk, tapTile].map(u32),
      ...[tileLoads(tileRows(tile)), tileLoads(tileColumns(tile)), tileSums(tile)].map(u32),
    ],
    buffers: [buffers.taps, buffers.source, dense.buffer, buffers.partials],
    grid: [across, rows, length],
    work: rows * length * workOfTiles,
  });
  const products = parts(down, workOfTiles).flatMap((rows) =>
    parts(chunks, rows[1] * workOfTiles).map((length) => product(rows, length)),
  );
  const sums = targets.map(({ firstTap, taps: count, offset, accumulate }) =>
    sumPartials({
      partials: buffers.partials,
      result: buffers.gradients,
      count: count * columns,
      chunks,
      stride: taps * columns,
      first: firstTap * columns,
      resultFirst: offset,
      accumulate,
    }),
  );
  return [...products, ...sums];
}

export interface PartialSums {
  readonly partials: BufferName;
  readonly result: BufferName;
  readonly count: number;
  readonly chunks: number;
  /** Floats from one chunk to the next, the first one of ours, and where its sum goes. */
  readonly stride: number;
  readonly first: number;
  readonly resultFirst: number;
  readonly accumulate: boolean;
}

/** Adds the parts of a sum in their order. */
export function sumPartials(sums: PartialSums): KernelCall {
  const { count, chunks, stride, first, resultFirst, accumulate } = sums;
  const { grid, columns } = lineGrid(count, 64);
  return {
    shader: 'train/sum_partials.wgsl',
    defines: {},
    uniforms: [count, columns, chunks, stride, first, resultFirst, accumulate ? 1 : 0].map(u32),
    buffers: [sums.partials, sums.result],
    grid,
    work: count * chunks,
  };
}
