/** What the directory of one page says about its pixels, checked so far that they can be read without surprises. */
import type { ByteSource } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import { bitsOf, type NumberType } from '../samples.ts';
import { compressionName, findCodec } from './compression.ts';
import type { TiffPage } from './container.ts';

/** Tags of TIFF 6.0 that readers of pixels need. */
export const TAG = {
  subfileType: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  description: 270,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  xResolution: 282,
  yResolution: 283,
  planar: 284,
  resolutionUnit: 296,
  software: 305,
  dateTime: 306,
  predictor: 317,
  tileWidth: 322,
  tileHeight: 323,
  sampleFormat: 339,
} as const;

/** More pixels than any camera's frame has, 2^29, so that a hostile size can't take all memory. */
const MAX_PIXELS = 2 ** 29;
/** Values of a pixel: colours, and what else some programs put beside them. */
const MAX_SAMPLES = 64;
/** The most of a page that is decompressed in one piece. */
const MAX_CHUNK_BYTES = 2 ** 30;

export interface PageSize {
  readonly width: number;
  readonly height: number;
}

export interface PageLayout extends PageSize {
  readonly type: NumberType;
  /** Samples of a pixel, 3 for colour; more than are used may be there. */
  readonly samples: number;
  readonly photometric: number;
  readonly page: TiffPage;
  readonly littleEndian: boolean;
  readonly compression: number;
  /** 1 none, 2 differences, 3 differences of sorted bytes of floats. */
  readonly predictor: 1 | 2 | 3;
  /** Colour whose samples are to be weighted; otherwise the first sample is the grey value. */
  readonly colour: boolean;
  /** Samples of a pixel that lie side by side in a chunk: all of them, or 1 where every sample has planes of its own. */
  readonly chunkSamples: number;
  /** Planes to be read. */
  readonly planes: number;
  /** Pixels of a strip or tile. The last strips may have fewer rows; tiles never have. */
  readonly chunkWidth: number;
  readonly chunkHeight: number;
  readonly tiled: boolean;
  readonly chunksAcross: number;
  readonly chunksDown: number;
  /** Bytes of a row of a decompressed chunk. */
  readonly chunkRowBytes: number;
}

/** The size of a page; undefined for reduced images (thumbnails). @throws FormatError bad-dimensions */
export async function readSize(source: ByteSource, page: TiffPage): Promise<PageSize | undefined> {
  if (((await page.number(TAG.subfileType)) ?? 0) & 1) return undefined;
  const width = (await page.number(TAG.width)) ?? 0;
  const height = (await page.number(TAG.height)) ?? 0;
  const whole = Number.isInteger(width) && Number.isInteger(height);
  if (!(whole && width > 0 && height > 0 && width * height <= MAX_PIXELS)) {
    throw new FormatError(
      'bad-dimensions',
      source.name,
      `says that its page ${page.index + 1} is ${width} × ${height} pixels, which no micrograph is: fetch or write it again.`,
    );
  }
  return { width, height };
}

async function readType(source: ByteSource, page: TiffPage): Promise<NumberType> {
  const bits = (await page.numbers(TAG.bits, MAX_SAMPLES)) ?? Float64Array.of(1);
  const formats = (await page.numbers(TAG.sampleFormat, MAX_SAMPLES)) ?? Float64Array.of(1);
  const first = bits[0] ?? 1;
  // 4, "undefined", is written by programs that mean whole numbers.
  const format = formats[0] === 2 ? 'int' : formats[0] === 3 ? 'float' : 'uint';
  const type = `${format}${first}`;
  if (bits.some((b) => b !== first) || formats.some((f) => f !== formats[0]) || !isNumberType(type)) {
    const words = format === 'float' ? 'floats' : format === 'int' ? 'signed integers' : 'unsigned integers';
    throw unsupported(
      source,
      page,
      `samples that are ${[...bits].join(', ')}-bit ${words}`,
      'write it in 8 or 16 bits',
    );
  }
  return type;
}

const TYPES: ReadonlySet<string> = new Set<NumberType>([
  'uint4',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'float16',
  'int32',
  'uint32',
  'float32',
  'float64',
]);

function isNumberType(type: string): type is NumberType {
  return TYPES.has(type);
}

/**
 * The whole layout; the strips or tiles are all listed, inside the file, and can hold what they are said to.
 * @throws FormatError bad-tiff for what can't be read, truncated, bad-dimensions
 */
