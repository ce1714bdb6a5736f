import { dirname } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { driftCsv } from '../../pipelines/simulation/drift.ts';
import { truthStar, writeSimulatedMovie, writeSimulatedMrc } from '../../pipelines/simulation/files.ts';
import {
  defaultMovie,
  type MovieMode,
  type MovieParameters,
  movieModes,
  simulateMovie,
} from '../../pipelines/simulation/movie.ts';
import { type ParticleShape, particleShapes } from '../../pipelines/simulation/shapes.ts';
import {
  cleanPicture,
  defaultSimulation,
  type SimulationParameters,
  simulateField,
  simulateMicrograph,
} from '../../pipelines/simulation/simulate.ts';
import { nodeFileSink, writeTextFile } from '../../platform/node/files.ts';
import {
  addGpuOption,
  addJsonOption,
  addOverwriteOption,
  type CommandContext,
  type CommandResult,
  type CommonOptions,
  parseCount,
  parseNumber,
  parsePositive,
  type RegisterCommand,
  runCommand,
} from '../command.ts';
import { type CommandGpu, type GpuOptions, withCommandGpu } from '../gpu.ts';
import { EXIT } from '../io.ts';
import { isMicrographName, makeFolder, refuseExisting } from '../outputs.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

interface SimulateOptions extends CommonOptions, GpuOptions {
  readonly size: Size;
  readonly seed: number;
  readonly particles: number;
  readonly shape: ParticleShape;
  readonly diameter: number;
  readonly pixelSize: number;
  readonly dose: number;
  readonly defocus: number;
  readonly frames?: number;
  readonly mode?: MovieMode;
  readonly drift?: number;
  readonly gain?: boolean;
  readonly hot?: number;
  readonly overwrite: boolean;
}

export const registerSimulate: RegisterCommand = (program, io, finish) => {
  const defaults = defaultSimulation;
  const command = program
    .command('simulate')
    .description(
      'make a micrograph or a movie with known particles: OUT.mrc, OUT.star with the truth, OUT_clean.mrc without noise',
    )
    .argument('<out.mrc>', 'the micrograph or movie to write')
    .addOption(
      new Option('--size <px>', 'edge of the square picture, or columns and rows as 4096x3072')
        .argParser(parseSize)
        .default({ width: defaults.size, height: defaults.size }, String(defaults.size)),
    )
    .option('--seed <n>', 'another number, another picture', parseCount, defaults.seed)
    .option('--particles <n>', 'how many to place', parseCount, defaults.particles)
    .addOption(
      new Option('--shape <shape>', 'what they look like')
        .choices([...particleShapes])
        .default(defaults.shape),
    )
    .option('--diameter <Å>', 'longest extent of a particle', parsePositive, defaults.diameterAngstrom)
    .option('--pixel-size <Å>', 'length of a pixel', parsePositive, defaults.pixelSizeAngstrom)
    .option('--dose <e/Å²>', 'electrons in all', parsePositive, defaults.doseElectronsPerSquareAngstrom)
    .option('--defocus <Å>', 'underfocus', parsePositive, defaults.optics.defocusAngstrom)
    .option('--frames <n>', 'make a movie of so many frames, and OUT_drift.csv with its motion', parseCount)
    .addOption(
      new Option(
        '--mode <type>',
        `how a movie’s counts are stored; uint8 holds 0 to 127, which all programs read alike (default: ${defaultMovie.mode})`,
      ).choices([...movieModes]),
    )
    .option(
      '--drift <Å>',
      `motion from a movie’s first to its last frame (default: ${defaultMovie.driftAngstrom})`,
      parseNumber,
    )
    .option('--gain', 'make the camera of a movie uneven, and OUT_gain.mrc to multiply its frames with')
    .option('--hot <n>', 'pixels of a movie that are far too bright', parseCount);
  addOverwriteOption(addGpuOption(addJsonOption(command))).action(
    async (out: string, options: SimulateOptions) => {
      finish(await runCommand(io, options, (context) => simulate(context, out, options)));
    },
  );
};

