/** Sums of movie frames on the GPU: adding stored samples, and what a detector's sum needs before it is a picture. */
import type { GpuContext } from '../context.ts';
import type { Defines } from '../expand.ts';
import { f32, groups, Recorder, u32 } from '../recorder.ts';

/** How samples lie in a strip of rows, little-endian; `uint4` has the earlier pixel in the low nibble. */
export type StoredType = 'uint4' | 'int8' | 'uint8' | 'int16' | 'uint16' | 'float16' | 'float32';

export const storedTypes: readonly StoredType[] = [
  'uint4',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'float16',
  'float32',
];

const bitsOf: Readonly<Record<StoredType, number>> = {
  uint4: 4,
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  float16: 16,
  float32: 32,
};

/** Strips start at rows that are multiples of this, so that they start at whole items of the kernel whatever the type. */
export const rowAlignment = 32;

/** The most frames that are added at once. */
export const framesAtOnce = 8;

/** Bytes of one item of the kernel, from each frame; pixels of the smallest type in it. */
const itemBytes = 16;
const itemPixels = (itemBytes * 8) / bitsOf.uint4;

/** A sum of frames: row-major float32, in a buffer of `sumBytes(width, rows)`. */
export interface SumRows {
  readonly buffer: GPUBuffer;
  readonly width: number;
  readonly rows: number;
}

/** Bytes of a sum's buffer; the kernel may write rubbish behind the last pixel. */
export function sumBytes(width: number, rows: number): number {
  return groups(width * rows, itemPixels) * itemPixels * 4;
}

/** Bytes from one frame's strip to the next in a buffer of samples. */
export function samplePitch(bytes: number): number {
  return groups(bytes, itemBytes) * itemBytes;
}

/**
 * Strips of up to `framesAtOnce` frames on the GPU: row r of frame f starts at byte firstByte + f · frameBytes + r ·
 * rowBytes; the first two are multiples of `samplePitch`.
 */
export interface UploadedSamples {
  readonly buffer: GPUBuffer;
  readonly type: StoredType;
  readonly firstByte: number;
  readonly frames: number;
  readonly frameBytes: number;
  readonly rowBytes: number;
}

/** Which rows of a strip are added where; all but `rowCount` are multiples of `rowAlignment`. */
export interface AddedRows {
  readonly fromRow: number;
  readonly toRow: number;
  readonly rowCount: number;
}

/** Records sum += weight · samples, frame after frame. */
export async function recordAddSamples(
  context: GpuContext,
  recorder: Recorder,
  { buffer, type, firstByte, frames, frameBytes, rowBytes }: UploadedSamples,
  sum: SumRows,
  { fromRow, toRow, rowCount }: AddedRows,
  weight: 1 | -1,
): Promise<void> {
  const { width } = sum;
  const isPacked = rowBytes * 8 === width * bitsOf[type];
  const count = width * rowCount;
  const items = groups(count, isPacked ? (itemBytes * 8) / bitsOf[type] : 4);
  const { columns, grid } = gridOf(items, 256);
  recorder.dispatch(
    await context.pipeline('movie/add.wgsl', addVariant(type, isPacked)),
    [
      ...[
        firstByte + fromRow * rowBytes,
        frameBytes,
        frames,
        (toRow * width) / 4,
        items,
        columns,
        width,
        count,
        rowBytes,
      ].map(u32),
      f32(weight),
    ],
    [buffer, sum.buffer],
    grid,
  );
}

/** The kernel for samples of a type, with or without gaps between rows. */
export function addVariant(type: StoredType, isPacked: boolean): Defines {
  return { TYPE: type, PACKED: isPacked, BYTES: bitsOf[type] === 8 };
}

/** A sum with what corrects it. */
export interface DetectorRows extends SumRows {
  /** What each count is worth, 0 for a defect; row-major float32, width × rows. Undefined: 1 everywhere. */
  readonly factors: GPUBuffer | undefined;
}

/** Edge of the tiles in which noise is measured, px: sums that are cut into bands must be cut at multiples of it. */
export const noiseTile = 32;

/** Rows beside a pixel that its correction depends on: those of its replacement window and of their neighbourhoods. */
export const correctionReach = 8 + 2;

export interface BadPixelRule {
  /** 1 where samples are whole numbers of electrons or grey levels, 0 where they may be anything. */
  readonly quantum: 0 | 1;
  /** Standard deviations above which a pixel is hot; 0 leaves hot pixels alone. */
  readonly threshold: number;
}

export interface BadPixels {
  /** One bit a pixel, to be freed by the caller. */
  readonly mask: GPUBuffer;
  readonly hotPixels: number;
  readonly defects: number;
}

/**
 * Marks defects and hot pixels; the rule stands in `movie/bad.wgsl`.
 * @param core rows that are counted: from the first to before the second.
 */