export async function readLayout(
  source: ByteSource,
  page: TiffPage,
  { width, height }: PageSize,
  littleEndian: boolean,
): Promise<PageLayout> {
  const type = await readType(source, page);
  const photometric = (await page.number(TAG.photometric)) ?? 1;
  const samples = (await page.number(TAG.samples)) ?? 1;
  if (!(Number.isInteger(samples) && samples >= 1 && samples <= MAX_SAMPLES)) {
    throw unsupported(source, page, `${samples} samples a pixel`, 'write it in grey levels');
  }
  const compression = (await page.number(TAG.compression)) ?? 1;
  const codec = findCodec(compression);
  if (!codec && compression !== 1) {
    const advice = 'write it with LZW, deflate or no compression';
    throw unsupported(source, page, `compression ${compression} (${compressionName(compression)})`, advice);
  }
  if (((await page.number(TAG.fillOrder)) ?? 1) !== 1) {
    throw unsupported(
      source,
      page,
      'bytes with their bits turned around (FillOrder 2)',
      'write it without that',
    );
  }
  const colour = photometric === 2 && samples >= 3;
  if (photometric > 3 || (photometric === 2 && !colour)) {
    throw unsupported(
      source,
      page,
      `photometric interpretation ${photometric}`,
      'write it in grey levels or RGB',
    );
  }
  const predictor = codec ? await readPredictor(source, page, type) : 1;
  const separate = samples > 1 && (await page.number(TAG.planar)) === 2;
  const chunkSamples = separate ? 1 : samples;
  if (type === 'uint4' && chunkSamples > 1) {
    throw unsupported(source, page, '4-bit samples of several colours', 'write it in grey levels');
  }
  const tiled = page.has(TAG.tileWidth);
  const chunkWidth = tiled ? ((await page.number(TAG.tileWidth)) ?? 0) : width;
  const chunkHeight = tiled
    ? ((await page.number(TAG.tileHeight)) ?? 0)
    : // Absent, or a huge number, means one strip.
      Math.min(height, (await page.number(TAG.rowsPerStrip)) ?? height);
  if (tiled && type === 'uint4' && chunkWidth % 2 === 1) {
    throw unsupported(source, page, `4-bit tiles of ${chunkWidth} pixels`, 'write it in strips');
  }
  const chunkRowBytes = Math.ceil((chunkWidth * chunkSamples * bitsOf(type)) / 8);
  const chunkBytes = chunkHeight * chunkRowBytes;
  const whole = Number.isInteger(chunkWidth) && Number.isInteger(chunkHeight);
  if (!(whole && chunkWidth > 0 && chunkHeight > 0 && (compression === 1 || chunkBytes <= MAX_CHUNK_BYTES))) {
    throw new FormatError(
      'bad-dimensions',
      source.name,
      `says that the ${tiled ? 'tiles' : 'strips'} of its page ${page.index + 1} are ${chunkWidth} × ${chunkHeight} pixels, which can't be read: write it again with smaller ones.`,
    );
  }
  const layout: PageLayout = {
    width,
    height,
    type,
    samples,
    photometric,
    page,
    littleEndian,
    compression,
    predictor,
    colour,
    chunkSamples,
    planes: colour && separate ? 3 : 1,
    chunkWidth,
    chunkHeight,
    tiled,
    chunksAcross: Math.ceil(width / chunkWidth),
    chunksDown: Math.ceil(height / chunkHeight),
    chunkRowBytes,
  };
  await checkChunks(source, layout, codec?.maxRatio ?? 1);
  return layout;
}

async function readPredictor(source: ByteSource, page: TiffPage, type: NumberType): Promise<1 | 2 | 3> {
  const predictor = (await page.number(TAG.predictor)) ?? 1;
  if (predictor === 1) return 1;
  if (predictor === 2 && type !== 'uint4') return 2;
  if (predictor === 3 && type.startsWith('float')) return 3;
  throw unsupported(
    source,
    page,
    `predictor ${predictor} on ${bitsOf(type)}-bit samples`,
    'write it without a predictor',
  );
}

/** No strip or tile may be too short for the pixels it is said to hold, or a file of 1 kB could ask for gigabytes. */
async function checkChunks(source: ByteSource, layout: PageLayout, maxRatio: number): Promise<void> {
  const { page, chunksAcross, chunksDown, planes } = layout;
  const count = chunksAcross * chunksDown * planes;
  const { byteCounts } = await page.chunks(count);
  for (let i = 0; i < count; i++) {
    const bytes = rowsOfChunk(layout, Math.floor(i / chunksAcross) % chunksDown) * layout.chunkRowBytes;
    if ((byteCounts[i] ?? 0) * maxRatio < bytes) {
      throw new FormatError(
        'bad-tiff',
        source.name,
        `is damaged: ${byteCounts[i]} bytes of its page ${page.index + 1} can't hold the ${bytes} bytes of pixels they are said to; fetch or write it again.`,
      );
    }
  }
}

/** Rows stored in the chunks of a row of chunks. */
export function rowsOfChunk({ tiled, chunkHeight, height }: PageLayout, chunkRow: number): number {
  return tiled ? chunkHeight : Math.min(chunkHeight, height - chunkRow * chunkHeight);
}

function unsupported(source: ByteSource, page: TiffPage, what: string, advice: string): FormatError {
  return new FormatError(
    'bad-tiff',
    source.name,
    `has ${what} on page ${page.index + 1}, which can't be read: ${advice}.`,
  );
}
