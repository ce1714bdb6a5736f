/** TIFF and BigTIFF micrographs and movies. */

import type { ByteSource } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import { type ImageFile, NO_PIXEL_SIZE, type ReadOptions, type StoredSamples } from '../image.ts';
import { checkRows } from '../rows.ts';
import { gpuType, luminance, numberWords, rowBytesOf, toFloats } from '../samples.ts';
import { compressionName } from './compression.ts';
import { openTiffContainer, type TiffContainer, type TiffPage } from './container.ts';
import { tiffFacts } from './facts.ts';
import { type PageLayout, type PageSize, readLayout, readSize, TAG } from './layout.ts';
import { isPacked } from './packed.ts';
import { describedPixelSize, resolutionPixelSize } from './pixelSize.ts';
import { rowReader } from './rows.ts';

/**
 * Reads the directories of all pages; pixels stay in the file. The frames are the pages of the largest size; others,
 * such as thumbnails, are left out.
 *
 * Rows are turned around: row 0 is the last stored row. RELION, IMOD, EMAN2, SerialEM and MotionCor2 all read TIFF so
 * and ignore the Orientation tag, hence coordinates here are theirs. Gain references in TIFF go the same way.
 *
 * @throws FormatError empty, bad-tiff, truncated, bad-dimensions; `readRows` throws bad-compression and changed
 */
export async function openTiff(source: ByteSource, _options: ReadOptions = {}): Promise<ImageFile> {
  const container = await openTiffContainer(source);
  const { layouts, description, resolution, resolutionUnit, leftOut } = await readPages(source, container);
  const [layout] = layouts;
  if (!layout) {
    throw new FormatError(
      'bad-tiff',
      source.name,
      'has no pictures but thumbnails: fetch or write it again.',
    );
  }
  const packed = isPacked(layout, description ?? '');
  const frames = layouts.length;
  const stated = resolutionPixelSize(resolution, resolutionUnit);
  const pixelSizeAngstrom = stated ?? describedPixelSize(description ?? '', resolution);
  const warnings = doubts(layout, packed, leftOut, pixelSizeAngstrom);
  const type = packed ? 'uint4' : layout.type;
  const width = packed ? 2 * layout.width : layout.width;
  const { height } = layout;
  const reader = rowReader(source);

  /** Rows in our order, as stored. */
  async function storedRows(frame: number, firstRow: number, rowCount: number) {
    checkRows({ name: source.name, frames, height }, frame, firstRow, rowCount);
    const page = layouts[frame];
    if (!page) throw new Error(`${source.name} has no page for frame ${frame}.`);
    const planes = await reader.rows(page, height - firstRow - rowCount, rowCount);
    for (const plane of planes) {
      turnRows(plane, rowCount);
      if (page.type === 'uint4') swapNibbles(plane);
    }
    return { page, planes };
  }

  async function readRows(frame: number, firstRow: number, rowCount: number) {
    const { page, planes } = await storedRows(frame, firstRow, rowCount);
    const floats = planes.map((plane) => toFloats(type, plane, width * page.chunkSamples));
    return toGrey(floats, page, width * rowCount);
  }

  async function readSamples(frame: number, firstRow: number, rowCount: number): Promise<StoredSamples> {
    const { planes } = await storedRows(frame, firstRow, rowCount);
    const bytes = planes[0] ?? new Uint8Array();
    return { type: stored ?? 'uint8', bytes, rowBytes: rowBytesOf(type, width) };
  }

  const stored = layout.chunkSamples === 1 && !layout.colour ? gpuType(type) : undefined;
  const order = container.littleEndian ? 'little' : 'big';
  const compression = [...new Set(layouts.map((page) => compressionName(page.compression)))].join(' and ');
  return {
    format: 'TIFF',
    kind: frames > 1 ? 'movie' : 'image',
    width,
    height,
    frames,
    pixelSizeAngstrom,
    description: `${container.bigTiff ? 'BigTIFF' : 'TIFF'}, ${numberWords(type)}${layout.colour ? ' RGB' : ''}, ${compression}, ${order}-endian`,
    warnings,
    facts: await tiffFacts({
      container,
      layout,
      frames,
      leftOut,
      packed,
      description,
      resolution,
      resolutionUnit,
      resolutionPixelSize: stated,
    }),
    acquisition: {},
    readRows,
    ...(stored ? { readSamples } : {}),
  };
}

interface Pages {
  /** Of the frames. */
  readonly layouts: readonly PageLayout[];
  readonly leftOut: number;
  /** Of the first page. */
  readonly description: string | undefined;
  /** Of the first frame. */
  readonly resolution: number | undefined;
  readonly resolutionUnit: number;
}

