/** Coordinate files of all programs, read into one form. */
import type { ByteSource } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import { readBoxes } from '../../formats/box/box.ts';
import { readCbox } from '../../formats/cbox/cbox.ts';
import {
  type Coordinate,
  type CoordinateFormat,
  groupByMicrograph,
  type MicrographCoordinates,
  micrographStem,
} from '../../formats/coordinates.ts';
import { readCs, readCsLocations } from '../../formats/cs/picks.ts';
import { readCsvTable } from '../../formats/csv/picks.ts';
import { readEman2Boxes } from '../../formats/eman2/info.ts';
import { readImodModel } from '../../formats/imod/model.ts';
import { decodeText } from '../../formats/magic.ts';
import { readStarDocument, type StarDocument } from '../../formats/star/document.ts';
import { type CoordinateFileEntry, readCoordinateFiles } from '../../formats/star/particles.ts';
import { readStarTable } from '../../formats/star/picks.ts';
import { readTopaz } from '../../formats/topaz/table.ts';
import { DETECTION_BYTES, detectFormat, formatOfName, PROBLEMS } from './detect.ts';

/** A coordinate file, in our convention: centres in pixels, rows from the first stored one. */
export interface CoordinateFile {
  /** Name without folders. */
  readonly name: string;
  readonly format: CoordinateFormat;
  /** At least one; in the order of the file. */
  readonly micrographs: readonly MicrographCoordinates[];
  /** "fraction": x and y are parts of a micrograph's sides, counted from its outer edge, as its size is not known. */
  readonly unit: 'pixel' | 'fraction';
  /** The whole STAR file, for edits that keep what is not known; absent for other formats and for indexes. */
  readonly star?: StarDocument | undefined;
  /** Sentences about doubtful things. */
  readonly warnings: readonly string[];
}

export interface ReadOptions {
  /** Instead of what content and name say. */
  readonly format?: CoordinateFormat | undefined;
  /**
   * Finds a file that an index of coordinate files names: beside it on a disk, or among the files dropped with it.
   * Without, an index is refused.
   */
  readonly resolve?: ((path: string) => Promise<ByteSource | undefined>) | undefined;
}

/** No file of coordinates comes near; larger ones would not fit in memory as text. */
const MAX_BYTES = 2 ** 28;
/** Px; no detector comes near. What lies further away is damage, and spoils scales and sums. */
const FARTHEST_PX = 1e7;
/** RELION projects have some ten thousand micrographs. */
const MAX_FILES = 200_000;

/**
 * Reads a coordinate file of any program.
 * @throws FormatError when it can't be read; the sentence says why and what to do.
 */
export async function readCoordinates(
  source: ByteSource,
  options: ReadOptions = {},
): Promise<CoordinateFile> {
  const file = await readAny(source, options);
  for (const { coordinates } of file.micrographs) {
    for (const { x, y, boxWidth = 0, boxHeight = 0, diameterPx = 0 } of coordinates) {
      const far = [x, y, boxWidth, boxHeight, diameterPx].find((px) => !(Math.abs(px) <= FARTHEST_PX));
      if (far === undefined) continue;
      throw new FormatError(
        PROBLEMS[file.format],
        file.name,
        `is damaged: a particle at (${x}, ${y}) has ${far} where up to ${FARTHEST_PX} pixels can be; correct it or leave it out.`,
      );
    }
  }
  return file;
}

async function readAny(source: ByteSource, options: ReadOptions): Promise<CoordinateFile> {
  const { name, size } = source;
  if (size === 0) return readNothing(name, options.format ?? formatOfName(name));
  const format = options.format ?? detectFormat(name, await source.read(0, Math.min(DETECTION_BYTES, size)));
  if (size > MAX_BYTES) {
    throw new FormatError(PROBLEMS[format], name, 'has more than 256 MiB of coordinates: split it up first.');
  }
  const bytes = await source.read(0, size);
  const file = { name, format, unit: 'pixel', warnings: [] } as const;
  if (format === 'cs') {
    return { ...file, ...readCsLocations(readCs(name, bytes)) };
  }
  if (format === 'imod') {
    const model = readImodModel(name, bytes);
    return { ...file, micrographs: [model], warnings: sectionWarnings(model.coordinates) };
  }
  const text = decodeText(name, bytes, PROBLEMS[format]);
  if (format === 'star') return readStar(file, readStarDocument(name, text), options);
  if (format === 'topaz') return { ...file, micrographs: readTopaz(name, text) };
  if (format === 'csv') {
    const groups = groupByMicrograph(readCsvTable(name, text), ({ micrograph }) => micrograph || undefined);
    return { ...file, micrographs: groups.length > 0 ? groups : [none] };
  }
  const readers = { box: readBoxes, cbox: readCbox, eman2: readEman2Boxes } as const;
  const coordinates = readers[format](name, text);
  return { ...file, micrographs: [{ name: undefined, coordinates }], warnings: sectionWarnings(coordinates) };
}

