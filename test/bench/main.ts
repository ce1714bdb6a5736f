/**
 * `npm run bench [-- --size 4096] [--runs 3] [--gpu NAME] [--movie FILE] [--only A,B]`: one JSON object on the standard
 * output, with these parts:
 *
 *   mainJob       steps of the main job on a simulated micrograph; stages of picking, and what comes back from the GPU
 *   scenes        simulated patches to train on, by the processor and on the GPU, and projections of a volume
 *   movie         a movie of 500 MB (or FILE) summed beside reading its bytes
 *   kernels       convolutions beside the peaks of the adapter
 *   fourier       transforms beside a copy
 *   network       a U-Net of Topaz's shape, kernel by kernel
 *   largeNetwork  the same over size², on a device with WebGPU's default limits (--seconds for a software adapter's tiles)
 *
 * Beside other runtimes: scripts/bench-compare.mjs, which `npm run bench` runs as the part "compare".
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openNodeGpu } from '../../src/platform/node/gpu.ts';
import { benchFourier } from './fft.ts';
import { benchKernels } from './kernels.ts';
import { benchLargeNetwork } from './largeNetwork.ts';
import { benchMainJob } from './mainJob.ts';
import { benchMovie } from './movie.ts';
import { benchNetworkProfile } from './networkProfile.ts';
import { benchScenes } from './scenes.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '4096' },
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '300' },
    gpu: { type: 'string' },
    movie: { type: 'string' },
    only: { type: 'string' },
  },
});
const size = positive('size', values.size);
const runs = positive('runs', values.runs);
const seconds = positive('seconds', values.seconds);

/** Ends with one sentence where it is none. */
function positive(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) refuse(`--${name} must be a whole number above 0, not "${text}".`);
  return Number(text);
}

function refuse(sentence: string): never {
  console.error(`cryolite: ${sentence}`);
  process.exit(2);
}

const partNames = ['mainJob', 'scenes', 'movie', 'kernels', 'fourier', 'network', 'largeNetwork'] as const;
const wanted: readonly string[] = values.only?.split(',') ?? partNames;
const stranger = wanted.find((name) => !partNames.some((known) => known === name));
if (stranger !== undefined) {
  refuse(`the bench has no part "${stranger}": take of ${partNames.join(', ')}, compare.`);
}

const folder = await mkdtemp(join(tmpdir(), 'cryolite-bench-'));
const context = await openNodeGpu(values.gpu);
const isSoftware = context.device.adapterInfo.isFallbackAdapter;
const parts: Readonly<Record<(typeof partNames)[number], () => Promise<object>>> = {
  mainJob: () => benchMainJob(context, runs, size, folder),
  scenes: () => benchScenes(context, runs, isSoftware),
  movie: () => benchMovie(context, runs, folder, values.movie),
  kernels: () => benchKernels(context, runs, Math.min(size, 2048)),
  fourier: () => benchFourier(context, runs, size),
  network: () => benchNetworkProfile(context, runs, isSoftware ? 128 : 1024),
  largeNetwork: () => benchLargeNetwork(values.gpu, runs, size, seconds),
};
try {
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: cpus().length,
    processor: cpus()[0]?.model,
    // Of the last minute, before anything is measured: what else the machine does.
    load: loadavg()[0],
  };
  const results: Record<string, unknown> = {};
  for (const [name, bench] of Object.entries(parts)) {
    if (!wanted.includes(name)) continue;
    console.error(`${name} …`);
    results[name] = await bench();
  }
  const report = {
    cryolite: __CRYOLITE_VERSION__,
    date: new Date().toISOString(),
    adapter: context.adapterName,
    isSoftware,
    machine,
    runs,
    ...results,
  };
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
} finally {
  context.destroy();
  await rm(folder, { recursive: true, force: true });
}
