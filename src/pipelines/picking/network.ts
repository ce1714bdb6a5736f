import type { JobOptions } from '../../core/progress.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { type ByteGrid, readMeanProbability } from '../../gpu/ops/meanProbability.ts';
import { findPeaks } from '../../gpu/ops/peaks.ts';
import type { Planes } from '../../gpu/ops/planes.ts';
import type { Plane } from '../../gpu/plane.ts';
import { type AxisField, reachOf } from '../../nn/field.ts';
import { Network } from '../../nn/network.ts';
import type { NetworkTile, TiledRun } from '../../nn/run.ts';
import { cutEvenly } from '../../nn/tiling.ts';
import { bestFirst, type Candidate } from './candidates.ts';
import type { PickerChannels, WorkingScalePicker } from './model.ts';
import type { WorkingImage } from './workingImage.ts';

/** Peaks below this logit (a probability of 0.0009) are not even candidates. */
const lowestLogit = -7;
/** Longest edge of a tile, working px: with it a tile's activations stay below the default buffer limit. */
const usualTile = 512;
/** Cells around a tile's core that are computed too, for the peaks' neighbours. */
const ring = 1;

/**
 * Cells along a side of the squares that the contamination is averaged over: 8 px of the working image, a third of a
 * particle. A mask needs no more, and a byte a square is all that comes back.
 */
const maskPool = 4;

/** What came of a tile. */
export interface PickedTile {
  readonly candidates: readonly Candidate[];
  /** Where a network tells: the contamination of its squares, and which ones they are. */
  readonly contamination:
    | { readonly column: number; readonly row: number; readonly grid: ByteGrid }
    | undefined;
}

/** Tiles already done, by index; kept by the caller, so that a job goes on after a lost device. */
export type PickProgress = Map<number, PickedTile>;

/** How contaminated a working image is: a byte a square, 255 is certain. */
export interface ContaminationMap extends ByteGrid {
  /** Sides of the squares, working px; the centre of the first lies at (squarePx − 1) / 2. */
  readonly squarePx: number;
}

export interface NetworkPicks {
  /** In working pixels with probabilities, best first; neighbours are not thinned yet. */
  readonly candidates: Candidate[];
  /** Undefined where the network has no such output. */
  readonly contamination: ContaminationMap | undefined;
}

export interface NetworkPickOptions extends JobOptions {
  readonly largestTile?: number;
  readonly finished?: PickProgress;
}

/** Along one axis: the picture in the middle of a larger one that is mirrored beyond its edges, and the cells to score. */
interface Frame {
  readonly field: AxisField;
  /** Image px before the picture, and in all. */
  readonly margin: number;
  readonly length: number;
  /** Cells of the result that cover the picture: the first, and how many. */
  readonly first: number;
  readonly cells: number;
  /** Those of them that begin inside the picture. */
  readonly inside: number;
}

/**
 * Runs a picking network over a working image, tile by tile, each with the halo of its exact receptive field; the
 * picture is mirrored beyond its edges, so the result does not depend on the tiles, to the last bit. Candidates and a
 * byte a square of contamination are all that is read back.
 */
export async function pickWithNetwork(
  context: GpuContext,
  image: WorkingImage,
  model: Pick<WorkingScalePicker, 'graph' | 'tensors' | 'channels'>,
  { signal, onProgress, largestTile = usualTile, finished = new Map() }: NetworkPickOptions = {},
): Promise<NetworkPicks> {
  const network = new Network(context, model.graph, model.tensors);
  let run: TiledRun | undefined;
  try {
    const { width, height, buffer } = image.plane;
    const { x, y } = framesOf(network, image.plane);
    const { channels } = model;
    const pool = channels.contamination === undefined ? 1 : maskPool;
    run = await network.prepare(
      { width: x.length, height: y.length },
      {
        cut: (longest) => ({ columns: cut(x, longest, pool), rows: cut(y, longest, pool) }),
        longestTile: Math.max(1, Math.floor(largestTile / x.field.stride)),
      },
    );
    const input = { buffer, width, height, origin: { x: x.margin, y: y.margin } };
    for (const [index, tile] of run.tiles.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Picking particles', done: index, total: run.tiles.length });
      if (finished.has(index)) continue;
      finished.set(index, await pickTile(context, run, tile, input, { x, y }, channels));
    }
    onProgress?.({ stage: 'Picking particles', done: run.tiles.length, total: run.tiles.length });
    const picked = [...finished.values()];
    return {
      candidates: picked.flatMap(({ candidates }) => candidates).sort(bestFirst),
      contamination: mapOf(picked, x, y),
    };
  } finally {
    run?.destroy();
    network.destroy();
  }
}