const none: MicrographCoordinates = { name: undefined, coordinates: [] };

/** A file of boxes of a micrograph without picks has no line, as crYOLO and we write it; others have a header at least. */
function readNothing(name: string, format: CoordinateFormat | undefined): CoordinateFile {
  if (format !== 'box' && format !== 'cbox') throw new FormatError('empty', name, 'is empty (0 bytes).');
  const warnings = [`${name} is empty (0 bytes): nothing was picked, or it was not written to the end.`];
  return { name, format, unit: 'pixel', micrographs: [none], warnings };
}

async function readStar(
  file: Pick<CoordinateFile, 'name' | 'format' | 'unit' | 'warnings'>,
  star: StarDocument,
  { resolve }: ReadOptions,
): Promise<CoordinateFile> {
  const entries = readCoordinateFiles(file.name, star.blocks);
  if (entries && resolve) return { ...file, ...(await readIndexed(file.name, entries, resolve)) };
  const groups = groupByMicrograph(readStarTable(file.name, star.blocks), ({ micrograph }) => micrograph);
  return { ...file, star, micrographs: groups.length > 0 ? groups : [none] };
}

async function readIndexed(
  index: string,
  entries: readonly CoordinateFileEntry[],
  resolve: (path: string) => Promise<ByteSource | undefined>,
): Promise<Pick<CoordinateFile, 'micrographs' | 'warnings'>> {
  if (entries.length > MAX_FILES) {
    throw new FormatError('bad-star', index, `names ${entries.length} files: split it up first.`);
  }
  const micrographs: MicrographCoordinates[] = [];
  const missing: string[] = [];
  for (const { micrograph, coordinates } of entries) {
    const source = await resolve(coordinates);
    if (!source) {
      missing.push(coordinates);
      continue;
    }
    // Without a way to resolve: an index in an index is refused, so no circle can be.
    const named = await readCoordinates(source);
    // Rows of other files than this one can't be edited here.
    const all = named.micrographs.flatMap((one) => one.coordinates.map(({ row: _, ...rest }) => rest));
    micrographs.push({ name: micrograph, coordinates: all });
  }
  const [first] = missing;
  if (micrographs.length === 0) {
    throw new FormatError(
      'missing-columns',
      index,
      `is a list of coordinate files, and none of those it names is there (${first ?? 'it names none'}): open it together with them.`,
    );
  }
  const warnings =
    first === undefined
      ? []
      : [`${missing.length} of the ${entries.length} files that ${index} names are not there (${first}).`];
  return { micrographs, warnings };
}

function sectionWarnings(coordinates: readonly Coordinate[]): string[] {
  const sections = new Set(coordinates.flatMap(({ z }) => (z === undefined ? [] : [z])));
  return sections.size > 1
    ? [`The points lie in ${sections.size} sections of a volume; all are shown on the one image.`]
    : [];
}

/**
 * The particles of one micrograph: those that go by its name, without folders and extension, or else by one that only
 * goes on with what a program put behind it ("mic" and "mic_patch_aligned"); all of a file that holds one micrograph
 * only, as its picks are welcome on a copy with another name. Undefined when there are several and none fits.
 */
export function findMicrograph(file: CoordinateFile, micrograph: string): MicrographCoordinates | undefined {
  const { micrographs } = file;
  if (micrographs.length === 1) return micrographs[0];
  const wanted = micrographStem(micrograph);
  const stems = micrographs.map(({ name }) => (name === undefined ? undefined : micrographStem(name)));
  const exact = micrographs.filter((_, i) => stems[i] === wanted);
  if (exact.length === 1) return exact[0];
  // The same micrograph by two paths, as when jobs were joined.
  if (exact.length > 1) {
    return {
      ...exact[0],
      name: exact[0]?.name,
      coordinates: exact.flatMap(({ coordinates }) => coordinates),
    };
  }
  const goesOn = (long: string, short: string): boolean =>
    short !== '' && long.startsWith(short) && /^[_.]/.test(long.slice(short.length));
  const similar = micrographs.filter((_, i) => {
    const stem = stems[i];
    return stem !== undefined && (goesOn(stem, wanted) || goesOn(wanted, stem));
  });
  return similar.length === 1 ? similar[0] : undefined;
}
