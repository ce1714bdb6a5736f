/** Denoising by any network that makes a picture of a picture. */
import { FormatError, GpuLimitError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Plane } from '../../gpu/plane.ts';
import { checkChannels } from '../../nn/channels.ts';
import { outputName } from '../../nn/layers.ts';
import { Network } from '../../nn/network.ts';
import type { NetworkTile, TiledRun } from '../../nn/run.ts';
import type { Size } from '../../nn/sizes.ts';
import { cutEvenly } from '../../nn/tiling.ts';
import type { LoadedPlane } from '../load.ts';
import { frameFor, resultSize, roundUp } from './frame.ts';
import type { OpenedModel } from './open.ts';

/**
 * Finished tiles, by their place: kept by the caller, a job goes on with them after a lost device, and a picture that
 * is all there is made without running the network again. Good for one picture and one network.
 */
export type DenoiseResume = Map<string, Float32Array<ArrayBuffer>>;

export interface NetworkDenoiseOptions extends JobOptions {
  /** Longest side of a tile, px; by default as long as memory allows. The result is the same for any. */
  readonly longestTile?: number | undefined;
  readonly resume?: DenoiseResume;
}

/**
 * @throws FormatError 'bad-weights' where the network is no denoiser: made for picking, of several channels, or giving
 * pictures of another size.
 */
export function checkDenoiser(model: OpenedModel): void {
  const { graph, task } = model;
  if (task === 'pick') throw noDenoiser(model, 'it is a picking network, for "cryolite pick --model"');
  const channels = checkChannels(graph).get(outputName(graph)) ?? 0;
  if (graph.channels !== 1 || channels !== 1) {
    throw noDenoiser(model, `it makes ${channels} of ${graph.channels} channels, where one of one is wanted`);
  }
  const probe = roundUp(graph, { width: probeSide, height: probeSide });
  const result = resultSize(graph, probe);
  if (result.width !== probe.width || result.height !== probe.height) {
    throw noDenoiser(
      model,
      `of ${probe.width} × ${probe.height} px it makes ${result.width} × ${result.height}, where the same size is wanted`,
    );
  }
}

/** Larger than any network's surroundings. */
const probeSide = 8192;

/** What made a picture, in ASCII: for the labels of an MRC file, and what the picture is good for. */
export function denoiserLabels({ format, name, hash }: OpenedModel): string[] {
  const shown = name.replace(/[^\x20-\x7e]/g, '?').slice(0, 16);
  return [
    `denoised by ${shown} (${format}, sha256 ${hash.slice(0, 12)})`,
    'Denoised for display only: not for reconstruction.',
  ];
}

/**
 * Denoises a loaded micrograph tile by tile, each with the exact surroundings that its result depends on, so that tiles
 * leave no trace. The network sees the picture standardised as a whole, (v − mean) / σ, and its result is in the same
 * units. (Topaz's own program standardises every patch of 1024 px once more, so that its patches differ in brightness.)
 * @returns a new plane of the same size in the units of the loaded one, which the caller frees.
 * @throws FormatError as `checkDenoiser`; GpuLimitError where the picture or the smallest tile is too large.
 */
export async function denoiseWithNetwork(
  context: GpuContext,
  loaded: LoadedPlane,
  model: OpenedModel,
  { signal, onProgress, longestTile, resume = new Map() }: NetworkDenoiseOptions = {},
): Promise<Plane> {
  checkDenoiser(model);
  signal?.throwIfAborted();
  if (loaded.bin !== 1) {
    throw new GpuLimitError(
      'This micrograph is too large for the GPU to denoise at full size; bin it by 2 first.',
    );
  }
  const { width, height } = loaded.plane;
  const result = { buffer: context.buffer('denoised image', width * height * 4), width, height };
  try {
    if (!isComplete(resume, result)) {
      await runTiles(context, loaded.plane, model, resume, { signal, onProgress, longestTile });
    }
    for (const [key, data] of resume) place(context, result, key, data);
    return result;
  } catch (error) {
    context.free(result.buffer);
    throw error;
  }
}

interface TileOptions {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: JobOptions['onProgress'];
  readonly longestTile: number | undefined;
}

/** Makes the tiles that are not there yet. */
async function runTiles(
  context: GpuContext,
  { buffer, width, height }: Plane,
  model: OpenedModel,
  finished: DenoiseResume,
  { signal, onProgress, longestTile }: TileOptions,
): Promise<void> {
  const network = new Network(context, model.graph, model.tensors);
  let run: TiledRun | undefined;
  try {
    const { x, y } = network.field;
    run = await network.prepare(frameFor(model.graph, { width, height }), {
      longestTile,
      cut: (longest) => ({
        columns: cutEvenly(width, longest, x.period),
        rows: cutEvenly(height, longest, y.period),
      }),
    });
    // Another device may want other tiles.
    const wanted = new Set(run.tiles.map(keyOf));
    for (const key of finished.keys()) if (!wanted.has(key)) finished.delete(key);
    const input = { buffer, width, height, origin: { x: 0, y: 0 } };
    const total = run.tiles.length;
    for (const [done, tile] of run.tiles.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Denoising', done, total });
      const key = keyOf(tile);
      if (finished.has(key)) continue;
      const made = run.run(tile, input);
      finished.set(key, new Float32Array(await context.read(made.buffer, made.width * made.height * 4)));
    }
    onProgress?.({ stage: 'Denoising', done: total, total });
  } finally {
    run?.destroy();
    network.destroy();
  }
}

const keyOf = ({ region: { x, y, width, height } }: NetworkTile): string => [x, y, width, height].join();

/** Tiles of one job never overlap, so their areas tell. */
function isComplete(finished: DenoiseResume, { width, height }: Size): boolean {
  let area = 0;
  for (const tile of finished.values()) area += tile.length;
  return area === width * height;
}

function place(context: GpuContext, plane: Plane, key: string, data: Float32Array<ArrayBuffer>): void {
  const [x = 0, y = 0, width = 0, height = 0] = key.split(',').map(Number);
  for (let row = 0; row < height; row++) {
    const at = ((y + row) * plane.width + x) * 4;
    context.device.queue.writeBuffer(plane.buffer, at, data, row * width, width);
  }
}

function noDenoiser({ file }: OpenedModel, what: string): FormatError {
  return new FormatError('bad-weights', file, `is no network that denoises: ${what}.`);
}
