import type { JobOptions } from '../../core/progress.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { findPeaks } from '../../gpu/ops/peaks.ts';
import { Recorder } from '../../gpu/recorder.ts';
import { Network } from '../../nn/network.ts';
import { cutIntoTiles, extractTile, type Tile } from '../../tiles/grid.ts';
import { bestFirst, type Candidate } from './candidates.ts';
import type { PickerModel } from './model.ts';
import type { WorkingImage } from './workingImage.ts';

/** Peaks below this logit (a probability of 0.0009) are not even candidates. */
const lowestLogit = -7;
/** Longest edge of a tile's core, working px: with it a tile's activations stay below the default buffer limit. */
const defaultCore = 512;

/** Tiles already done, by index; kept by the caller, so that a job goes on after a lost device. */
export type PickProgress = Map<number, readonly Candidate[]>;

export interface NetworkPickOptions extends JobOptions {
  readonly largestCore?: number;
  readonly finished?: PickProgress;
}

/**
 * Runs a picking network over a working image, tile by tile, each with the halo of its exact receptive field; the
 * picture is mirrored beyond its edges, so the result does not depend on the tiles.
 * @returns all candidates in working pixels with probabilities, best first; neighbours are not thinned yet.
 */
export async function pickWithNetwork(
  context: GpuContext,
  image: WorkingImage,
  model: PickerModel,
  { signal, onProgress, largestCore = defaultCore, finished = new Map() }: NetworkPickOptions = {},
): Promise<Candidate[]> {
  const network = new Network(context, model.graph, model.tensors);
  try {
    const { alignment } = network.shape;
    const tiles = cutIntoTiles(image.width, image.height, largestCore, alignment);
    for (const [index, tile] of tiles.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Picking particles', done: index, total: tiles.length });
      if (!finished.has(index)) finished.set(index, await pickTile(context, network, image, tile));
    }
    onProgress?.({ stage: 'Picking particles', done: tiles.length, total: tiles.length });
    return [...finished.values()].flat().sort(bestFirst);
  } finally {
    network.destroy();
  }
}

async function pickTile(
  context: GpuContext,
  network: Network,
  image: WorkingImage,
  tile: Tile,
): Promise<Candidate[]> {
  const { alignment, output } = network.shape;
  // One cell more than the receptive field, for the peaks' neighbours at the core's edge.
  const halo = network.shape.halo + alignment;
  const input = extractTile(image, tile, halo);
  const recorder = new Recorder(context);
  const heat = await network.record(recorder, input.data, input.width, input.height);
  recorder.submit();
  const core = {
    x: halo / output.stride,
    y: halo / output.stride,
    width: tile.width / output.stride,
    height: tile.height / output.stride,
  };
  const peaks = await findPeaks(context, heat, core, lowestLogit);
  // Cell i covers input pixels stride·i … stride·i + stride − 1.
  const centre = (output.stride - 1) / 2;
  return peaks
    .map(({ x, y, value }) => ({
      x: tile.x - halo + output.stride * x + centre,
      y: tile.y - halo + output.stride * y + centre,
      score: 1 / (1 + Math.exp(-value)),
    }))
    .filter(({ x, y }) => x >= -0.5 && y >= -0.5 && x <= image.width - 0.5 && y <= image.height - 0.5);
}
