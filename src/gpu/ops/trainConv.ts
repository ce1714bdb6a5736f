/** Convolutions of a training step and their input gradients, as products of matrices whose sums run over taps (`trainTaps`). */
import type { Defines } from '../expand.ts';
import { f32, u32 } from '../recorder.ts';
import { type BufferName, type KernelCall, type PictureShape, parts } from './trainCall.ts';
import { gatherLaneDefines, type LaneBlock, laneRows } from './trainLanes.ts';
import { type ChooseKernel, inFours } from './trainProduct.ts';
import { type Correlation, fineTaps, type Phase } from './trainTaps.ts';
import { type Tile, tileColumns, tileDefines, tileLoads, tileRows, tileSums } from './trainTile.ts';
import type { Pair } from './window.ts';

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
