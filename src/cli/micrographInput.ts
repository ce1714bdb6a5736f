/** The micrographs that commands read: where a pixel size or a frame comes from, and what to say when there is none. */
import type { Command } from 'commander';
import { UsageError } from '../core/errors.ts';
import type { JobOptions } from '../core/progress.ts';
import type { Micrograph } from '../dataset/micrograph.ts';
import { openMicrograph } from '../dataset/open.ts';
import { NO_PIXEL_SIZE } from '../formats/image.ts';
import type { GpuContext } from '../gpu/context.ts';
import { type LoadedPlane, loadPlane } from '../pipelines/load.ts';
import { withFile } from '../platform/node/files.ts';
import { type CommandContext, parseCount, parsePositive } from './command.ts';

export interface MicrographOptions {
  readonly pixelSize?: number;
  /** From 1. */
  readonly frame: number;
  /** Whether the work takes movies as they are: nothing is said of frames that are left out then. */
  readonly takesMovies?: boolean;
}

/** Adds --pixel-size and --frame. */
export function addMicrographOptions(command: Command): Command {
  return command
    .option(
      '--pixel-size <Å>',
      'length of a pixel, where the file does not know it or is wrong',
      parsePositive,
    )
    .option('--frame <n>', 'frame of a stack, from 1', parseCount, 1);
}

/** What a file warns of, less what the user has answered already. */
export function warningsOf(micrograph: Micrograph, givenPixelSize: number | undefined): string[] {
  return micrograph.warnings.filter((warning) => givenPixelSize === undefined || warning !== NO_PIXEL_SIZE);
}

/** A picture that is ready to work on. */
export interface PictureInput {
  readonly micrograph: Micrograph;
  /** Undefined where nobody knows it. */
  readonly pixelSizeAngstrom: number | undefined;
  /** Puts the frame on the GPU for the length of `work`. */
  loaded<T>(gpu: GpuContext, job: JobOptions, work: (loaded: LoadedPlane) => Promise<T>): Promise<T>;
}

/** A picture whose pixels have a size. */
export interface MicrographInput extends PictureInput {
  readonly pixelSizeAngstrom: number;
}

/** @throws UsageError when neither the file nor the options know it. */
export function knownPixelSize(pixelSizeAngstrom: number | undefined): number {
  if (pixelSizeAngstrom !== undefined) return pixelSizeAngstrom;
  throw new UsageError('its pixel size is not known: give --pixel-size in Å.');
}

/**
 * As `withPicture`, for work that is told in Å.
 * @throws UsageError when neither the file nor the options know the pixel size, too.
 */
export async function withMicrograph<T>(
  context: CommandContext,
  file: string,
  options: MicrographOptions,
  work: (input: MicrographInput) => Promise<T>,
): Promise<T> {
  const scaled = (input: PictureInput): MicrographInput => ({
    ...input,
    pixelSizeAngstrom: knownPixelSize(input.pixelSizeAngstrom),
  });
  return await withOpened(context, file, options, scaled, work);
}

/**
 * Opens a file for `work` and closes it; its warnings are printed.
 * @throws UsageError when there is no such frame.
 */
export async function withPicture<T>(
  context: CommandContext,
  file: string,
  options: MicrographOptions,
  work: (input: PictureInput) => Promise<T>,
): Promise<T> {
  return await withOpened(context, file, options, (input) => input, work);
}

/** @param check what the work needs to know of the picture, before anything else is said about it. */
async function withOpened<Input, T>(
  context: CommandContext,
  file: string,
  options: MicrographOptions,
  check: (input: PictureInput) => Input,
  work: (input: Input) => Promise<T>,
): Promise<T> {
  return await withFile(file, async (source) => {
    const micrograph = await openMicrograph(source);
    const input = check({
      micrograph,
      pixelSizeAngstrom: options.pixelSize ?? micrograph.pixelSizeAngstrom,
      loaded: async (gpu, job, body) => {
        const loaded = await loadPlane(gpu, micrograph, options.frame - 1, job);
        try {
          return await body(loaded);
        } finally {
          gpu.free(loaded.plane.buffer);
        }
      },
    });
    for (const warning of warningsOf(micrograph, options.pixelSize)) context.warn(`${file}: ${warning}`);
    if (options.frame < 1 || options.frame > micrograph.frames) {
      throw new UsageError(
        `it has ${micrograph.frames} frame${micrograph.frames === 1 ? '' : 's'}; there is no frame ${options.frame}.`,
      );
    }
    if (micrograph.frames > 1 && micrograph.kind === 'movie' && options.takesMovies !== true) {
      context.warn(
        `${file}: it is a movie, of which only frame ${options.frame} is looked at: sum it first, with "cryolite sum".`,
      );
    }
    return await work(input);
  });
}
