/** A small grey picture of a micrograph or movie, made on the processor from as few bytes as will do. */
import type { JobOptions } from '../core/progress.ts';
import type { Micrograph } from '../dataset/micrograph.ts';
import { percentiles } from './statistics.ts';

/** Row-major, one byte a pixel. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** The longer side, px. */
export const thumbnailSide = 256;
/** Pixels of a file that are read for one thumbnail: a 4096 × 4096 picture, or a few frames of a movie. */
const mostPixels = 2 ** 24;
const mostFrames = 8;
/** Pixels read at a time: short enough that other work of the same thread goes on in between. */
const stripPixels = 2 ** 20;
/** Parts of the pixels that may be blacker than black and whiter than white. */
const [darkest, brightest] = [0.01, 0.99];

/** What is read of a file, and how it becomes small. */
export interface ThumbnailPlan {
  readonly width: number;
  readonly height: number;
  /** Spread over the movie: what drifts is seen as it moves, and the first frames are often the worst. */
  readonly frames: readonly number[];
  /** Of the rows that make a row of the thumbnail so many are read, from the first on. */
  readonly rowsPerRow: number;
}

/**
 * A movie's sum takes up to 8 frames; a frame larger than 4096 × 4096 is read in part.
 * @param isSum whether frames are exposures of one field; else the first alone is looked at
 */
export function thumbnailPlan(
  { width, height, frames }: { readonly width: number; readonly height: number; readonly frames: number },
  isSum: boolean,
): ThumbnailPlan {
  const step = Math.max(1, Math.max(width, height) / thumbnailSide);
  const size = {
    width: Math.max(1, Math.round(width / step)),
    height: Math.max(1, Math.round(height / step)),
  };
  const affordable = Math.max(1, Math.min(mostFrames, Math.floor(mostPixels / (width * height))));
  const count = isSum ? Math.min(frames, affordable) : 1;
  const part = Math.min(1, mostPixels / (width * height));
  return {
    ...size,
    frames: Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * frames) / count)).map((frame) =>
      isSum ? frame : 0,
    ),
    rowsPerRow: Math.max(1, Math.floor(part * Math.ceil(height / size.height))),
  };
}

/**
 * Means over the pixels that fall together, cut to the middle 98 % of them. What is not finite has no part in it; where there is
 * nothing else it is middle grey.
 * @throws FormatError when the file can't be read; the signal's reason when it is aborted.
 */
export async function thumbnailOf(
  micrograph: Micrograph,
  plan: ThumbnailPlan,
  { signal }: JobOptions = {},
): Promise<GreyPicture> {
  const { width, height } = plan;
  const sums = new Float64Array(width * height);
  const counts = new Uint32Array(width * height);
  const columns = Uint16Array.from({ length: micrograph.width }, (_, x) =>
    Math.floor((x * width) / micrograph.width),
  );
  for (const frame of plan.frames) {
    for (const { first, end } of bands(micrograph, plan)) {
      signal?.throwIfAborted();
      const strip = await micrograph.readRows(frame, first, end - first);
      addStrip(strip, columns, (row) => Math.floor(((first + row) * height) / micrograph.height) * width, {
        sums,
        counts,
      });
    }
  }
  return grey(
    Float32Array.from(sums, (sum, i) => sum / (counts[i] ?? 0)),
    width,
    height,
  );
}

/** Rows to read at a time, in order. */
function* bands(
  { width, height }: { readonly width: number; readonly height: number },
  plan: ThumbnailPlan,
): Generator<{ readonly first: number; readonly end: number }> {
  const most = Math.max(1, Math.floor(stripPixels / width));
  const rowsOf = (row: number): number => Math.ceil((row * height) / plan.height);
  const isWhole = plan.rowsPerRow >= Math.ceil(height / plan.height);
  if (isWhole) {
    for (let first = 0; first < height; first += most) yield { first, end: Math.min(height, first + most) };
    return;
  }
  for (let row = 0; row < plan.height; row++) {
    const [start, next] = [rowsOf(row), rowsOf(row + 1)];
    const end = Math.min(next, start + plan.rowsPerRow);
    for (let first = start; first < end; first += most) yield { first, end: Math.min(end, first + most) };
  }
}

function addStrip(
  strip: Float32Array,
  columns: Uint16Array,
  placeOfRow: (row: number) => number,
  { sums, counts }: { readonly sums: Float64Array; readonly counts: Uint32Array },
): void {
  const width = columns.length;
  for (let row = 0; row * width < strip.length; row++) {
    const start = placeOfRow(row);
    const from = row * width;
    for (let x = 0; x < width; x++) {
      const value = strip[from + x] ?? 0;
      // NaN and infinities: the difference is NaN.
      if (value - value !== 0) continue;
      const at = start + (columns[x] ?? 0);
      sums[at] = (sums[at] ?? 0) + value;
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
}

function grey(values: Float32Array, width: number, height: number): GreyPicture {
  const [black = 0, white = 0] = percentiles(values, [darkest, brightest]);
  const range = white - black;
  const scale = range > 0 ? 255 / range : 0;
  const data = Uint8Array.from(values, (value) => {
    if (value - value !== 0 || scale === 0) return 128;
    return Math.min(255, Math.max(0, Math.round((value - black) * scale)));
  });
  return { width, height, data };
}
