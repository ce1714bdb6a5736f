import { dirname } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { openMicrograph } from '../../dataset/open.ts';
import { driftCsv } from '../../pipelines/simulation/drift.ts';
import { truthStar, writeSimulatedMovie, writeSimulatedMrc } from '../../pipelines/simulation/files.ts';
import { type MovieParameters, simulateMovie } from '../../pipelines/simulation/movie.ts';
import { readVolume } from '../../pipelines/simulation/readVolume.ts';
import { doseOf } from '../../pipelines/simulation/signalToNoise.ts';
import {
  cleanPicture,
  defaultSimulation,
  type SimulationParameters,
  simulateField,
  simulateMicrograph,
} from '../../pipelines/simulation/simulate.ts';
import type { ParticleVolume } from '../../pipelines/simulation/volume.ts';
import { nodeFileSink, withFile, writeTextFile } from '../../platform/node/files.ts';
import {
  addGpuOption,
  addJsonOption,
  addOverwriteOption,
  type CommandContext,
  type CommandResult,
  type RegisterCommand,
  runCommand,
} from '../command.ts';
import { type CommandGpu, withCommandGpu } from '../gpu.ts';
import { EXIT } from '../io.ts';
import { isMicrographName, makeFolder, refuseExisting, refuseReplacing } from '../outputs.ts';
import {
  addSimulationOptions,
  movieOf,
  refuseContradictions,
  type SimulateOptions,
} from './simulateOptions.ts';

export const registerSimulate: RegisterCommand = (program, io, finish) => {
  const command = addSimulationOptions(program.command('simulate'));
  addOverwriteOption(addGpuOption(addJsonOption(command))).action(
    async (out: string, options: SimulateOptions, given: Command) => {
      finish(
        await runCommand(io, options, (context) => {
          refuseContradictions(given);
          return simulate(context, out, options);
        }),
      );
    },
  );
};

async function simulate(
  context: CommandContext,
  out: string,
  options: SimulateOptions,
): Promise<CommandResult> {
  if (isMicrographName(out) && !/\.mrcs?$/i.test(out)) {
    throw new UsageError(`Simulated pictures are written as MRC: give a name that ends in .mrc, not ${out}.`);
  }
  const movie = movieOf(options);
  const base = out.replace(/\.mrcs?$/i, '');
  const isSoiled = options.aggregates > 0 || Object.values(options.contaminants).some((count) => count > 0);
  const picture = {
    truth: `${base}.star`,
    clean: `${base}_clean.mrc`,
    ...(isSoiled ? { mask: `${base}_mask.mrc` } : {}),
  };
  const path = /\.mrcs$/i.test(out) ? out : `${base}.mrc`;
  const files = !movie
    ? { micrograph: path, ...picture }
    : {
        movie: path,
        ...picture,
        drift: `${base}_drift.csv`,
        ...(movie.gain ? { gain: `${base}_gain.mrc` } : {}),
      };
  await refuseReplacing([options.volume], Object.values(files));
  await refuseExisting(Object.values(files), options.overwrite);
  const volume = options.volume === undefined ? undefined : await volumeOf(options.volume, options);
  await makeFolder(dirname(out));
  const { width, height } = options.size;
  const parameters: SimulationParameters = {
    size: width,
    ...(height === width ? {} : { height }),
    seed: options.seed,
    particles: options.particles,
    shape: options.shape,
    diameterAngstrom: volume?.diameterAngstrom ?? options.diameter,
    spacingDiameters: options.spacing,
    aggregates: options.aggregates,
    contaminants: options.contaminants,
    pixelSizeAngstrom: options.pixelSize,
    doseElectronsPerSquareAngstrom: options.dose,
    signalToNoise: options.snr,
    iceNanometre: options.ice,
    iceVariationNanometre: options.iceVariation,
    camera: options.camera,
    optics: { ...defaultSimulation.optics, defocusAngstrom: options.defocus },
  };
  const work: Work = { context, parameters, volume, overwrite: options.overwrite, base, path };
  return await withCommandGpu(context, options, async (gpu) => {
    const start = performance.now();
    const done = movie ? await makeMovie(work, gpu, movie) : await makeMicrograph(work, gpu);
    if (done.particles < parameters.particles) {
      context.warn(
        `Only ${done.particles} of ${parameters.particles} particles fit; take a larger --size or fewer --particles.`,
      );
    }
    context.print(`${Object.values(files).slice(1).join(', ')}: the truth`);
    const seconds = (performance.now() - start) / 1000;
    return {
      exitCode: EXIT.ok,
      json: {
        command: 'simulate',
        adapter: gpu.adapterName,
        files,
        ...done,
        volume: options.volume,
        parameters,
        seconds,
      },
    };
  });
}