export async function markBadPixels(
  context: GpuContext,
  rows: DetectorRows,
  core: readonly [number, number],
  { quantum, threshold }: BadPixelRule,
): Promise<BadPixels> {
  const { width } = rows;
  const tilesAcross = groups(width, noiseTile);
  const tileCount = tilesAcross * groups(rows.rows, noiseTile);
  const words = groups(width * rows.rows, 32);
  const tiles = context.buffer('noise of a movie', tileCount * 16);
  const counts = context.buffer('bad pixels', 8);
  const mask = context.buffer('bad pixels', words * 4);
  try {
    const recorder = new Recorder(context);
    const defines = { GAIN: rows.factors !== undefined };
    const gain = rows.factors ? [rows.factors] : [];
    recorder.dispatch(
      await context.pipeline('movie/noise.wgsl', defines),
      [...[width, rows.rows, tilesAcross, tileCount].map(u32), f32(quantum), f32(threshold)],
      [rows.buffer, tiles, ...gain],
      [groups(tileCount, 64), 1, 1],
    );
    const { columns, grid } = gridOf(words, 64);
    recorder.dispatch(
      await context.pipeline('movie/bad.wgsl', defines),
      [
        ...[width, rows.rows, core[0], core[1], tilesAcross, words, columns].map(u32),
        f32(quantum),
        f32(threshold),
      ],
      [rows.buffer, tiles, mask, counts, ...gain],
      grid,
    );
    recorder.submit();
    const [hotPixels = 0, defects = 0] = new Uint32Array(await context.read(counts, 8));
    return { mask, hotPixels, defects };
  } catch (error) {
    context.free(mask);
    throw error;
  } finally {
    context.free(tiles, counts);
  }
}

/** Records the correction of rows [firstRow, firstRow + rowCount) into `result`, from its value `offset` on. */
export async function recordCorrection(
  context: GpuContext,
  recorder: Recorder,
  rows: DetectorRows,
  mask: GPUBuffer,
  { firstRow, rowCount }: { readonly firstRow: number; readonly rowCount: number },
  result: GPUBuffer,
  offset: number,
): Promise<void> {
  const count = rowCount * rows.width;
  const { columns, grid } = gridOf(groups(count, 4), 64);
  recorder.dispatch(
    await context.pipeline('movie/finish.wgsl', { GAIN: rows.factors !== undefined }),
    [rows.width, rows.rows, firstRow, count, columns, offset].map(u32),
    [rows.buffer, mask, result, ...(rows.factors ? [rows.factors] : [])],
    grid,
  );
}

/** Records the means of bin × bin squares of an image into rows of a binned one, from its row `firstRow` on. */
export async function recordBinning(
  context: GpuContext,
  recorder: Recorder,
  image: SumRows,
  bin: number,
  result: GPUBuffer,
  firstRow: number,
): Promise<void> {
  const width = Math.ceil(image.width / bin);
  const rows = Math.ceil(image.rows / bin);
  recorder.dispatch(
    await context.pipeline('movie/bin.wgsl'),
    [image.width, image.rows, bin, width, rows, firstRow].map(u32),
    [image.buffer, result],
    [groups(width, 64), rows, 1],
  );
}

/** Pixels of one chunk of `readMoments`, and the numbers that it gives of each. */
const momentChunk = 1024;
const momentFields = 6;

/** Moments of a chunk's finite values, about an origin near their mean; nothing else is known of one without any. */
export interface Moments {
  readonly count: number;
  readonly origin: number;
  /** Σ (value − origin) and Σ (value − origin)². */
  readonly deviations: number;
  readonly squares: number;
  readonly min: number;
  readonly max: number;
}

/** Moments of the first `count` values of a buffer, chunk by chunk. */
export async function readMoments(context: GpuContext, image: GPUBuffer, count: number): Promise<Moments[]> {
  const chunks = groups(count, momentChunk);
  const result = context.buffer('statistics', chunks * momentFields * 4);
  try {
    const recorder = new Recorder(context);
    recorder.dispatch(
      await context.pipeline('movie/moments.wgsl'),
      [u32(count), u32(chunks)],
      [image, result],
      [groups(chunks, 64), 1, 1],
    );
    recorder.submit();
    const numbers = new Float32Array(await context.read(result, chunks * momentFields * 4));
    return Array.from({ length: chunks }, (_, i) => {
      const [n = 0, origin = 0, deviations = 0, squares = 0, min = 0, max = 0] = numbers.subarray(
        i * momentFields,
        (i + 1) * momentFields,
      );
      return { count: n, origin, deviations, squares, min, max };
    });
  } finally {
    context.free(result);
  }
}

/** Invocations in rows of workgroups: one dimension of a grid ends at 65535. */
function gridOf(items: number, perGroup: number): { columns: number; grid: [number, number, number] } {
  const across = Math.min(groups(items, perGroup), 32768);
  return { columns: across * perGroup, grid: [across, groups(items, across * perGroup), 1] };
}
