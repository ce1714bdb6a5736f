/** Masks that keep picks out: the user's own files, and what a network says. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { UsageError } from '../core/errors.ts';
import { defaultMaskSettings } from '../dataset/contaminationMask.ts';
import { bitmapOf, coveredPart, type MaskBitmap, maskCellPx } from '../dataset/maskBitmap.ts';
import { readMask, writeMaskGrid } from '../dataset/maskFile.ts';
import type { MaskGrid, MicrographSize } from '../dataset/maskGrid.ts';
import { openMicrograph } from '../dataset/open.ts';
import type { Place } from '../dataset/picks.ts';
import { keepOut } from '../pipelines/contamination/evaluate.ts';
import { isFolder, listFiles, nodeFileSink, withFile } from '../platform/node/files.ts';
import type { CommandContext } from './command.ts';
import { isMicrographName, micrographName } from './outputs.ts';

export interface MaskOptions {
  /** Pictures of masks, or folders of them. */
  readonly mask?: readonly string[];
  /** Folder for what the network says. */
  readonly maskOut?: string;
  /** 0 to 1. */
  readonly maskThreshold: number;
  /** Diameters. */
  readonly maskMargin: number;
  readonly keepContaminated: boolean;
}

const EXTENSIONS = ['.mrc', '.mrcs', '.map', '.tif', '.tiff', '.png', '.jpg', '.jpeg'];

export function addMaskOptions(command: Command): Command {
  const { threshold, marginDiameters } = defaultMaskSettings;
  return command
    .option(
      '--mask <path...>',
      'keep picks out of these masks: pictures of 0 to 1, 1 where not to pick, of the micrograph’s size or binned; files or folders, paired by name (NAME or NAME_…)',
    )
    .option(
      '--mask-out <folder>',
      'write what the network says of contamination: NAME_mask.mrc, 32-bit floats from 0 to 1, binned to 1024 px at most',
    )
    .option('--mask-threshold <value>', 'least value of a mask that keeps out', parsePart, threshold)
    .option(
      '--mask-margin <diameters>',
      'keep out what is nearer to a mask than this, too',
      parseMargin,
      marginDiameters,
    )
    .option('--keep-contaminated', 'keep picks where the network sees contamination', false);
}

function parsePart(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a number from 0 to 1.');
}

function parseMargin(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 10) return value;
  throw new InvalidArgumentError('It must be a number of diameters from 0 to 10.');
}

/** @throws UsageError for options about what a method or network does not tell. */
export function checkMaskOptions({ maskOut, keepContaminated }: MaskOptions, tells: boolean): void {
  if (tells || (maskOut === undefined && !keepContaminated)) return;
  throw new UsageError(
    '--mask-out and --keep-contaminated are for networks that tell of contamination, which this one does not: leave them out.',
  );
}

/** The mask file of a micrograph; undefined where none goes by its name. */
export type FindMask = (micrograph: string) => string | undefined;

/**
 * Looks through files and folders. A single file serves a single micrograph whatever its name is.
 * @throws UsageError when there is no picture at all.
 */
export async function findMasksIn(
  paths: readonly string[] | undefined,
  micrographs: readonly string[],
): Promise<FindMask> {
  if (!paths) return () => undefined;
  const files: string[] = [];
  for (const path of paths)
    files.push(...((await isFolder(path)) ? await listFiles(path, EXTENSIONS) : [path]));
  const [only] = files;
  if (only === undefined) {
    throw new UsageError(
      `--mask ${paths.join(' ')} holds no pictures (${EXTENSIONS.join(', ')}): give the folder or the files of the masks.`,
    );
  }
  if (files.length === 1 && micrographs.length === 1) return () => only;
  const names = files.filter(isMicrographName).map((file) => ({ file, name: micrographName(file) }));
  return (micrograph) => {
    const wanted = micrographName(micrograph);
    const exact = names.find(({ name }) => name === wanted);
    if (exact) return exact.file;
    const similar = names.filter(({ name }) => name.startsWith(`${wanted}_`));
    return similar.length === 1 ? similar[0]?.file : undefined;
  };
}

/** Picks that no mask keeps out, and what is told of the others. */
export interface Masked<P> {
  readonly kept: P[];
  readonly keptOut: number;
  /** The file that was given, if there was one for this micrograph. */
  readonly mask: string | undefined;
  /** The part of the picture that the network calls contaminated; undefined where it does not tell. */
  readonly contaminatedPart: number | undefined;
}

/** "37 kept out by the mask, ", or nothing. */
export function keptOutWords(keptOut: number): string {
  return keptOut === 0 ? '' : `${keptOut} kept out by the mask, `;
}

/** Picks of a micrograph, and what may keep them out. */
export interface Maskable<P> {
  readonly file: string;
  readonly picks: readonly P[];
  readonly size: MicrographSize;
  readonly diameterPx: number;
  /** The file of its mask. */
  readonly mask: string | undefined;
  /** What a network says of contamination. */
  readonly network?: MaskGrid | undefined;
}

/**
 * Leaves out picks on the file's mask and on the network's; says so where there is no mask for a micrograph.
 * @throws FormatError when a mask can't be read or is not of this micrograph's shape.
 */
export async function applyMasks<P extends Place>(
  context: CommandContext,
  { mask: given, maskThreshold, maskMargin, keepContaminated }: MaskOptions,
  { file, picks, size, diameterPx, mask, network }: Maskable<P>,
): Promise<Masked<P>> {
  if (given && mask === undefined) context.warn(`${file}: there is no mask of its name in --mask.`);
  const masks: MaskBitmap[] = [];
  if (mask !== undefined) {
    const grid = await withFile(mask, async (source) => readMask(await openMicrograph(source), size));
    masks.push(bitmapOf(grid, size, maskThreshold));
  }
  const seen = network && bitmapOf(network, size, maskThreshold);
  if (seen && !keepContaminated) masks.push(seen);
  const { kept, out } = keepOut(picks, masks, maskMargin * diameterPx);
  return { kept, keptOut: out.length, mask, contaminatedPart: seen && coveredPart(seen) };
}

/** Writes what a network says, to be seen, corrected and given again with --mask. */
export async function writeNetworkMask(
  path: string,
  grid: MaskGrid,
  file: string,
  size: MicrographSize,
  pixelSizeAngstrom: number,
  overwrite: boolean,
): Promise<void> {
  const labels = [
    `Cryolite ${__CRYOLITE_VERSION__}: contamination, 0 to 1, by the network`,
    `of ${basename(file)}`,
  ];
  const sink = await nodeFileSink(path, { overwrite });
  await writeMaskGrid(sink, grid, size, maskCellPx(size), { pixelSizeAngstrom, labels });
}
