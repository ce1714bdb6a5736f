/** Steps of the main job on a simulated micrograph: open, denoise, pick; with stages, bytes that come back, and memory. */
import { join } from 'node:path';
import type { ByteSource } from '../../src/core/bytes.ts';
import { halfTable } from '../../src/core/dtype.ts';
import { fingerprint } from '../../src/dataset/fingerprint.ts';
import { openMicrograph } from '../../src/dataset/open.ts';
import type { GpuContext } from '../../src/gpu/context.ts';
import { readTile } from '../../src/gpu/ops/image.ts';
import { receptiveField } from '../../src/nn/field.ts';
import { automaticContrast, overviewTiles } from '../../src/pipelines/contrast.ts';
import { bandPassPlane } from '../../src/pipelines/denoising/bandPass.ts';
import { type LoadedPlane, loadPlane } from '../../src/pipelines/load.ts';
import { type PickerModel, parsePickerModel } from '../../src/pipelines/picking/model.ts';
import { type PickRequest, pickParticles } from '../../src/pipelines/picking/pick.ts';
import { writeSimulatedMrc } from '../../src/pipelines/simulation/files.ts';
import { defaultSimulation, simulateMicrograph } from '../../src/pipelines/simulation/simulate.ts';
import { nodeFileSink, nodeFileSource } from '../../src/platform/node/files.ts';
import { pickerFile, readModelFile, shippedModel } from '../../src/platform/node/models.ts';
import { tileRectangle, tileSize } from '../../src/tiles/pyramid.ts';
import { resnet8 } from './compare/networks.ts';
import { StageClock, time } from './measure.ts';

/** Side of the largest picture that a software adapter scores pixel by pixel here, px. */
const largestDenseInSoftware = 512;

/** @param folder for the micrograph. */
export async function benchMainJob(context: GpuContext, runs: number, size: number, folder: string) {
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
  const file = await nodeFileSource(path);
  const source = counted(file);
  try {
    const open = await time(runs, async () => {
      source.bytesRead = 0;
      const { plane } = await firstPicture(context, source);
      context.free(plane.buffer);
    });
    const bytesRead = source.bytesRead;
    context.resetPeak();
    const loaded = await firstPicture(context, source);
    const { pixelSizeAngstrom, diameterAngstrom } = parameters;
    const denoise = await time(runs, async () => {
      const band = { pixelSizeAngstrom, lowpassAngstrom: 20, highpassAngstrom: undefined };
      const plane = await bandPassPlane(context, loaded, band);
      await context.finish();
      context.free(plane.buffer);
    });
    const request = { pixelSizeAngstrom, diameterAngstrom, brightParticles: false };
    const own = await parsePickerModel(await readModelFile(await shippedModel(pickerFile)), pickerFile);
    const byNetwork = { ...request, method: 'cnn' } as const;
    const pick = await benchPick(context, runs, loaded, size, byNetwork, own);
    const pickLog = await benchPick(context, runs, loaded, size, { ...request, method: 'log' }, own);
    const isTooLarge = context.device.adapterInfo.isFallbackAdapter && size > largestDenseInSoftware;
    const pickDense = isTooLarge
      ? { leftOut: `A software GPU would take very long: give --size ${largestDenseInSoftware}.` }
      : await benchPick(context, runs, loaded, size, byNetwork, densePicker());
    context.free(loaded.plane.buffer);
    return {
      micrograph: { width: size, height: size, fileBytes: source.size, particles: simulated.truth.length },
      simulate: { seconds: simulationSeconds },
      openToFirstPicture: { ...open, bytesRead },
      denoise: { ...denoise, pixels: size * size },
      pick,
      pickLog,
      pickDense,
      gpuPeakBytes: context.memory().peak,
    };
  } finally {
    await file.close();
  }
}

/** A ResNet8 of Topaz's shape, which scores every pixel; with random weights it finds as many places as there are. */
function densePicker(): PickerModel {
  const { graph, tensors } = resnet8();
  const { x } = receptiveField(graph);
  return {
    kind: 'dense',
    name: graph.name,
    graph,
    tensors,
    hash: '',
    gives: 'log-odds',
    fieldPx: x.to - x.from,
    separationDiameters: 0.7,
    defaultThreshold: 0.5,
  };
}

/** Picking with its stages; of what comes back from the GPU, candidates should be all. */
async function benchPick(
  context: GpuContext,
  runs: number,
  loaded: LoadedPlane,
  size: number,
  request: PickRequest,
  model: PickerModel,
) {
  const clock = new StageClock();
  let [picks, found, bytesReadBack] = [0, 0, 0];
  context.resetPeak();
  const timing = await time(runs, async () => {
    const before = context.bytesRead;
    clock.start();
    const outcome = await pickParticles(context, loaded, { width: size, height: size }, request, model, {
      onProgress: clock.onProgress,
    });
    clock.stop();
    bytesReadBack = context.bytesRead - before;
    found = outcome.picks.length;
    picks = outcome.picks.filter(({ score }) => score >= outcome.suggestedThreshold).length;
  });
  const { peak, peakByOwner } = context.memory();
  return {
    ...timing,
    stages: clock.medians(),
    picks,
    found,
    bytesReadBack,
    bytesOfPicture: size * size * 4,
    gpuPeakBytes: peak,
    gpuPeakByOwner: Object.fromEntries(peakByOwner),
  };
}

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
