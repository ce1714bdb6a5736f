/** Rows of pixels out of strips and tiles: reads and decompresses what a band of rows needs, no more. */

import type { ByteSource } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import { readUnchanged } from '../rows.ts';
import { bitsOf, rowBytesOf, swapBytes } from '../samples.ts';
import { findCodec } from './compression.ts';
import type { TiffChunks } from './container.ts';
import { type PageLayout, rowsOfChunk } from './layout.ts';
import { undoDifferences, undoFloatDifferences } from './predictor.ts';

/** Neighbours in the file that are nearer than this are read together. */
const GAP_BYTES = 4096;
/** The most that is read together, where one chunk alone is not more. */
const READ_BYTES = 2 ** 24;

/** Gives rows as the file has them, of one plane of samples each. */
export interface RowReader {
  /**
   * Rows [first, first + count) of a page in the file's own order, little-endian, one array for each plane that the
   * layout names; rows have `rowBytesOf(type, width × chunkSamples)` bytes.
   * @throws FormatError when the pixels are damaged, or the file is not what it was
   */
  rows(layout: PageLayout, first: number, count: number): Promise<Uint8Array<ArrayBuffer>[]>;
}

/** The chunks side by side that hold the same rows, decompressed; by plane, then from left to right. */
interface ChunkRow {
  readonly layout: PageLayout;
  readonly index: number;
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * Keeps the table of chunks of the last page, and of compressed pages the row of chunks at the upper edge of the last
 * band: bands come in the order of our rows, which is the file's turned around, so the next one begins there, and
 * every chunk is decompressed once.
 */
export function rowReader(source: ByteSource): RowReader {
  let table: { layout: PageLayout; chunks: Promise<TiffChunks> } | undefined;
  let kept: ChunkRow | undefined;

  function chunksOf(layout: PageLayout): Promise<TiffChunks> {
    if (table?.layout === layout) return table.chunks;
    const chunks = layout.page.chunks(layout.chunksAcross * layout.chunksDown * layout.planes);
    table = { layout, chunks };
    // A failed read may succeed the next time.
    chunks.catch(() => {
      if (table?.chunks === chunks) table = undefined;
    });
    return chunks;
  }

  async function uncompressed(
    layout: PageLayout,
    chunks: TiffChunks,
    first: number,
    out: Planes,
    count: number,
  ) {
    const pieces = rawPieces(layout, chunks, first, count);
    const read = await readRanges(source, pieces);
    pieces.forEach((piece, i) => {
      place(layout, piece, read[i] ?? EMPTY, out, first);
    });
    if (!layout.littleEndian) for (const plane of out) swapBytes(plane, bitsOf(layout.type) / 8);
  }

  async function compressed(
    layout: PageLayout,
    chunks: TiffChunks,
    first: number,
    out: Planes,
    count: number,
  ) {
    const { chunkHeight, chunkRowBytes } = layout;
    const order = chunkOrder(layout);
    const top = Math.floor(first / chunkHeight);
    const bottom = Math.floor((first + count - 1) / chunkHeight);
    const reuse = kept?.layout === layout && kept.index >= top && kept.index <= bottom ? kept : undefined;
    const wanted = Array.from({ length: bottom - top + 1 }, (_, i) => bottom - i).filter(
      (i) => i !== reuse?.index,
    );
    const ranges = wanted.flatMap((index) => compressedRanges(layout, chunks, index));
    const read = await readRanges(source, ranges);
    const placeRow = (row: ChunkRow) => {
      const from = Math.max(first, row.index * chunkHeight);
      const to = Math.min(first + count, (row.index + 1) * chunkHeight);
      order.forEach(([plane, column], i) => {
        const bytes = row.chunks[i]?.subarray((from - row.index * chunkHeight) * chunkRowBytes) ?? EMPTY;
        place(layout, { plane, column, firstRow: from, rowCount: to - from }, bytes, out, first);
      });
      if (row.index === top) kept = row;
    };
    if (reuse) placeRow(reuse);
    wanted.forEach((index, n) => {
      const chunkBytes = rowsOfChunk(layout, index) * chunkRowBytes;
      const decoded = order.map((_, i) =>
        decodeChunk(source, layout, read[n * order.length + i] ?? EMPTY, chunkBytes),
      );
      placeRow({ layout, index, chunks: decoded });
    });
  }

  return {
    rows: async (layout, first, count) => {
      const rowBytes = planeRowBytes(layout);
      const out = Array.from({ length: layout.planes }, () => new Uint8Array(count * rowBytes));
      if (count > 0) {
        const read = layout.compression === 1 ? uncompressed : compressed;
        await read(layout, await chunksOf(layout), first, out, count);
      }
      return out;
    },
  };
}

type Planes = readonly Uint8Array<ArrayBuffer>[];

const EMPTY = new Uint8Array();

function planeRowBytes({ type, width, chunkSamples }: PageLayout): number {
  return rowBytesOf(type, width * chunkSamples);
}

/** Planes and columns of the chunks of one row of chunks. */
function chunkOrder({ planes, chunksAcross }: PageLayout): readonly (readonly [number, number])[] {
  return Array.from({ length: planes * chunksAcross }, (_, i) => [
    Math.floor(i / chunksAcross),
    i % chunksAcross,
  ]);
}

function chunkIndex({ chunksAcross, chunksDown }: PageLayout, plane: number, row: number, column: number) {
  return (plane * chunksDown + row) * chunksAcross + column;
}

/** Rows of one chunk, in rows of the page. */
interface Piece {
  readonly plane: number;
  readonly column: number;
  readonly firstRow: number;
  readonly rowCount: number;
}

interface Range {
  readonly offset: number;
  readonly length: number;
}

/** The parts of uncompressed chunks that the rows are in. */
function rawPieces(layout: PageLayout, chunks: TiffChunks, first: number, count: number): (Piece & Range)[] {
  const { chunkHeight, chunkRowBytes } = layout;
  const pieces: (Piece & Range)[] = [];
  for (const [plane, column] of chunkOrder(layout)) {
    for (let row = first; row < first + count; ) {
      const chunkRow = Math.floor(row / chunkHeight);
      const rowCount = Math.min(first + count, (chunkRow + 1) * chunkHeight) - row;
      const start = chunks.offsets[chunkIndex(layout, plane, chunkRow, column)] ?? 0;
      pieces.push({
        plane,
        column,
        firstRow: row,
        rowCount,
        offset: start + (row - chunkRow * chunkHeight) * chunkRowBytes,
        length: rowCount * chunkRowBytes,
      });
      row += rowCount;
    }
  }
  return pieces;
}

/** Copies rows of a chunk to their place among the rows [first, …) of the page. */
function place(
  layout: PageLayout,
  { plane, column, firstRow, rowCount }: Piece,
  bytes: Uint8Array<ArrayBuffer>,
  out: Planes,
  first: number,
): void {
  const { type, chunkWidth, chunkSamples, chunkRowBytes } = layout;
  const target = out[plane];
  if (!target) return;
  const rowBytes = planeRowBytes(layout);
  const left = rowBytesOf(type, column * chunkWidth * chunkSamples);
  if (chunkRowBytes === rowBytes) {
    target.set(bytes.subarray(0, rowCount * rowBytes), (firstRow - first) * rowBytes);
    return;
  }
  const length = Math.min(chunkRowBytes, rowBytes - left);
  for (let row = 0; row < rowCount; row++) {
    const from = row * chunkRowBytes;
    target.set(bytes.subarray(from, from + length), (firstRow - first + row) * rowBytes + left);
  }
}

/** Where the chunks of a row of chunks lie, in the order of `chunkOrder`. */
function compressedRanges(layout: PageLayout, chunks: TiffChunks, row: number): Range[] {
  const bytes = rowsOfChunk(layout, row) * layout.chunkRowBytes;
  return chunkOrder(layout).map(([plane, column]) => {
    const index = chunkIndex(layout, plane, row, column);
    // No compressor doubles the data: what is beyond is not part of it, whatever the directory says.
    const length = Math.min(chunks.byteCounts[index] ?? 0, 2 * bytes + 1024);
    return { offset: chunks.offsets[index] ?? 0, length };
  });
}

function decodeChunk(
  source: ByteSource,
  layout: PageLayout,
  compressed: Uint8Array<ArrayBuffer>,
  size: number,
): Uint8Array<ArrayBuffer> {
  const { type, compression, predictor, chunkRowBytes, chunkSamples, littleEndian } = layout;
  const bytes = new Uint8Array(size);
  let decoded = 0;
  try {
    decoded = findCodec(compression)?.decode(compressed, bytes) ?? 0;
  } catch {
    // Told below, as a stream that is too short.
  }
  if (decoded < size) {
    throw new FormatError(
      'bad-compression',
      source.name,
      `has damaged pixels on page ${layout.page.index + 1}, which can't be decompressed: fetch or write it again.`,
    );
  }
  const sampleBytes = bitsOf(type) / 8;
  const block = { bytes, rowBytes: chunkRowBytes, samples: chunkSamples, sampleBytes };
  if (predictor === 3) {
    undoFloatDifferences(block);
  } else {
    if (!littleEndian) swapBytes(bytes, sampleBytes);
    if (predictor === 2) undoDifferences(block);
  }
  return bytes;
}

/** Reads ranges of the file, neighbours together; the results are in the order asked for and may share memory. */
async function readRanges(source: ByteSource, ranges: readonly Range[]): Promise<Uint8Array<ArrayBuffer>[]> {
  const order = ranges.map((_, i) => i).sort((a, b) => (ranges[a]?.offset ?? 0) - (ranges[b]?.offset ?? 0));
  const results: Uint8Array<ArrayBuffer>[] = [];
  let run: number[] = [];
  let start = 0;
  let end = 0;
  const flush = async () => {
    if (run.length === 0) return;
    const bytes = await readUnchanged(source, start, end - start);
    for (const i of run) {
      const { offset, length } = ranges[i] ?? { offset: start, length: 0 };
      results[i] = bytes.subarray(offset - start, offset - start + length);
    }
  };
  for (const i of order) {
    const { offset, length } = ranges[i] ?? { offset: 0, length: 0 };
    const together = run.length > 0 && offset <= end + GAP_BYTES && offset + length - start <= READ_BYTES;
    if (!together) {
      await flush();
      run = [];
      start = offset;
      end = offset;
    }
    run.push(i);
    end = Math.max(end, offset + length);
  }
  await flush();
  return results;
}