async function readPages(source: ByteSource, container: TiffContainer): Promise<Pages> {
  const pages: { readonly page: TiffPage; readonly size: PageSize }[] = [];
  let count = 0;
  let description: string | undefined;
  for await (const page of container.pages()) {
    if (count === 0) description = await page.text(TAG.description);
    count++;
    const size = await readSize(source, page);
    if (size) pages.push({ page, size });
  }
  const pixels = ({ size }: { readonly size: PageSize }) => size.width * size.height;
  const largest = pages.reduce(
    (best, page) => (pixels(page) > pixels(best) ? page : best),
    pages[0] ?? NO_PAGE,
  );
  const layouts: PageLayout[] = [];
  for (const { page, size } of pages) {
    if (size.width !== largest.size.width || size.height !== largest.size.height) continue;
    const layout = await readLayout(source, page, size, container.littleEndian);
    if (!layouts[0] || sameKind(layout, layouts[0])) layouts.push(layout);
  }
  const first = layouts[0]?.page;
  return {
    layouts,
    leftOut: count - layouts.length,
    description,
    resolution: await first?.number(TAG.xResolution),
    resolutionUnit: (await first?.number(TAG.resolutionUnit)) ?? 2,
  };
}

const NO_PAGE = { size: { width: 0, height: 0 } };

/** Whether two pages of one size may be frames of one movie. */
function sameKind(a: PageLayout, b: PageLayout): boolean {
  return a.type === b.type && a.chunkSamples === b.chunkSamples && a.colour === b.colour;
}

function doubts(
  { width, height, photometric, samples, colour, type }: PageLayout,
  packed: boolean,
  leftOut: number,
  pixelSizeAngstrom: number | undefined,
): string[] {
  const warnings: string[] = [];
  if (packed) {
    warnings.push(
      `The file's ${width} × ${height} bytes hold two 4-bit pixels each, as SerialEM packs them: ${2 * width} × ${height} pixels are shown.`,
    );
  }
  if (leftOut > 0) {
    const pages =
      leftOut === 1
        ? '1 page of another size or kind, such as a thumbnail, is'
        : `${leftOut} pages of other sizes or kinds, such as thumbnails, are`;
    warnings.push(`${pages} left out.`);
  }
  if (photometric === 0) {
    warnings.push('The file says that 0 is white; its values are taken as they are stored, as RELION does.');
  }
  if (photometric === 3)
    warnings.push('The file is coloured by a palette; the numbers of its colours are shown.');
  if (colour) warnings.push('The file is in colour; its luminance is shown.');
  else if (samples > 1) warnings.push(`The file has ${samples} values a pixel; the first is shown.`);
  if (type.endsWith('32') && type !== 'float32') {
    warnings.push('The file has 32-bit integers; those beyond 16.7 million are rounded.');
  }
  if (pixelSizeAngstrom === undefined) {
    warnings.push(NO_PIXEL_SIZE);
  }
  return warnings;
}

/** Reverses the order of rows in place. */
function turnRows(bytes: Uint8Array<ArrayBuffer>, rowCount: number): void {
  const rowBytes = bytes.length / rowCount;
  for (let low = 0, high = rowCount - 1; low < high; low++, high--) {
    const row = bytes.slice(low * rowBytes, (low + 1) * rowBytes);
    bytes.copyWithin(low * rowBytes, high * rowBytes, (high + 1) * rowBytes);
    bytes.set(row, high * rowBytes);
  }
}

/** TIFF has the earlier of two 4-bit pixels in the high half of a byte, the GPU wants it in the low one. */
function swapNibbles(bytes: Uint8Array<ArrayBuffer>): void {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    bytes[i] = (byte << 4) | (byte >> 4);
  }
}

/** One value a pixel: the luminance of colour, else the first sample. */
function toGrey(
  planes: readonly Float32Array<ArrayBuffer>[],
  { colour, chunkSamples }: PageLayout,
  pixels: number,
): Float32Array<ArrayBuffer> {
  const [first = new Float32Array(), second, third] = planes;
  if (!colour && chunkSamples === 1) return first;
  const grey = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const at = i * chunkSamples;
    const r = first[at] ?? 0;
    const g = (second ? second[i] : first[at + 1]) ?? 0;
    const b = (third ? third[i] : first[at + 2]) ?? 0;
    grey[i] = colour ? luminance(r, g, b) : r;
  }
  return grey;
}
