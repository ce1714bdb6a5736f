/**
 * `npm run bench [-- --size 4096] [--runs 3] [--gpu NAME] [--movie FILE]`: one JSON object on the standard output. Steps
 * of the main job on a simulated micrograph, a movie of 500 MB (or FILE) summed beside reading its bytes, and kernels
 * beside what the adapter can copy.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ByteSource } from '../../src/core/bytes.ts';
import { halfTable } from '../../src/core/dtype.ts';
import { fingerprint } from '../../src/dataset/fingerprint.ts';
import { openMicrograph } from '../../src/dataset/open.ts';
import type { GpuContext } from '../../src/gpu/context.ts';
import { readTile } from '../../src/gpu/ops/image.ts';
import { automaticContrast, overviewTiles } from '../../src/pipelines/contrast.ts';
import { bandPassPlane } from '../../src/pipelines/denoise.ts';
import { type LoadedPlane, loadPlane } from '../../src/pipelines/load.ts';
import { parsePickerModel } from '../../src/pipelines/picking/model.ts';
import { pickParticles } from '../../src/pipelines/picking/pick.ts';
import { writeSimulatedMrc } from '../../src/pipelines/simulation/files.ts';
import { defaultSimulation, simulateMicrograph } from '../../src/pipelines/simulation/simulate.ts';
import { nodeFileSink, nodeFileSource } from '../../src/platform/node/files.ts';
import { openNodeGpu } from '../../src/platform/node/gpu.ts';
import { pickerFile, readModelFile, shippedModel } from '../../src/platform/node/models.ts';
import { tileRectangle, tileSize } from '../../src/tiles/pyramid.ts';
import { benchFourier } from './fft.ts';
import { benchKernels } from './kernels.ts';
import { time } from './measure.ts';
import { benchMovie } from './movie.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '4096' },
    runs: { type: 'string', default: '3' },
    gpu: { type: 'string' },
    movie: { type: 'string' },
  },
});
const size = Number(values.size);
const runs = Number(values.runs);

/** Counts what is read through a source. */
function counted(source: ByteSource): ByteSource & { bytesRead: number } {
  const counter = {
    name: source.name,
    size: source.size,
    bytesRead: 0,
    read: (offset: number, length: number) => {
      counter.bytesRead += length;
      return source.read(offset, length);
    },
  };
  return counter;
}

/** All that the page does before it can show the whole picture: header, fingerprint, pixels, tiles, contrast. */
async function firstPicture(context: GpuContext, source: ByteSource): Promise<LoadedPlane> {
  const micrograph = await openMicrograph(source);
  await fingerprint(source, 0);
  const loaded = await loadPlane(context, micrograph, 0);
  const { level, tiles } = overviewTiles(micrograph.width, micrograph.height);
  const table = halfTable();
  const parts = await Promise.all(
    tiles.map(async ({ column, row }) => {
      const rectangle = tileRectangle(micrograph.width, micrograph.height, level, column, row);
      const halves = await readTile(context, loaded.plane, loaded.bin, level, rectangle, tileSize);
      return [...halves].map((bits) => table[bits] ?? 0);
    }),
  );
  automaticContrast(Float32Array.from(parts.flat()));
  return loaded;
}

async function main(context: GpuContext, folder: string): Promise<object> {
  const parameters = {
    ...defaultSimulation,
    size,
    particles: Math.round(defaultSimulation.particles * (size / 2048) ** 2),
  };
  const simulationStart = performance.now();
  const simulated = await simulateMicrograph(context, parameters);
  const simulationSeconds = (performance.now() - simulationStart) / 1000;
  const path = join(folder, 'bench.mrc');
  await writeSimulatedMrc(
    await nodeFileSink(path, { overwrite: true }),
    simulated.counts,
    simulated,
    parameters,
  );
  const model = await parsePickerModel(await readModelFile(await shippedModel(pickerFile)), pickerFile);

  const file = await nodeFileSource(path);
  const source = counted(file);
  try {
    const open = await time(runs, async () => {
      source.bytesRead = 0;
      const { plane } = await firstPicture(context, source);
      context.free(plane.buffer);
    });
    const bytesRead = source.bytesRead;
    const loaded = await firstPicture(context, source);
    const { pixelSizeAngstrom, diameterAngstrom } = parameters;
    const denoise = await time(runs, async () => {
      const band = { pixelSizeAngstrom, lowpassAngstrom: 20, highpassAngstrom: undefined };
      const plane = await bandPassPlane(context, loaded, band);
      await context.finish();
      context.free(plane.buffer);
    });
    const micrograph = { width: size, height: size };
    const request = { pixelSizeAngstrom, diameterAngstrom, brightParticles: false };
    let picks = 0;
    const pick = await time(runs, async () => {
      const outcome = await pickParticles(context, loaded, micrograph, { ...request, method: 'cnn' }, model);
      picks = outcome.picks.filter(({ score }) => score >= outcome.suggestedThreshold).length;
    });
    const log = await time(runs, async () => {
      await pickParticles(context, loaded, micrograph, { ...request, method: 'log' }, model);
    });
    context.free(loaded.plane.buffer);
    const { peak } = context.memory();
    const movie = await benchMovie(context, runs, folder, values.movie);
    const kernels = await benchKernels(context, runs, Math.min(size, 2048));
    return {
      micrograph: { width: size, height: size, fileBytes: source.size, particles: simulated.truth.length },
      simulate: { seconds: simulationSeconds },
      openToFirstPicture: { ...open, bytesRead },
      denoise: { ...denoise, pixels: size * size },
      pick: { ...pick, picks },
      pickLog: log,
      gpuPeakBytes: peak,
      movie,
      kernels,
      fourier: await benchFourier(context, runs, size),
    };
  } finally {
    await file.close();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'cryolite-bench-'));
const context = await openNodeGpu(values.gpu);
try {
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: cpus().length,
    processor: cpus()[0]?.model,
  };
  const result = await main(context, folder);
  const report = {
    cryolite: __CRYOLITE_VERSION__,
    date: new Date().toISOString(),
    adapter: context.adapterName,
    machine,
    runs,
    ...result,
  };
  process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
} finally {
  context.destroy();
  await rm(folder, { recursive: true, force: true });
}
