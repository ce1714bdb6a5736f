import type { JobOptions } from '../../core/progress.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { findPeaks } from '../../gpu/ops/peaks.ts';
import type { Planes } from '../../gpu/ops/planes.ts';
import type { Plane } from '../../gpu/plane.ts';
import { type AxisField, reachOf } from '../../nn/field.ts';
import { Network } from '../../nn/network.ts';
import type { NetworkTile, TiledRun } from '../../nn/run.ts';
import { cutEvenly } from '../../nn/tiling.ts';
import { bestFirst, type Candidate } from './candidates.ts';
import type { WorkingScalePicker } from './model.ts';
import type { WorkingImage } from './workingImage.ts';

/** Peaks below this logit (a probability of 0.0009) are not even candidates. */
const lowestLogit = -7;
/** Longest edge of a tile, working px: with it a tile's activations stay below the default buffer limit. */
const usualTile = 512;
/** Cells around a tile's core that are computed too, for the peaks' neighbours. */
const ring = 1;

/** Tiles already done, by index; kept by the caller, so that a job goes on after a lost device. */
export type PickProgress = Map<number, readonly Candidate[]>;

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
}

/**
 * Runs a picking network over a working image, tile by tile, each with the halo of its exact receptive field; the
 * picture is mirrored beyond its edges, so the result does not depend on the tiles.
 * @returns all candidates in working pixels with probabilities, best first; neighbours are not thinned yet.
 */
export async function pickWithNetwork(
  context: GpuContext,
  image: WorkingImage,
  model: Pick<WorkingScalePicker, 'graph' | 'tensors'>,
  { signal, onProgress, largestTile = usualTile, finished = new Map() }: NetworkPickOptions = {},
): Promise<Candidate[]> {
  const network = new Network(context, model.graph, model.tensors);
  let run: TiledRun | undefined;
  try {
    const { width, height, buffer } = image.plane;
    const { x, y } = framesOf(network, image.plane);
    run = await network.prepare(
      { width: x.length, height: y.length },
      {
        cut: (longest) => ({ columns: cut(x, longest), rows: cut(y, longest) }),
        longestTile: Math.max(1, Math.floor(largestTile / x.field.stride)),
      },
    );
    const input = { buffer, width, height, origin: { x: x.margin, y: y.margin } };
    for (const [index, tile] of run.tiles.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Picking particles', done: index, total: run.tiles.length });
      if (!finished.has(index)) finished.set(index, await pickTile(context, run, tile, input, { x, y }));
    }
    onProgress?.({ stage: 'Picking particles', done: run.tiles.length, total: run.tiles.length });
    return [...finished.values()].flat().sort(bestFirst);
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
    };
  };
  return { x: frame('x', image.width), y: frame('y', image.height) };
}

/** Tiles of nearly equal size, no longer than `longest` cells, with their rings. */
function cut({ field, first, cells }: Frame, longest: number) {
  const { stride, period } = field;
  return cutEvenly(cells, longest, period / stride).map(({ from, to }) => ({
    from: first + from - ring,
    to: first + to + ring,
  }));
}

async function pickTile(
  context: GpuContext,
  run: TiledRun,
  tile: NetworkTile,
  input: Planes,
  { x: columns, y: rows }: { readonly x: Frame; readonly y: Frame },
): Promise<Candidate[]> {
  const heat = run.run(tile, input);
  const { region } = tile;
  const core = { x: ring, y: ring, width: region.width - 2 * ring, height: region.height - 2 * ring };
  const peaks = await findPeaks(context, heat, core, lowestLogit);
  // Cell i covers image pixels stride·i … stride·i + stride − 1.
  const place = (cell: number, { field, margin }: Frame): number =>
    field.stride * cell + (field.stride - 1) / 2 - margin;
  return peaks
    .map(({ x, y, value }) => ({
      x: place(region.x + x, columns),
      y: place(region.y + y, rows),
      score: 1 / (1 + Math.exp(-value)),
    }))
    .filter(({ x, y }) => x >= -0.5 && y >= -0.5 && x <= input.width - 0.5 && y <= input.height - 0.5);
}