function framesOf(network: Network, image: Plane): { readonly x: Frame; readonly y: Frame } {
  const { field } = network;
  const reach = reachOf(field);
  const frame = (axis: 'x' | 'y', picture: number): Frame => {
    const { period, stride } = field[axis];
    const margin = Math.ceil(reach[axis] / period) * period + Math.ceil((ring * stride) / period) * period;
    const covered = Math.ceil(picture / period) * period;
    return {
      field: field[axis],
      margin,
      length: covered + 2 * margin,
      first: margin / stride,
      cells: covered / stride,
      inside: Math.ceil(picture / stride),
    };
  };
  return { x: frame('x', image.width), y: frame('y', image.height) };
}

/** Tiles of nearly equal size, no longer than `longest` cells, with their rings; squares of `pool` cells are in one tile. */
function cut({ field, first, cells }: Frame, longest: number, pool: number) {
  const { stride, period } = field;
  return cutEvenly(cells, longest, leastCommonMultiple(period / stride, pool)).map(({ from, to }) => ({
    from: first + from - ring,
    to: first + to + ring,
  }));
}

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}

async function pickTile(
  context: GpuContext,
  run: TiledRun,
  tile: NetworkTile,
  input: Planes,
  { x: columns, y: rows }: { readonly x: Frame; readonly y: Frame },
  { contamination, offset }: PickerChannels,
): Promise<PickedTile> {
  const heat = run.run(tile, input);
  const { region } = tile;
  const core = { x: ring, y: ring, width: region.width - 2 * ring, height: region.height - 2 * ring };
  // Beyond its edges the picture is mirrored: there a peak would stand beside its own image.
  const picture = {
    x: Math.max(0, columns.first - region.x),
    y: Math.max(0, rows.first - region.y),
    width: 0,
    height: 0,
  };
  picture.width = Math.min(region.width, columns.first + columns.inside - region.x) - picture.x;
  picture.height = Math.min(region.height, rows.first + rows.inside - region.y) - picture.y;
  const peaks = await findPeaks(context, heat, core, lowestLogit, { offsets: offset, inside: picture });
  // Cell i covers image pixels stride·i … stride·i + stride − 1.
  const place = (cell: number, { field, margin }: Frame): number =>
    field.stride * cell + (field.stride - 1) / 2 - margin;
  // What is cut by the edge may have its centre beyond.
  const within = (px: number, length: number): number => Math.min(length - 1, Math.max(0, px));
  const candidates = peaks.map(({ x, y, value }) => ({
    x: within(place(region.x + x, columns), input.width),
    y: within(place(region.y + y, rows), input.height),
    score: 1 / (1 + Math.exp(-value)),
  }));
  const [left, top] = [region.x + ring - columns.first, region.y + ring - rows.first];
  const inside = {
    ...core,
    width: Math.min(core.width, columns.inside - left),
    height: Math.min(core.height, rows.inside - top),
  };
  if (contamination === undefined || inside.width <= 0 || inside.height <= 0) {
    return { candidates, contamination: undefined };
  }
  const plane = { ...heat, index: contamination };
  const grid = await readMeanProbability(context, plane, inside, maskPool);
  return { candidates, contamination: { column: left / maskPool, row: top / maskPool, grid } };
}

/** The tiles' squares, put together. */
function mapOf(picked: readonly PickedTile[], x: Frame, y: Frame): ContaminationMap | undefined {
  if (picked.every(({ contamination }) => contamination === undefined)) return undefined;
  const [width, height] = [Math.ceil(x.inside / maskPool), Math.ceil(y.inside / maskPool)];
  const data = new Uint8Array(width * height);
  for (const { contamination } of picked) {
    if (!contamination) continue;
    const { column, row, grid } = contamination;
    for (let line = 0; line < grid.height; line++) {
      const bytes = grid.data.subarray(line * grid.width, (line + 1) * grid.width);
      data.set(bytes, (row + line) * width + column);
    }
  }
  return { width, height, data, squarePx: maskPool * x.field.stride };
}
