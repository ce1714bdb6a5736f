/**
 * Directories of TIFF and BigTIFF files, read by range and never trusted: TIFF 6.0 (Adobe, 1992) and the BigTIFF
 * design of Aware Systems. Pixels are not this file's subject.
 *
 * geotiff.js is not used: its reader fetches 64 KiB blocks and keeps them, believes counts and offsets, and its LZW
 * decoder runs for ever on a stream whose table overflows (3.0.5: code 4093 is read from a table of 4093 entries).
 */
import type { ByteSource } from '../../core/bytes.ts';
import { FormatError, type FormatProblem } from '../../core/errors.ts';
import { fieldBytes, type Numbers, readNumbers } from './fields.ts';
import { type ReadRange, windowed } from './window.ts';

/** No microscope writes more: minutes of an EER camera's raw frames. */
const MAX_PAGES = 65_535;
/** Directories of cameras have 10 to 30 fields. */
const MAX_FIELDS = 512;
/** The most that a field may hold unless its reader expects more. */
const MAX_VALUES = 2 ** 16;

/** One image of a file: its directory is in memory, the values of large fields are read when asked for. */
export interface TiffPage {
  /** Counted from 0 in the order of the chain. */
  readonly index: number;
  has(tag: number): boolean;
  /**
   * Values of a numeric field, fractions as quotients; undefined when there is no such field.
   * @throws FormatError when the field is not numeric, lies outside the file or has more than `maxCount` values.
   */
  numbers(tag: number, maxCount?: number): Promise<Numbers | undefined>;
  /** The first value of a numeric field. */
  number(tag: number): Promise<number | undefined>;
  /** A text field without its closing zero, at most 64 KiB of it; bytes that are no UTF-8 show as �. */
  text(tag: number): Promise<string | undefined>;
  /** A field of any type as stored. @throws FormatError as `numbers`. */
  bytes(tag: number, maxBytes?: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /**
   * Where the strips (or tiles, where the page has them) lie; every one is inside the file.
   * @throws FormatError when there are fewer than `count` of them, or one reaches beyond the end of the file.
   */
  chunks(count: number): Promise<TiffChunks>;
}

/** Strips or tiles in the order of the file. */
export interface TiffChunks {
  readonly offsets: Numbers;
  readonly byteCounts: Numbers;
}

export interface TiffContainer {
  readonly littleEndian: boolean;
  readonly bigTiff: boolean;
  /**
   * Walks the chain of directories. What a page is asked for before the next page is taken needs fewer reads than
   * later, since small values mostly lie beside the directory.
   * @throws FormatError on a chain that bites its tail, leaves the file or has too many links.
   */
  pages(): AsyncGenerator<TiffPage, void, undefined>;
}

/**
 * Reads the first bytes only.
 * @param problem what its FormatErrors are tagged with when the directories are wrong
 * @throws FormatError
 */
export async function openTiffContainer(
  source: ByteSource,
  problem: FormatProblem = 'bad-tiff',
): Promise<TiffContainer> {
  if (source.size === 0) throw new FormatError('empty', source.name, 'is empty (0 bytes).');
  const read = windowed(source);
  const head = await read(0, Math.min(16, source.size));
  const order = byteOrder(head);
  if (!order) {
    throw new FormatError(problem, source.name, 'is not a TIFF file: its first bytes are not those of one.');
  }
  const { littleEndian, bigTiff } = order;
  if (source.size < (bigTiff ? 16 : 8)) throw cutOff(source, 'its header is incomplete');
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (bigTiff && (view.getUint16(4, littleEndian) !== 8 || view.getUint16(6, littleEndian) !== 0)) {
    throw new FormatError(problem, source.name, 'has a damaged BigTIFF header: fetch or write it again.');
  }
  const first = bigTiff ? Number(view.getBigUint64(8, littleEndian)) : view.getUint32(4, littleEndian);
  const file: OpenTiff = { source, problem, littleEndian, bigTiff, read, claimedBytes: 0 };
  return { littleEndian, bigTiff, pages: () => walk(file, first) };
}

interface OpenTiff {
  readonly source: ByteSource;
  readonly problem: FormatProblem;
  readonly littleEndian: boolean;
  readonly bigTiff: boolean;
  readonly read: ReadRange;
  /** Of strips and tiles, and the lists of them, of all pages that were asked for them. */
  claimedBytes: number;
}

async function* walk(file: OpenTiff, first: number): AsyncGenerator<TiffPage, void, undefined> {
  const { source } = file;
  const seen = new Set<number>();
  // Directories that don't overlap can't have more bytes than the file: together with the limits below, this bounds
  // the work that a hostile chain can ask for.
  let directoryBytes = 0;
  for (let offset = first; offset !== 0; ) {
    if (seen.has(offset)) throw damaged(file, 'its chain of pages runs in a circle');
    if (seen.size === MAX_PAGES) throw damaged(file, `it has more than ${MAX_PAGES} pages`);
    seen.add(offset);
    const { entries, next } = await readDirectory(file, offset, seen.size);
    directoryBytes += entries.byteLength;
    if (directoryBytes > source.size) throw damaged(file, 'its pages lie over one another');
    yield page(file, seen.size - 1, entries);
    offset = next;
  }
}

async function readDirectory(
  { source, problem, littleEndian, bigTiff, read }: OpenTiff,
  offset: number,
  number: number,
): Promise<{ entries: Uint8Array<ArrayBuffer>; next: number }> {
  const [countBytes, entryBytes, linkBytes] = bigTiff ? [8, 20, 8] : [2, 12, 4];
  const cut = () => cutOff(source, `the directory of its page ${number} is not all there`);
  if (offset + countBytes > source.size) throw cut();
  const head = view(await read(offset, countBytes));
  const count = bigTiff ? Number(head.getBigUint64(0, littleEndian)) : head.getUint16(0, littleEndian);
  if (count === 0 || count > MAX_FIELDS) {
    throw new FormatError(
      problem,
      source.name,
      `has a damaged directory of page ${number}, of ${count} fields: fetch or write the file again.`,
    );
  }
  const bytes = count * entryBytes;
  if (offset + countBytes + bytes > source.size) throw cut();
  const entries = await read(offset + countBytes, bytes);
  // Some writers leave out the link after the last directory, or the file is cut off in the middle of it.
  const linkAt = offset + countBytes + bytes;
  if (linkAt + linkBytes > source.size) throw cut();
  const link = view(await read(linkAt, linkBytes));
  const next = bigTiff ? Number(link.getBigUint64(0, littleEndian)) : link.getUint32(0, littleEndian);
  return { entries, next };
}

interface Field {
  readonly type: number;
  readonly count: number;
  /** Bytes of all values. */
  readonly length: number;
  /** The last part of the entry: the values, or where they are. */
  readonly inline: Uint8Array<ArrayBuffer>;
}

function page(file: OpenTiff, index: number, entries: Uint8Array<ArrayBuffer>): TiffPage {
  const { source, littleEndian, bigTiff, read } = file;
  const number = index + 1;
  let hasClaimed = false;

  function find(tag: number): Field | undefined {
    const size = bigTiff ? 20 : 12;
    const data = view(entries);
    for (let at = 0; at < entries.byteLength; at += size) {
      if (data.getUint16(at, littleEndian) !== tag) continue;
      const type = data.getUint16(at + 2, littleEndian);
      const count = bigTiff
        ? Number(data.getBigUint64(at + 4, littleEndian))
        : data.getUint32(at + 4, littleEndian);
      const inline = entries.subarray(at + (bigTiff ? 12 : 8), at + size);
      return { type, count, length: count * fieldBytes(type), inline };
    }
    return undefined;
  }

  /** The first `wanted` bytes of a field. */
  async function value(tag: number, { length, inline }: Field, wanted = length) {
    if (length <= inline.byteLength) return inline.slice(0, wanted);
    const offset = bigTiff
      ? Number(view(inline).getBigUint64(0, littleEndian))
      : view(inline).getUint32(0, littleEndian);
    if (offset + wanted > source.size)
      throw cutOff(source, `tag ${tag} of its page ${number} lies beyond its end`);
    return read(offset, wanted);
  }

  async function valuesOf(tag: number, field: Field, wanted?: number): Promise<Numbers> {
    const values = readNumbers(field.type, await value(tag, field, wanted), littleEndian);
    if (!values) throw damaged(file, `tag ${tag} of its page ${number} is of type ${field.type}`);
    return values;
  }

  async function numbers(tag: number, maxCount = MAX_VALUES): Promise<Numbers | undefined> {
    const field = find(tag);
    if (field && field.count > maxCount) {
      throw damaged(file, `tag ${tag} of its page ${number} has ${field.count} values`);
    }
    return field && valuesOf(tag, field);
  }

  /** Reads no more than that, however many there are: a hostile file may have as many on each of its pages. */
  async function firstNumber(tag: number): Promise<number | undefined> {
    const field = find(tag);
    if (!field) return undefined;
    return (await valuesOf(tag, field, Math.min(field.length, fieldBytes(field.type))))[0];
  }

  /**
   * What does not overlap can't have more bytes than the file: else all pages could have one long list of strips, or
   * one bomb of a strip. Twice as much is let through, as some writers round lengths up.
   */
  function claim(bytes: number): void {
    if (hasClaimed) return;
    file.claimedBytes += bytes;
    if (file.claimedBytes > 2 * source.size) throw damaged(file, 'its pages lie over one another');
  }

  async function chunks(count: number): Promise<TiffChunks> {
    const [what, offsetTag, countTag] = find(TILE_OFFSETS)
      ? ['tiles', TILE_OFFSETS, TILE_BYTE_COUNTS]
      : ['strips', STRIP_OFFSETS, STRIP_BYTE_COUNTS];
    claim((find(offsetTag)?.length ?? 0) + (find(countTag)?.length ?? 0));
    // Twice as many for writers that list more than there are.
    const offsets = (await numbers(offsetTag, 2 * count + 16)) ?? new Float64Array();
    const byteCounts = (await numbers(countTag, 2 * count + 16)) ?? new Float64Array();
    if (offsets.length < count || byteCounts.length < count) {
      const listed = Math.min(offsets.length, byteCounts.length);
      throw damaged(file, `its page ${number} lists ${listed} of its ${count} ${what}`);
    }
    for (let i = 0; i < count; i++) {
      const [offset = 0, byteCount = 0] = [offsets[i], byteCounts[i]];
      if (!(Number.isInteger(offset) && Number.isInteger(byteCount) && offset >= 0 && byteCount >= 0)) {
        throw damaged(file, `its page ${number} has pixels at ${offset}, ${byteCount} bytes of them`);
      }
      if (offset + byteCount > source.size) {
        throw cutOff(source, `the pixels of its page ${number} reach beyond its end`);
      }
      claim(byteCount);
    }
    hasClaimed = true;
    return { offsets, byteCounts };
  }

  return {
    index,
    has: (tag) => find(tag) !== undefined,
    numbers,
    number: firstNumber,
    text: async (tag) => {
      const field = find(tag);
      if (!field) return undefined;
      const bytes = await value(tag, field, Math.min(field.length, MAX_VALUES));
      return new TextDecoder().decode(bytes).replace(/\0[\s\S]*$/, '');
    },
    bytes: async (tag, maxBytes = MAX_VALUES) => {
      const field = find(tag);
      if (field && field.length > maxBytes) {
        throw damaged(file, `tag ${tag} of its page ${number} has ${field.length} bytes`);
      }
      return field && value(tag, field);
    },
    chunks,
  };
}

const STRIP_OFFSETS = 273;
const STRIP_BYTE_COUNTS = 279;
const TILE_OFFSETS = 324;
const TILE_BYTE_COUNTS = 325;

function byteOrder(head: Uint8Array): { littleEndian: boolean; bigTiff: boolean } | undefined {
  const [a, b, c, d] = head;
  const littleEndian = a === 0x49 && b === 0x49;
  if (!littleEndian && !(a === 0x4d && b === 0x4d)) return undefined;
  const [version, zero] = littleEndian ? [c, d] : [d, c];
  return zero === 0 && (version === 42 || version === 43)
    ? { littleEndian, bigTiff: version === 43 }
    : undefined;
}

function view(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function cutOff(source: ByteSource, what: string): FormatError {
  return new FormatError('truncated', source.name, `is cut off: ${what}; fetch or write the file again.`);
}

function damaged({ source, problem }: OpenTiff, what: string): FormatError {
  return new FormatError(problem, source.name, `is damaged: ${what}; fetch or write the file again.`);
}
