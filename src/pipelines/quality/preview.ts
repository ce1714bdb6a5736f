/** A micrograph small enough to be judged as a whole: what is coarse about it, without its large-scale illumination. */
import { halfTable } from '../../core/dtype.ts';
import { largestSmooth } from '../../fft/sizes.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { readTile } from '../../gpu/ops/image.ts';
import type { LoadedPlane } from '../load.ts';

export interface Preview {
  /** Sides of factors 2, 3 and 5. */
  readonly width: number;
  readonly height: number;
  /** Row-major; mean 0 after the trend was taken away. */
  readonly data: Float64Array;
  /** Px of the micrograph along a side of a sample. */
  readonly pixelsPerSample: number;
  /** What was taken away: a paraboloid. */
  readonly trend: Float64Array;
  /** Highest less lowest value of the trend, in standard deviations of what is left. */
  readonly trendRange: number;
}

/** Samples along the longest side at most: at it the features were tuned. */
const longestSide = 512;
const tileSize = 256;

/** The power of two that a picture is binned by. */
export function previewLevel(width: number, height: number): number {
  return Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / longestSide)));
}

/** Reads the preview of a plane; at most 512 × 512 values of two bytes come back. */
export async function readPreview(
  context: GpuContext,
  { plane, bin }: LoadedPlane,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Preview> {
  const level = Math.max(Math.log2(bin), previewLevel(width, height));
  const pixelsPerSample = 2 ** level;
  const [columns, rows] = [Math.ceil(width / pixelsPerSample), Math.ceil(height / pixelsPerSample)];
  const values = new Float32Array(columns * rows);
  const table = halfTable();
  for (let y = 0; y < rows; y += tileSize) {
    for (let x = 0; x < columns; x += tileSize) {
      const rectangle = {
        x,
        y,
        width: Math.min(tileSize, columns - x),
        height: Math.min(tileSize, rows - y),
      };
      const tile = await readTile(context, plane, bin, level, rectangle, tileSize);
      tile.forEach((half, i) => {
        const at = (y + Math.floor(i / rectangle.width)) * columns + x + (i % rectangle.width);
        values[at] = table[half] ?? 0;
      });
    }
  }
  return preparePreview(values, columns, rows, pixelsPerSample);
}

/** Crops to sides that are fast to transform and takes a paraboloid of least squares away. */
export function preparePreview(
  values: ArrayLike<number>,
  columns: number,
  rows: number,
  pixelsPerSample: number,
): Preview {
  const [width, height] = [largestSmooth(columns), largestSmooth(rows)];
  const data = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = values[y * columns + x] ?? 0;
  }
  const trend = paraboloid(data, width, height);
  let [low, high, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let i = 0; i < data.length; i++) {
    const long = trend[i] ?? 0;
    low = Math.min(low, long);
    high = Math.max(high, long);
    const rest = (data[i] ?? 0) - long;
    data[i] = rest;
    squares += rest * rest;
  }
  const deviation = Math.sqrt(squares / data.length);
  const trendRange = deviation > 0 ? (high - low) / deviation : 0;
  return { width, height, data, pixelsPerSample, trend, trendRange };
}

/**
 * Least squares of Legendre polynomials to the second degree: on an even grid those of different order are orthogonal but
 * for what discreteness leaves, which is nothing against illumination.
 */
function paraboloid(data: Float64Array, width: number, height: number): Float64Array {
  const legendre = (length: number): readonly [number[], number[]] => {
    const first: number[] = [];
    const second: number[] = [];
    for (let i = 0; i < length; i++) {
      const t = (2 * i + 1) / length - 1;
      first.push(t);
      second.push((3 * t * t - 1) / 2);
    }
    return [first, second];
  };
  const [x1, x2] = legendre(width);
  const [y1, y2] = legendre(height);
  const sums = new Float64Array(6);
  const norms = new Float64Array(6);
  const terms = new Float64Array(6);
  const fill = (x: number, y: number): void => {
    const [a, b] = [x1[x] ?? 0, y1[y] ?? 0];
    terms[0] = 1;
    terms[1] = a;
    terms[2] = b;
    terms[3] = x2[x] ?? 0;
    terms[4] = a * b;
    terms[5] = y2[y] ?? 0;
  };
  const eachPixel = (work: (at: number) => void): void => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        fill(x, y);
        work(y * width + x);
      }
    }
  };
  eachPixel((at) => {
    const value = data[at] ?? 0;
    for (let i = 0; i < 6; i++) {
      const term = terms[i] ?? 0;
      sums[i] = (sums[i] ?? 0) + term * value;
      norms[i] = (norms[i] ?? 0) + term * term;
    }
  });
  const factors = sums.map((sum, i) => ((norms[i] ?? 0) > 0 ? sum / (norms[i] ?? 1) : 0));
  const trend = new Float64Array(data.length);
  eachPixel((at) => {
    let sum = 0;
    for (let i = 0; i < 6; i++) sum += (terms[i] ?? 0) * (factors[i] ?? 0);
    trend[at] = sum;
  });
  return trend;
}
