/**
 * Convolutions of a training step. A `Correlation` maps a fine picture to a coarse one; a convolution is one, and a
 * transposed convolution is its transpose, so that each one's input gradient is the other's forward pass. Weights lie as
 * [ky][kx][fine channel][coarse channel].
 */
import type { Capabilities } from '../capabilities.ts';
import type { Defines } from '../expand.ts';
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
  chooseLaneBlock,
  gatherLaneDefines,
  type LaneBlock,
  laneRows,
  lanesOf,
  weightLaneBlock,
  weightLaneDefines,
} from './trainLanes.ts';
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

/** How products are computed: through workgroup memory, or by lanes that hand loads round. */
export type ProductKernel = Tile | LaneBlock;

/** Gives the kernel of a product of so many rows and columns. */
export type ChooseKernel = (rows: number, columns: number) => ProductKernel;

/** The kernels that suit an adapter. */
export function kernelChoice(capabilities: Capabilities): ChooseKernel {
  const lanes = lanesOf(capabilities);
  return lanes === undefined ? chooseTile : (_, columns) => chooseLaneBlock(lanes, columns);
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

export function recordCorrelation(
  correlation: Correlation,
  buffers: Operands,
  ending: Ending,
  choose: ChooseKernel,
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
      channelStep: coarse.channels,
    },
    buffers,
    ending,
    choose,
  );
}

export function recordTransposed(
  { stride, fine, coarse }: Correlation,
  phase: Phase,
  buffers: Operands,
  ending: Ending,
  choose: ChooseKernel,
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
      channelStep: 1,
    },
    buffers,
    ending,
    choose,
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
  /** From the weight of a tap to that of the same tap in the next channel of the source. */
  readonly channelStep: number;
}

function gatherGemm(gather: Gather, buffers: Operands, ending: Ending, choose: ChooseKernel): KernelCall[] {
  const { batch, lattice, source, sourceStep, result, resultStep, resultFirst, taps, weightStep } = gather;
  const { slope, bias, accumulate } = ending;
  const pixels = batch * lattice.width * lattice.height;
  const columns = result.channels;
  const kernel = choose(pixels, columns);
  const { shader, defines, rowsOf, columnsOf, loads } =
    'lanes' in kernel ? gatherByLanes(kernel, gather) : gatherByTiles(kernel, gather);
  const across = Math.ceil(columns / columnsOf);
  const workOfRow = 2 * rowsOf * across * columnsOf * taps;
  return parts(Math.ceil(pixels / rowsOf), workOfRow).map(([first, length]) => ({
    shader,
    defines,
    uniforms: [
      ...[pixels, lattice.width, lattice.height, first].map(u32),
      ...[source.width, source.height, source.channels, sourceStep.x, sourceStep.y].map(u32),
      ...[result.width, result.height, resultStep.x, resultStep.y, resultFirst.x, resultFirst.y].map(u32),
      ...[taps, columns, weightStep, bias === undefined ? 0 : 1, bias ?? 0, accumulate ? 1 : 0].map(u32),
      f32(slope),
      ...loads.map(u32),
    ],
    buffers: [buffers.taps, buffers.source, buffers.parameters, buffers.result],
    grid: [across, length, 1] as const,
    work: length * workOfRow,
  }));
}

interface Variant {
  readonly shader: string;
  readonly defines: Defines;
  /** Of a workgroup. */
  readonly rowsOf: number;
  readonly columnsOf: number;
  /** The uniforms that only this kernel has. */
  readonly loads: readonly number[];
}

function gatherByTiles(tile: Tile, { source, result, weightStep }: Gather): Variant {
  const VEC = inFours(source.channels, result.channels);
  const TRANSPOSED = VEC && weightStep > 1;
  return {
    shader: 'train/gather_gemm.wgsl',
    defines: { ...tileDefines(tile), VEC, TRANSPOSED },
    rowsOf: tileRows(tile),
    columnsOf: tileColumns(tile),
    // Loads that turn a block of 4 × 4 numbers are four in one.
    loads: [
      tileLoads(tileRows(tile)) / (VEC ? 4 : 1),
      tileLoads(tileColumns(tile)) / (TRANSPOSED ? 4 : 1),
      tileSums(tile),
    ],
  };
}

function gatherByLanes(block: LaneBlock, { source, result, channelStep }: Gather): Variant {
  return {
    shader: 'train/gather_lanes.wgsl',
    defines: gatherLaneDefines(block, source.channels, result.channels),
    rowsOf: laneRows(block),
    columnsOf: 4 * block.columns4,
    loads: [channelStep],
  };
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
