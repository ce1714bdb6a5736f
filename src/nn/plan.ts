/** How a network is run on an image of a size within given limits: the tiles, and the buffers that any of them fits into. */
import { type ReceptiveField, receptiveField } from './field.ts';
import { emptyInterval, lengthOf } from './intervals.ts';
import { outputName } from './layers.ts';
import { stepFlops } from './profile.ts';
import type { Parts, Program } from './program.ts';
import { inferSizes, type Size } from './sizes.ts';
import { sizesOfSteps } from './steps.ts';
import { type Cut, cutEvenly, planTiles, type TilePlan } from './tiling.ts';

export interface RunOptions {
  /** Longest side of a tile of the result, px; by default as long as memory allows. */
  readonly longestTile?: number | undefined;
  /** The parts of the result to make, for a longest side; by default all of it without overlap. */
  readonly cut?: ((longest: number) => Cut) | undefined;
  /** Keeps all values, so that they can be read after a tile. */
  readonly keep?: boolean;
  /** The most bytes of activations. */
  readonly totalBytes?: number;
}

export interface PlanOptions extends RunOptions {
  /** The most bytes of one buffer. */
  readonly bufferBytes: number;
  /** Of packed values and weights; planes are always float32. */
  readonly bytesPerNumber: number;
}

/** What every WebGPU adapter allows one storage binding to have (W3C WebGPU, "Limits": 128 MiB). */
export const defaultBufferBytes = 2 ** 27;
/** Half a GiB of activations leaves room for the pictures themselves; larger tiles would save little. */
const usualTotalBytes = 2 ** 29;
/** Of one dispatch: half a second on a slow GPU; Windows resets a device after two. */
const flopsPerDispatch = 1e11;

/**
 * The plan with the largest tiles that the limits allow; needs no device.
 * @param image its size, px.
 * @throws FormatError 'wrong-shape' when the image does not fit the network; GpuLimitError when not even small tiles fit.
 */
export function planRun(program: Program, image: Size, options: PlanOptions): TilePlan {
  const { longestTile = Number.POSITIVE_INFINITY, keep = false, totalBytes = usualTotalBytes } = options;
  const result = resultSize(program, image);
  const alignment = alignmentOf(receptiveField(program.graph));
  const cut =
    options.cut ??
    ((longest: number): Cut => ({
      columns: cutEvenly(result.width, longest, alignment),
      rows: cutEvenly(result.height, longest, alignment),
    }));
  const limits = {
    bufferBytes: options.bufferBytes,
    bytesPerNumber: options.bytesPerNumber,
    totalBytes,
    keep,
    pixels: (flopsPerDispatch / Math.max(1, heaviest(program, image))) * result.width * result.height,
  };
  return planTiles(program, image, result, alignment, limits, (longest) =>
    cut(Math.min(longest, longestTile)),
  );
}

/** The size of the result for an image. @throws FormatError 'wrong-shape'. */
export function resultSize({ graph }: Program, image: Size): Size {
  const { x, y } = inferSizes(graph, image);
  const name = outputName(graph);
  return { width: x.get(name) ?? 0, height: y.get(name) ?? 0 };
}

/** How many tiles a plan has, the longest sides of their results, px, and the bytes of the activations of one. */
export function tileFacts({ output }: Program, { demand, slots }: TilePlan) {
  const longest = (all: readonly Parts[]): number =>
    Math.max(0, ...all.map((parts) => lengthOf(parts.get(output) ?? emptyInterval)));
  return {
    count: demand.columns.length * demand.rows.length,
    width: longest(demand.columns),
    height: longest(demand.rows),
    bytes: slots.bytes.reduce((sum, bytes) => sum + bytes, 0),
  };
}

/** Inner edges of tiles, px of the result: where all pooled values begin. */
function alignmentOf({ x, y }: ReceptiveField): number {
  const along = ({ period, stride }: ReceptiveField['x']): number => Math.max(1, Math.round(period / stride));
  return Math.max(along(x), along(y));
}

/** Operations of the kernel that has most of them, on the whole image. */
function heaviest({ steps, homes, graph }: Program, image: Size): number {
  const { x, y } = sizesOfSteps(steps, inferSizes(graph, image));
  const flops = steps.map((step) => {
    const pixels = (x.get(step.name) ?? 0) * (y.get(step.name) ?? 0);
    return stepFlops(step, homes.get(step.name)?.layout.places.length ?? 1, pixels);
  });
  return Math.max(0, ...flops);
}
