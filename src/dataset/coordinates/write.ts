/** Coordinates of many micrographs as the bytes of one file, or of one file each, in any program's format. */
import { UsageError } from '../../core/errors.ts';
import { writeBoxes } from '../../formats/box/box.ts';
import { writeCbox } from '../../formats/cbox/cbox.ts';
import { type MicrographCoordinates, micrographStem } from '../../formats/coordinates.ts';
import { type SizedMicrograph, writeCs } from '../../formats/cs/write.ts';
import { writeCsvPicks, writeCsvTable } from '../../formats/csv/picks.ts';
import { eman2InfoName, writeEman2Boxes } from '../../formats/eman2/info.ts';
import { writeCoordinateFiles, writeStarParticles } from '../../formats/star/particles.ts';
import { writeStarPicks } from '../../formats/star/picks.ts';
import { writeTopaz } from '../../formats/topaz/table.ts';

/** Formats that are written: "star" is RELION 3.1 to 5, "star30" RELION 3.0. */
export const WRITTEN_FORMATS = ['star', 'star30', 'box', 'eman2', 'cbox', 'topaz', 'cs', 'csv'] as const;
export type WrittenFormat = (typeof WRITTEN_FORMATS)[number];

export interface WriteOptions {
  /** Side of boxes for picks without one, px. */
  readonly boxSizePx: number;
  /** Å per pixel of the micrographs. */
  readonly pixelSizeAngstrom?: number | undefined;
  readonly comments?: readonly string[];
}

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** RELION's list of coordinate files, one a micrograph. */
export const INDEX_NAME = 'coordinate_files.star';

const MANY: ReadonlySet<WrittenFormat> = new Set(['star', 'star30', 'topaz', 'cs', 'csv']);

/** Whether one file of a format can hold more than one micrograph. */
export function holdsMany(format: WrittenFormat): boolean {
  return MANY.has(format);
}

const SUFFIXES: Readonly<Record<WrittenFormat, string>> = {
  star: '_autopick.star',
  star30: '_autopick.star',
  box: '.box',
  eman2: '_info.json',
  cbox: '.cbox',
  topaz: '_topaz.txt',
  cs: '_picks.cs',
  csv: '_picks.csv',
};

/** What the file of one micrograph is called in a program's own custom. */
export function fileNameFor(format: WrittenFormat, micrograph: string): string {
  const stem = micrographStem(micrograph);
  return format === 'eman2' ? eman2InfoName(stem) : `${stem}${SUFFIXES[format]}`;
}

/**
 * One file. A single micrograph without a name in a STAR becomes RELION's per-micrograph file.
 * @throws UsageError when the format can't hold several micrographs, or wants a size that is not known.
 */
export function writeCoordinates(
  format: WrittenFormat,
  micrographs: readonly MicrographCoordinates[],
  options: WriteOptions,
): Uint8Array<ArrayBuffer> {
  const { boxSizePx, comments = [], pixelSizeAngstrom } = options;
  const [only] = micrographs;
  if (micrographs.length > 1 && !holdsMany(format)) {
    throw new UsageError(
      `A ${format} file holds one micrograph, and there are ${micrographs.length}: give a folder to write to, or choose one with --micrograph.`,
    );
  }
  const picks = only?.coordinates ?? [];
  switch (format) {
    case 'star':
    case 'star30': {
      if (micrographs.length === 1 && format === 'star') return encode(writeStarPicks(picks, comments));
      const flavour = format === 'star30' ? '3.0' : '3.1';
      return encode(writeStarParticles(micrographs, { flavour, comments, pixelSizeAngstrom }));
    }
    case 'box':
      return encode(writeBoxes(picks, boxSizePx));
    case 'eman2':
      return encode(writeEman2Boxes(picks));
    case 'cbox':
      return encode(writeCbox(picks, boxSizePx));
    case 'topaz':
      return encode(writeTopaz(micrographs));
    case 'cs':
      return writeCs(micrographs.map((one) => sized(one, pixelSizeAngstrom)));
    case 'csv':
      return encode(micrographs.length === 1 ? writeCsvPicks(picks) : writeCsvTable(micrographs));
  }
}

/**
 * One file for each micrograph, and for RELION the index that names them all.
 * @param folder where they go, as RELION reaches it: the paths of an index count from the project's folder.
 */
export function writeCoordinateFolder(
  format: WrittenFormat,
  micrographs: readonly MicrographCoordinates[],
  options: WriteOptions,
  folder = '.',
): NamedBytes[] {
  const files = micrographs.map((micrograph, i) => {
    const named = { ...micrograph, name: micrograph.name ?? `micrograph_${i + 1}` };
    return { named, file: fileNameFor(format, named.name) };
  });
  const taken = new Set<string>();
  const doubled = files.find(({ file }) => taken.size === taken.add(file).size);
  if (doubled) {
    throw new UsageError(
      `Two micrographs would both be written to ${doubled.file}: convert them one by one.`,
    );
  }
  const written = files.map(({ named, file }) => ({
    name: file,
    bytes: writeCoordinates(format, [named], options),
  }));
  if (format !== 'star' || files.length < 2) return written;
  const path = (file: string): string => (folder === '.' ? file : `${folder}/${file}`);
  const entries = files.map(({ named, file }) => ({ micrograph: named.name, coordinates: path(file) }));
  return [...written, { name: INDEX_NAME, bytes: encode(writeCoordinateFiles(entries)) }];
}

function sized(micrograph: MicrographCoordinates, pixelSizeAngstrom: number | undefined): SizedMicrograph {
  const { name, width, height } = micrograph;
  if (width === undefined || height === undefined) {
    throw new UsageError(
      `cryoSPARC's .cs files give fractions of the micrograph, so its size must be known: give the micrograph file of ${name ?? 'the picks'} with --micrograph.`,
    );
  }
  return {
    ...micrograph,
    name: name ?? 'micrograph.mrc',
    width,
    height,
    pixelSizeAngstrom: micrograph.pixelSizeAngstrom ?? pixelSizeAngstrom,
  };
}

export function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
