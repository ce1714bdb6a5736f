/** The pages of an EER file: which are raw frames, how they are coded and where their bytes lie. */
import type { ByteSource } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import { openTiffContainer, type TiffPage } from '../tiff/container.ts';
import { coding65000, coding65001, coding65002, type EerCoding, leastBytes, mostBytes } from './codec.ts';

const TAG = {
  width: 256,
  height: 257,
  compression: 259,
  orientation: 274,
  rowsPerStrip: 278,
  acquisition: 65001,
  skipBits: 65007,
  horizontalBits: 65008,
  verticalBits: 65009,
} as const;

/** The detectors have 4096 × 4096 and 2048 × 2048 pixels; `FrameDecoder` takes no more than this squared. */
const MAX_SIDE = 8192;

/** Where a raw frame's strips lie, in the order in which they are joined. */
export interface RawFrame {
  readonly offsets: readonly number[];
  readonly byteCounts: readonly number[];
}

export interface EerPages {
  readonly width: number;
  readonly height: number;
  readonly compression: number;
  readonly coding: EerCoding;
  readonly frames: readonly RawFrame[];
  /** Pages that are no raw frames: a summed image, a preview. */
  readonly otherPages: number;
  readonly orientation: number | undefined;
  /** XML of the acquisition, undefined where the file has none. */
  readonly metadata: string | undefined;
}

/**
 * Whether a file is an EER movie, from its first pages. Thermo Fisher's TIA puts a summed image before the raw frames, so
 * that the second page is looked at too. False for what is no TIFF, or a damaged one.
 */
export async function isEer(source: ByteSource): Promise<boolean> {
  try {
    const container = await openTiffContainer(source, 'bad-eer');
    let looked = 0;
    for await (const page of container.pages()) {
      if (isEerCompression(await page.number(TAG.compression))) return true;
      if (++looked === 2) break;
    }
    return false;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

/**
 * Walks all pages; checks each raw frame's length against what its pixels need before anything is allocated for them.
 * @throws FormatError bad-eer, truncated.
 */
export async function readEerPages(source: ByteSource): Promise<EerPages> {
  const container = await openTiffContainer(source, 'bad-eer');
  const frames: RawFrame[] = [];
  let first: Omit<EerPages, 'frames' | 'otherPages' | 'metadata'> | undefined;
  let metadata: string | undefined;
  let otherPages = 0;
  for await (const page of container.pages()) {
    metadata ??= await page.text(TAG.acquisition);
    const compression = await page.number(TAG.compression);
    if (!isEerCompression(compression)) {
      otherPages++;
      continue;
    }
    const shape = await readShape(source, page, compression, frames.length + 1);
    first ??= { ...shape, orientation: await page.number(TAG.orientation) };
    checkSame(source, first, shape, frames.length + 1);
    frames.push(await readFrame(source, page, first, frames.length + 1));
  }
  if (!first) {
    throw new FormatError(
      'bad-eer',
      source.name,
      'has no raw frames of electrons: it is no EER movie; open it as TIFF.',
    );
  }
  return { ...first, frames, otherPages, metadata };
}

function isEerCompression(compression: number | undefined): compression is 65000 | 65001 | 65002 {
  return compression === 65000 || compression === 65001 || compression === 65002;
}

type Shape = Pick<EerPages, 'width' | 'height' | 'compression' | 'coding'>;

async function readShape(
  source: ByteSource,
  page: TiffPage,
  compression: 65000 | 65001 | 65002,
  number: number,
): Promise<Shape> {
  const [width = 0, height = 0] = [await page.number(TAG.width), await page.number(TAG.height)];
  const fits = [width, height].every((side) => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE);
  if (!fits) {
    throw new FormatError(
      'bad-eer',
      source.name,
      `says its raw frame ${number} has ${width} × ${height} pixels, which no detector has: it is damaged.`,
    );
  }
  return { width, height, compression, coding: await readCoding(source, page, compression) };
}

async function readCoding(
  source: ByteSource,
  page: TiffPage,
  compression: 65000 | 65001 | 65002,
): Promise<EerCoding> {
  if (compression === 65000) return coding65000;
  if (compression === 65001) return coding65001;
  const widths = [
    await page.number(TAG.skipBits),
    await page.number(TAG.horizontalBits),
    await page.number(TAG.verticalBits),
  ] as const;
  const coding = coding65002(widths[0] ?? Number.NaN, widths[1] ?? Number.NaN, widths[2] ?? Number.NaN);
  if (!coding) {
    const stated = widths.map((bits) => bits ?? 'none').join(', ');
    throw new FormatError(
      'bad-eer',
      source.name,
      `has codes of widths that can't be (tags 65007 to 65009: ${stated}): it is damaged, or newer than this program.`,
    );
  }
  return coding;
}

function checkSame(source: ByteSource, first: Shape, shape: Shape, number: number): void {
  const same =
    shape.width === first.width &&
    shape.height === first.height &&
    shape.compression === first.compression &&
    JSON.stringify(shape.coding) === JSON.stringify(first.coding);
  if (same) return;
  throw new FormatError(
    'bad-eer',
    source.name,
    `is damaged: its raw frame ${number} is ${shape.width} × ${shape.height} pixels with coding ${shape.compression}, unlike the first (${first.width} × ${first.height}, ${first.compression}).`,
  );
}

async function readFrame(
  source: ByteSource,
  page: TiffPage,
  { width, height, coding }: Shape,
  number: number,
): Promise<RawFrame> {
  const rowsPerStrip = (await page.number(TAG.rowsPerStrip)) ?? height;
  const strips = rowsPerStrip >= 1 ? Math.ceil(height / rowsPerStrip) : 1;
  const chunks = await page.chunks(strips);
  const offsets = Array.from(chunks.offsets.subarray(0, strips));
  const byteCounts = Array.from(chunks.byteCounts.subarray(0, strips));
  const bytes = byteCounts.reduce((sum, count) => sum + count, 0);
  const least = leastBytes(coding, width * height);
  if (bytes < least || bytes > mostBytes(coding, width * height)) {
    throw new FormatError(
      'bad-eer',
      source.name,
      `is damaged: its raw frame ${number} has ${bytes} bytes, which can't hold ${width} × ${height} pixels. Copy or download it again.`,
    );
  }
  return { offsets, byteCounts };
}