/** The density map of --volume as a particle. */
async function volumeOf(
  path: string,
  { voxelSize, mass, pixelSize }: SimulateOptions,
): Promise<ParticleVolume> {
  return await withFile(path, async (source) =>
    readVolume(await openMicrograph(source), {
      voxelSizeAngstrom: voxelSize,
      massKilodalton: mass,
      pixelSizeAngstrom: pixelSize,
    }),
  );
}

interface Work {
  readonly context: CommandContext;
  readonly parameters: SimulationParameters;
  readonly volume: ParticleVolume | undefined;
  readonly overwrite: boolean;
  /** The output without its extension, and with it. */
  readonly base: string;
  readonly path: string;
}

async function makeMicrograph(work: Work, gpu: CommandGpu) {
  const { context, parameters, volume, overwrite, base, path } = work;
  const simulated = await gpu.run((gpuContext) =>
    simulateMicrograph(gpuContext, parameters, { ...context.job(), volume }),
  );
  const { counts, clean, truth, contamination, signalToNoise, dosePerPixel } = simulated;
  const write = async (file: string, pixels: Float32Array<ArrayBuffer>): Promise<void> =>
    writeSimulatedMrc(await nodeFileSink(file, { overwrite }), pixels, simulated, parameters);
  await write(path, counts);
  await write(`${base}_clean.mrc`, clean);
  if (contamination) await write(`${base}_mask.mrc`, Float32Array.from(contamination));
  await writeTextFile(`${base}.star`, truthStar(simulated, parameters), { overwrite });
  const dose = doseOf(dosePerPixel, parameters);
  context.print(
    `${path}: ${particleCount(truth.length)}, signal-to-noise ${signalToNoise.toFixed(4)} at ${Number(dose.toPrecision(3))} e/Å²`,
  );
  return {
    particles: truth.length,
    signalToNoise,
    doseElectronsPerSquareAngstrom: dose,
    electronsPerPixel: dosePerPixel,
  };
}

async function makeMovie(
  { context, parameters, volume, overwrite, base, path }: Work,
  gpu: CommandGpu,
  movieParameters: MovieParameters,
) {
  const field = await gpu.run((gpuContext) =>
    simulateField(gpuContext, parameters, { ...context.job(), volume }),
  );
  const movie = simulateMovie(field, parameters, movieParameters);
  const { drift, detector, frames, width, height } = movie;
  const sink = (file: string) => nodeFileSink(file, { overwrite });
  await writeSimulatedMovie(await sink(path), movie, parameters, context.job());
  await writeSimulatedMrc(await sink(`${base}_clean.mrc`), cleanPicture(field), field, parameters);
  if (field.contamination) {
    const mask = Float32Array.from(field.contamination);
    await writeSimulatedMrc(await sink(`${base}_mask.mrc`), mask, field, parameters);
  }
  if (detector.gain) {
    await writeSimulatedMrc(await sink(`${base}_gain.mrc`), detector.gain, field, parameters);
  }
  await writeTextFile(`${base}_drift.csv`, driftCsv(drift), { overwrite });
  await writeTextFile(`${base}.star`, truthStar(field, parameters), { overwrite });
  const dose = doseOf(field.dosePerPixel, parameters);
  const dosePerFrame = dose / frames;
  context.print(
    `${path}: ${frames} frames of ${width} × ${height} px, ${Number(dosePerFrame.toPrecision(3))} e/Å² each, ${particleCount(field.truth.length)}`,
  );
  return {
    particles: field.truth.length,
    doseElectronsPerSquareAngstrom: dose,
    electronsPerPixel: field.dosePerPixel,
    movie: movieParameters,
    drift,
    hotPixels: detector.hotPixels.map((pixel) => ({ x: pixel % width, y: Math.floor(pixel / width) })),
  };
}

function particleCount(count: number): string {
  return `${count} particle${count === 1 ? '' : 's'}`;
}