/** "2048" or "4096x3072". */
function parseSize(text: string): Size {
  const sides = /^(\d{1,6})(?:[x×](\d{1,6}))?$/i.exec(text);
  if (!sides) throw new InvalidArgumentError('It must be a number of pixels, or two as in 4096x3072.');
  const width = Number(sides[1]);
  return { width, height: Number(sides[2] ?? width) };
}

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
  const picture = { truth: `${base}.star`, clean: `${base}_clean.mrc` };
  const path = /\.mrcs$/i.test(out) ? out : `${base}.mrc`;
  const files = !movie
    ? { micrograph: path, ...picture }
    : {
        movie: path,
        ...picture,
        drift: `${base}_drift.csv`,
        ...(movie.gain ? { gain: `${base}_gain.mrc` } : {}),
      };
  await refuseExisting(Object.values(files), options.overwrite);
  await makeFolder(dirname(out));
  const { width, height } = options.size;
  const parameters: SimulationParameters = {
    size: width,
    ...(height === width ? {} : { height }),
    seed: options.seed,
    particles: options.particles,
    shape: options.shape,
    diameterAngstrom: options.diameter,
    pixelSizeAngstrom: options.pixelSize,
    doseElectronsPerSquareAngstrom: options.dose,
    optics: { ...defaultSimulation.optics, defocusAngstrom: options.defocus },
  };
  const work: Work = { context, parameters, overwrite: options.overwrite, base, path };
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
      json: { command: 'simulate', adapter: gpu.adapterName, files, ...done, parameters, seconds },
    };
  });
}

/** Undefined without --frames. @throws UsageError when an option of movies is given without it. */
function movieOf(options: SimulateOptions): MovieParameters | undefined {
  const { frames, mode, drift, gain, hot } = options;
  if (frames === undefined) {
    const given = Object.entries({ mode, drift, gain, hot }).find(([, value]) => value !== undefined);
    if (given) throw new UsageError(`--${given[0]} is about movies: give --frames too.`);
    return undefined;
  }
  return {
    frames,
    mode: mode ?? defaultMovie.mode,
    driftAngstrom: drift ?? defaultMovie.driftAngstrom,
    gain: gain ?? defaultMovie.gain,
    hotPixels: hot ?? defaultMovie.hotPixels,
  };
}

interface Work {
  readonly context: CommandContext;
  readonly parameters: SimulationParameters;
  readonly overwrite: boolean;
  /** The output without its extension, and with it. */
  readonly base: string;
  readonly path: string;
}

async function makeMicrograph({ context, parameters, overwrite, base, path }: Work, gpu: CommandGpu) {
  const simulated = await gpu.run((gpuContext) => simulateMicrograph(gpuContext, parameters, context.job()));
  const { counts, clean, truth, signalToNoise } = simulated;
  await writeSimulatedMrc(await nodeFileSink(path, { overwrite }), counts, simulated, parameters);
  await writeSimulatedMrc(
    await nodeFileSink(`${base}_clean.mrc`, { overwrite }),
    clean,
    simulated,
    parameters,
  );
  await writeTextFile(`${base}.star`, truthStar(simulated, parameters), { overwrite });
  context.print(`${path}: ${particleCount(truth.length)}, signal-to-noise ${signalToNoise.toFixed(4)}`);
  return { particles: truth.length, signalToNoise };
}

async function makeMovie(
  { context, parameters, overwrite, base, path }: Work,
  gpu: CommandGpu,
  movieParameters: MovieParameters,
) {
  const field = await gpu.run((gpuContext) => simulateField(gpuContext, parameters, context.job()));
  const movie = simulateMovie(field, parameters, movieParameters);
  const { drift, detector, frames, width, height } = movie;
  const sink = (file: string) => nodeFileSink(file, { overwrite });
  await writeSimulatedMovie(await sink(path), movie, parameters, context.job());
  await writeSimulatedMrc(await sink(`${base}_clean.mrc`), cleanPicture(field), field, parameters);
  if (detector.gain) {
    await writeSimulatedMrc(await sink(`${base}_gain.mrc`), detector.gain, field, parameters);
  }
  await writeTextFile(`${base}_drift.csv`, driftCsv(drift), { overwrite });
  await writeTextFile(`${base}.star`, truthStar(field, parameters), { overwrite });
  const dosePerFrame = parameters.doseElectronsPerSquareAngstrom / frames;
  context.print(
    `${path}: ${frames} frames of ${width} × ${height} px, ${Number(dosePerFrame.toPrecision(3))} e/Å² each, ${particleCount(field.truth.length)}`,
  );
  return {
    particles: field.truth.length,
    movie: movieParameters,
    drift,
    hotPixels: detector.hotPixels.map((pixel) => ({ x: pixel % width, y: Math.floor(pixel / width) })),
  };
}

function particleCount(count: number): string {
  return `${count} particle${count === 1 ? '' : 's'}`;
}
