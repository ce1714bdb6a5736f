/** Weight gradients of a training step: products whose sums run over pixels, cut into parts. */
import { u32 } from '../recorder.ts';
import {
  type BufferName,
  type KernelCall,
  type Part,
  type Picture,
  type PictureShape,
  parts,
  pixelsOf,
} from './trainCall.ts';
import { weightLaneBlock, weightLaneDefines } from './trainLanes.ts';
import { type ChooseKernel, inFours, type ProductKernel } from './trainProduct.ts';
import { sumPartials } from './trainSums.ts';
import { depth, tileColumns, tileDefines, tileLoads, tileRows, tileSums } from './trainTile.ts';
import type { Pair } from './window.ts';

/** How the sum over pixels is cut, and the floats that the parts need. */
export interface Chunks {
  readonly kernel: ProductKernel;
  readonly taps: number;
  readonly columns: number;
  readonly chunkPixels: number;
  readonly chunks: number;
  readonly floats: number;
}

/** Enough workgroups for a large GPU. */
const wantedGroups = 512;
const smallestChunk = 64;
/** Where a processor plays the GPU, it has so few cores that adding up the parts is what counts. */
const wantedLaneGroups = 64;
const smallestLaneChunk = 256;
/** 16 MiB. */
const largestPartials = 2 ** 22;

/** A pure function of shapes and of the kernel: the same cut, hence the same rounding, each time. */
export function planChunks(pixels: number, taps: number, columns: number, choose: ChooseKernel): Chunks {
  const kernel = choose(taps, columns);
  const isLanes = 'lanes' in kernel;
  const block = weightBlock(kernel);
  const groups = Math.ceil(taps / block.taps) * Math.ceil(columns / block.columns);
  const wanted = Math.min(
    Math.ceil((isLanes ? wantedLaneGroups : wantedGroups) / groups),
    Math.ceil(pixels / (isLanes ? smallestLaneChunk : smallestChunk)),
    Math.max(1, Math.floor(largestPartials / (taps * columns))),
  );
  const chunkPixels = Math.ceil(pixels / wanted / depth) * depth;
  const chunks = Math.ceil(pixels / chunkPixels);
  return { kernel, taps, columns, chunkPixels, chunks, floats: chunks * taps * columns };
}

/** What a workgroup makes of a weight gradient. */
function weightBlock(kernel: ProductKernel): { readonly taps: number; readonly columns: number } {
  return 'lanes' in kernel
    ? weightLaneBlock(kernel)
    : { taps: tileRows(kernel), columns: tileColumns(kernel) };
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
  const { kernel, taps, columns, chunkPixels, chunks } = plan;
  const block = weightBlock(kernel);
  const across = Math.ceil(columns / block.columns);
  const down = Math.ceil(taps / block.taps);
  const workOfTiles = 2 * across * block.columns * block.taps * chunkPixels;
  const variant =
    'lanes' in kernel
      ? { shader: 'train/weight_lanes.wgsl', defines: weightLaneDefines(kernel), loads: [] }
      : {
          shader: 'train/weight_gemm.wgsl',
          defines: { ...tileDefines(kernel), VEC: inFours(source.channels, columns) && taps > 1 },
          loads: [tileLoads(tileRows(kernel)), tileLoads(tileColumns(kernel)), tileSums(kernel)],
        };
  const product = ([tapTile, rows]: Part, [chunk, length]: Part): KernelCall => ({
    shader: variant.shader,
    defines: variant.defines,
    uniforms: [
      ...[pixelsOf(dense), dense.width, dense.height].map(u32),
      ...[source.width, source.height, source.channels, step.x, step.y].map(u32),
      ...[taps, columns, chunkPixels, chunk, tapTile].map(u32),
      ...variant.loads.map(u32),
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
