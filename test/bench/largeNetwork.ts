/**
 * A U-Net of Topaz's shape over a whole large micrograph, on a device opened with the limits that every WebGPU device
 * has: 128 MiB a binding. What it takes of GPU memory is the same for every tile, so that a software adapter, which would
 * take hours for all of them, shows it with one.
 */
import type { GpuContext } from '../../src/gpu/context.ts';
import { Network } from '../../src/nn/network.ts';
import { planRun, tileFacts } from '../../src/nn/plan.ts';
import { stepCosts } from '../../src/nn/profile.ts';
import { compile } from '../../src/nn/program.ts';
import type { NetworkTile, TiledRun } from '../../src/nn/run.ts';
import { openNodeGpu } from '../../src/platform/node/gpu.ts';
import { imageFor, unet } from './compare/networks.ts';
import { time } from './measure.ts';

/** What a run is to stay below. */
const mostBytes = 2 ** 30;
/** Side of the picture that tells a software adapter's speed, px. */
const trialEdge = 128;

/**
 * @param edge of the picture, px.
 * @param seconds that a software adapter may take for tiles; a real one runs them all.
 */
export async function benchLargeNetwork(
  gpu: string | undefined,
  runs: number,
  edge: number,
  seconds: number,
) {
  const context = await openNodeGpu(gpu, { limits: 'default' });
  const { graph, tensors } = unet();
  const network = new Network(context, graph, tensors);
  try {
    const isSoftware = context.device.adapterInfo.isFallbackAdapter;
    const trial = isSoftware ? await rateOf(context, network) : undefined;
    context.resetPeak();
    const start = performance.now();
    const image = { width: edge, height: edge };
    const run = await network.prepare(image);
    const prepareSeconds = (performance.now() - start) / 1000;
    const origin = { x: 0, y: 0 };
    const input = { buffer: context.upload('image', imageFor(edge * edge)), ...image, origin };
    const output = { buffer: context.buffer('result', edge * edge * 4), ...image, origin };
    const flops = flopsOfTiles(context, edge);
    const all = sum(flops);
    const runTiles = async (tiles: readonly NetworkTile[]): Promise<void> => {
      for (const tile of tiles) {
        run.run(tile, input, output);
        await context.finish();
      }
    };
    const times =
      trial === undefined
        ? { ...(await time(runs, () => runTiles(run.tiles))), tilesRun: run.tiles.length }
        : await asManyAsFit(run, flops, trial, seconds, runTiles);
    const { peak, peakByOwner } = context.memory();
    const { maxStorageBufferBindingSize, maxBufferSize } = context.device.limits;
    const facts = {
      edge,
      limits: { maxStorageBufferBindingSize, maxBufferSize },
      tiles: tileFacts(compile(graph), planOf(context, edge)),
      flops: all,
      prepareSeconds,
      ...times,
      gpuPeakBytes: peak,
      gpuPeakByOwner: Object.fromEntries(peakByOwner),
      isBelowGibibyte: peak < mostBytes,
    };
    run.destroy();
    context.free(input.buffer, output.buffer);
    return facts;
  } finally {
    network.destroy();
    context.destroy();
  }
}

const planOf = (context: GpuContext, edge: number) =>
  planRun(
    compile(unet().graph),
    { width: edge, height: edge },
    {
      bufferBytes: context.maxBufferBytes,
      bytesPerNumber: 4,
    },
  );

/** Operations of every tile, in the order of `TiledRun.tiles`. */
function flopsOfTiles(context: GpuContext, edge: number): number[] {
  const { demand } = planOf(context, edge);
  const program = compile(unet().graph);
  return demand.rows.flatMap((_, row) =>
    demand.columns.map((__, column) =>
      sum(stepCosts(program, demand, 4, { column, row }).map((cost) => cost.flops)),
    ),
  );
}

/** FLOP/s of the network on a small picture. */
async function rateOf(context: GpuContext, network: Network): Promise<number> {
  const image = { width: trialEdge, height: trialEdge };
  const run = await network.prepare(image);
  const input = {
    buffer: context.upload('image', imageFor(trialEdge ** 2)),
    ...image,
    origin: { x: 0, y: 0 },
  };
  const { seconds } = await time(1, async () => {
    for (const tile of run.tiles) run.run(tile, input);
    await context.finish();
  });
  run.destroy();
  context.free(input.buffer);
  return sum(flopsOfTiles(context, trialEdge)) / seconds;
}

/** The cheapest tiles first, while the next one is likely to end in time; what all would take is told by operations. */
async function asManyAsFit(
  run: TiledRun,
  flops: readonly number[],
  trial: number,
  seconds: number,
  runTiles: (tiles: readonly NetworkTile[]) => Promise<void>,
) {
  const order = run.tiles
    .map((tile, i) => ({ tile, flops: flops[i] ?? 0 }))
    .sort((a, b) => a.flops - b.flops);
  let [done, spent, tilesRun] = [0, 0, 0];
  for (const next of order) {
    const rate = spent > 0 ? done / spent : trial;
    if (spent + next.flops / rate > seconds) break;
    const start = performance.now();
    await runTiles([next.tile]);
    spent += (performance.now() - start) / 1000;
    done += next.flops;
    tilesRun++;
  }
  return {
    tilesRun,
    tilesAllowedSeconds: seconds,
    tilesSeconds: spent,
    trialFlopsPerSecond: trial,
    extrapolatedSeconds: sum(flops) / (spent > 0 ? done / spent : trial),
  };
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
