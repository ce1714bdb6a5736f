/** `cryolite nn run`: any network on any array, tile by tile, so that anyone can compare us with another runtime. */
import { FormatError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { formatBytes } from '../../core/units.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Planes } from '../../gpu/ops/planes.ts';
import { Network } from '../../nn/network.ts';
import { type NetworkProfile, profileNetwork } from '../../nn/profileNetwork.ts';
import type { NetworkTile, TileInput } from '../../nn/run.ts';
import type { OpenedModel } from '../../pipelines/models/open.ts';
import type { CommandContext } from '../command.ts';
import { type GpuOptions, withCommandGpu } from '../gpu.ts';
import { refuseExisting, refuseReplacing } from '../outputs.ts';
import { type ArrayPicture, readPicture, writePicture } from './nnArray.ts';
import type { Dtype } from './nnInfo.ts';
import { openNetwork } from './nnModel.ts';
import { profileText, writeProfile } from './nnProfile.ts';

export interface RunOptions extends GpuOptions {
  readonly model: string;
  readonly output: string;
  /** Longest side of a tile of the result, px. */
  readonly tile?: number;
  readonly dtype: Dtype;
  /** Times every kernel afterwards; into a file where one is named. */
  readonly profile?: string | true;
  readonly overwrite: boolean;
}

export async function runOnArray(context: CommandContext, file: string, options: RunOptions) {
  const { model, output, overwrite, dtype, profile } = options;
  const profileFile = typeof profile === 'string' ? profile : undefined;
  await refuseReplacing([file, model], [output, profileFile]);
  await refuseExisting(profileFile === undefined ? [output] : [output, profileFile], overwrite);
  const network = await openNetwork(model);
  const picture = await readPicture(file);
  const { channels } = network.graph;
  if (picture.channels !== channels) {
    throw new FormatError(
      'wrong-shape',
      file,
      `has ${picture.channels} channel${picture.channels === 1 ? '' : 's'} where ${network.name} takes ${channels}.`,
    );
  }
  return await withCommandGpu(context, options, async (gpu) => {
    const finished: Finished = new Map();
    const { result, facts } = await gpu.run((device) =>
      runTiles(device, network, picture, options, finished, context.job(file)),
    );
    await writePicture(output, result, { overwrite });
    const { width, height } = result;
    context.print(
      `${output}  ${result.channels} × ${width} × ${height} in ${dtype} on ${gpu.adapterName}, ${facts.tiles} tile${facts.tiles === 1 ? '' : 's'}: ${facts.seconds.toFixed(2)} s, and ${facts.prepareSeconds.toFixed(2)} s to get ready; at most ${formatBytes(facts.gpuPeakBytes)} on the GPU`,
    );
    const times = profile && (await gpu.run((device) => timed(device, network, picture, options, context)));
    if (times) for (const line of ['', ...profileText(times)]) context.print(line);
    if (times && profileFile !== undefined) await writeProfile(profileFile, times, { overwrite });
    return {
      adapter: gpu.adapterName,
      model,
      network: network.name,
      output,
      channels: result.channels,
      width,
      height,
      dtype,
      ...facts,
      ...(times && { profile: times }),
    };
  });
}

/** The network on noise of the array's size, kernel by kernel. */
async function timed(
  device: GpuContext,
  { graph, tensors, name }: OpenedModel,
  picture: ArrayPicture,
  { dtype, tile: longestTile }: RunOptions,
  context: CommandContext,
): Promise<NetworkProfile> {
  const network = new Network(device, graph, tensors, { storage: dtype });
  try {
    const profile = await profileNetwork(device, network, picture, { longestTile, ...context.job() });
    return { ...profile, network: name };
  } finally {
    network.destroy();
  }
}

/** Results of tiles, by their place: what is there survives a lost device. */
type Finished = Map<string, Float32Array>;

/** @param options of the command: tiles and storage. @returns the result, and what it cost. */
export async function runTiles(
  context: GpuContext,
  { graph, tensors }: OpenedModel,
  picture: ArrayPicture,
  { tile: longestTile, dtype }: Pick<RunOptions, 'tile' | 'dtype'>,
  finished: Finished,
  { signal, onProgress }: JobOptions,
): Promise<{ readonly result: ArrayPicture; readonly facts: RunFacts }> {
  const start = performance.now();
  const network = new Network(context, graph, tensors, { storage: dtype });
  let image: Planes | undefined;
  try {
    image = uploaded(context, picture);
    await warmUp(context, network, picture, image);
    const run = await network.prepare(picture, { longestTile });
    try {
      const ready = performance.now();
      for (const [done, tile] of run.tiles.entries()) {
        signal?.throwIfAborted();
        onProgress?.({ stage: 'Running the network', done, total: run.tiles.length });
        const { x, y, width, height } = tile.region;
        const key = [x, y, width, height].join();
        if (finished.has(key)) continue;
        const made = run.run(tile, image ?? partOf(picture, tile));
        const bytes = made.width * made.height * network.outputChannels * 4;
        finished.set(key, new Float32Array(await context.read(made.buffer, bytes)));
      }
      onProgress?.({ stage: 'Running the network', done: run.tiles.length, total: run.tiles.length });
      const end = performance.now();
      const result = { channels: network.outputChannels, ...network.resultSize(picture) };
      return {
        result: assemble(result, finished),
        facts: {
          tiles: run.tiles.length,
          prepareSeconds: (ready - start) / 1000,
          seconds: (end - ready) / 1000,
          gpuPeakBytes: context.memory().peak,
          gpuPeakByOwner: Object.fromEntries(context.memory().peakByOwner),
        },
      };
    } finally {
      run.destroy();
    }
  } finally {
    context.free(image?.buffer);
    network.destroy();
  }
}

/**
 * Makes a few pixels in the middle of the result, which nobody looks at. Drivers translate a kernel when it is first sent,
 * which takes some of them longer than a small network: that is part of getting ready.
 */
async function warmUp(
  context: GpuContext,
  network: Network,
  picture: ArrayPicture,
  image: Planes | undefined,
): Promise<void> {
  const middle = (length: number) => {
    const from = Math.max(0, (length - warmUpSide) >> 1);
    return [{ from, to: Math.min(length, from + warmUpSide) }];
  };
  const { width, height } = network.resultSize(picture);
  const cut = { columns: middle(width), rows: middle(height) };
  const run = await network.prepare(picture, { cut: () => cut });
  try {
    for (const tile of run.tiles) run.run(tile, image ?? partOf(picture, tile));
    await context.finish();
  } finally {
    run.destroy();
  }
}

/** Of the part that is made to get ready, px of the result: all kernels have something to do. */
const warmUpSide = 16;

interface RunFacts {
  readonly tiles: number;
  /** Weights, kernels compiled and sent once, and buffers, s. */
  readonly prepareSeconds: number;
  /** All tiles, the way of their numbers to the GPU and back included, s. */
  readonly seconds: number;
  readonly gpuPeakBytes: number;
  /** The same by what it is for. */
  readonly gpuPeakByOwner: Readonly<Record<string, number>>;
}

/** The whole picture on the GPU, where it allows such a buffer. */
function uploaded(context: GpuContext, { data, width, height }: ArrayPicture): Planes | undefined {
  if (data.byteLength > context.maxBufferBytes) return undefined;
  return { buffer: context.upload('nn run', data), width, height, origin: { x: 0, y: 0 } };
}

/** The part of the picture that a tile is made from. */
function partOf({ channels, width, height, data }: ArrayPicture, { input }: NetworkTile): TileInput {
  const part = new Float32Array(channels * input.width * input.height);
  for (let row = 0; row < channels * input.height; row++) {
    const channel = Math.floor(row / input.height);
    const from = (channel * height + input.y + (row % input.height)) * width + input.x;
    part.set(data.subarray(from, from + input.width), row * input.width);
  }
  return part;
}

function assemble(
  { channels, width, height }: Omit<ArrayPicture, 'data'>,
  tiles: ReadonlyMap<string, Float32Array>,
): ArrayPicture {
  const data = new Float32Array(channels * width * height);
  for (const [key, tile] of tiles) {
    const [x = 0, y = 0, across = 0, down = 0] = key.split(',').map(Number);
    for (let row = 0; row < channels * down; row++) {
      const channel = Math.floor(row / down);
      const to = (channel * height + y + (row % down)) * width + x;
      data.set(tile.subarray(row * across, (row + 1) * across), to);
    }
  }
  return { channels, width, height, data };
}
