/** What can be asked of `cryolite simulate`, with units and defaults. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { type ContaminantCounts, contaminantKinds } from '../../pipelines/simulation/contaminants.ts';
import {
  defaultMovie,
  type MovieMode,
  type MovieParameters,
  movieModes,
} from '../../pipelines/simulation/movie.ts';
import { defaultSimulation } from '../../pipelines/simulation/parameters.ts';
import { type CameraKind, cameraKinds } from '../../pipelines/simulation/response.ts';
import { type ParticleShape, particleShapes } from '../../pipelines/simulation/shapes.ts';
import { type CommonOptions, parseCount, parseNumber, parsePositive } from '../command.ts';
import type { GpuOptions } from '../gpu.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface SimulateOptions extends CommonOptions, GpuOptions {
  readonly size: Size;
  readonly seed: number;
  readonly particles: number;
  readonly shape: ParticleShape;
  readonly diameter: number;
  readonly pixelSize: number;
  readonly volume?: string;
  readonly voxelSize?: number;
  readonly mass?: number;
  readonly dose: number;
  readonly snr?: number;
  readonly defocus: number;
  readonly ice: number;
  readonly iceVariation: number;
  readonly spacing: number;
  readonly aggregates: number;
  readonly contaminants: ContaminantCounts;
  readonly camera: CameraKind;
  readonly frames?: number;
  readonly mode?: MovieMode;
  readonly drift?: number;
  readonly gain?: boolean;
  readonly hot?: number;
  readonly overwrite: boolean;
}

/** Adds them to the command. */
export function addSimulationOptions(command: Command): Command {
  const defaults = defaultSimulation;
  return command
    .description(
      'make a micrograph or a movie with known particles: OUT.mrc, OUT.star with the truth, OUT_clean.mrc without noise, OUT_mask.mrc with its contamination',
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
    .option('--volume <file>', 'a density map (MRC) to project instead of a shape; it says its own diameter')
    .option('--voxel-size <Å>', 'of the volume, where its file does not know', parsePositive)
    .option(
      '--mass <kDa>',
      'of the volume’s particle; without it, a threshold by Otsu tells protein from solvent',
      parsePositive,
    )
    .option(
      '--spacing <diameters>',
      'least distance of two particles; below 1 they overlap',
      parsePositive,
      defaults.spacingDiameters,
    )
    .option('--aggregates <n>', 'heaps of particles; they are no truth', parseCount, defaults.aggregates)
    .addOption(
      new Option(
        '--contaminants <list>',
        `kinds and how many of each, as crystals=2,gold=20,carbon; kinds are ${contaminantKinds.join(', ')}`,
      )
        .argParser(parseContaminants)
        .default({}, 'none'),
    )
    .option('--pixel-size <Å>', 'length of a pixel', parsePositive, defaults.pixelSizeAngstrom)
    .option('--dose <e/Å²>', 'electrons in all', parsePositive, defaults.doseElectronsPerSquareAngstrom)
    .option(
      '--snr <ratio>',
      'signal variance over noise variance around particles; chooses the dose',
      parsePositive,
    )
    .option('--ice <nm>', 'thickness of the ice', parseNumber, defaults.iceNanometre)
    .option(
      '--ice-variation <nm>',
      'how its thickness varies over the picture, rms',
      parseNumber,
      defaults.iceVariationNanometre,
    )
    .addOption(
      new Option('--camera <kind>', 'its DQE and MTF').choices([...cameraKinds]).default(defaults.camera),
    )
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
}

/** "2048" or "4096x3072". */
function parseSize(text: string): Size {
  const sides = /^(\d{1,6})(?:[x×](\d{1,6}))?$/i.exec(text);
  if (!sides) throw new InvalidArgumentError('It must be a number of pixels, or two as in 4096x3072.');
  const width = Number(sides[1]);
  return { width, height: Number(sides[2] ?? width) };
}

/** "crystals=2,carbon": a kind without a number is one of it. */
function parseContaminants(text: string): ContaminantCounts {
  const counts: { -readonly [kind in keyof ContaminantCounts]: number } = {};
  for (const item of text.split(',')) {
    const [name = '', count = '1'] = item.split('=');
    const kind = contaminantKinds.find((known) => known === name.trim());
    if (!kind || !/^\d{1,4}$/.test(count)) {
      throw new InvalidArgumentError(
        `It must be kinds and numbers as crystals=2,gold=20,carbon; kinds are ${contaminantKinds.join(', ')}.`,
      );
    }
    counts[kind] = Number(count);
  }
  return counts;
}

/** Options of which one makes the other meaningless. @throws UsageError where both were given. */
export function refuseContradictions(command: Command): void {
  const isGiven = (option: string): boolean => command.getOptionValueSource(option) === 'cli';
  if (isGiven('volume') && (isGiven('diameter') || isGiven('shape')))
    throw new UsageError('--volume brings its own shape and diameter: leave out --shape and --diameter.');
  if (!isGiven('volume') && (isGiven('voxelSize') || isGiven('mass')))
    throw new UsageError('--voxel-size and --mass are about a volume: give --volume too.');
  if (isGiven('snr') && isGiven('dose'))
    throw new UsageError('--snr chooses the dose: give one of --snr and --dose.');
}

/** Undefined without --frames. @throws UsageError when an option of movies is given without it. */
export function movieOf(options: SimulateOptions): MovieParameters | undefined {
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
