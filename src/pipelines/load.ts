import type { JobOptions } from '../core/progress.ts';
import type { Micrograph, PixelStatistics } from '../dataset/micrograph.ts';
import type { GpuContext } from '../gpu/context.ts';
import { standardisePlane } from '../gpu/ops/image.ts';
import type { Plane } from '../gpu/plane.ts';
import { createStatistics } from './statistics.ts';

/** One frame on the GPU, standardised: (value − mean) / standard deviation; what was not finite is 0. */
export interface LoadedPlane {
  readonly plane: Plane;
  /** File pixels along one side of a plane pixel: a power of two, 1 unless the frame is too large for one buffer. */
  readonly bin: number;
  readonly statistics: PixelStatistics;
}

/** Pixels read, decoded and uploaded at a time: 8 MiB of floats. */
const stripPixels = 2 << 20;

/**
 * A plane must fit a buffer also when a filter has padded it: `chooseLengths` adds at most 15 % to sides from 2000 on.
 * A picker's resampling may add more, and says so where that does not fit.
 */
const paddingAllowance = 1.35;

/** Centre of plane pixel i in file pixels: a bin of 2 covers 0 and 1, so its centre is 0.5. */
export function planeToFile(i: number, bin: number): number {
  return i * bin + (bin - 1) / 2;
}

/** The least bin with which a plane of a frame fits a buffer, padded as filters do; 16 at most. */
export function chooseBin(context: GpuContext, width: number, height: number): number {
  let bin = 1;
  while (planeBytes(width, height, bin) * paddingAllowance > context.maxBufferBytes && bin < 16) bin *= 2;
  return bin;
}

/**
 * Reads one frame in strips onto the GPU, with its statistics on the way; at no time is the file in memory.
 * @returns a plane that the caller frees.
 * @throws FormatError when the file can't be read; GpuLimitError when no buffer can hold even the binned frame.
 */
export async function loadPlane(
  context: GpuContext,
  micrograph: Micrograph,
  frame: number,
  options: JobOptions = {},
): Promise<LoadedPlane> {
  const { width, height } = micrograph;
  const bin = chooseBin(context, width, height);
  const plane = {
    buffer: context.buffer('micrograph', planeBytes(width, height, bin)),
    width: Math.ceil(width / bin),
    height: Math.ceil(height / bin),
  };
  try {
    const statistics = await readStrips(micrograph, frame, bin, options, (row, strip) => {
      const binned = bin === 1 ? strip : binStrip(strip, width, bin);
      context.check();
      context.device.queue.writeBuffer(plane.buffer, (row / bin) * plane.width * 4, binned);
    });
    const { mean, scale } = standardisation(statistics);
    await standardisePlane(context, plane, mean, scale);
    return { plane, bin, statistics };
  } catch (error) {
    context.free(plane.buffer);
    throw error;
  }
}

/** A frame on the CPU: the standardised pixels, width × height. */
export interface StandardPixels {
  readonly data: Float32Array<ArrayBuffer>;
  readonly statistics: PixelStatistics;
}

/** The same on the CPU, for machines without WebGPU. */
export async function loadPixels(
  micrograph: Micrograph,
  frame: number,
  options: JobOptions = {},
): Promise<StandardPixels> {
  const data = new Float32Array(micrograph.width * micrograph.height);
  const statistics = await readStrips(micrograph, frame, 1, options, (row, strip) =>
    data.set(strip, row * micrograph.width),
  );
  const { mean, scale } = standardisation(statistics);
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? 0;
    data[i] = Number.isFinite(value) ? (value - mean) * scale : 0;
  }
  return { data, statistics };
}

/** Deviations whose inverse is a normal float32, with room to double it. */
const smallestDeviation = 2 ** -125;
const largestDeviation = 2 ** 125;

/** What standardises a picture; a constant one, or one without a finite pixel, becomes 0 everywhere. */
export function standardisation({ mean, standardDeviation, min, max }: PixelStatistics): {
  mean: number;
  scale: number;
} {
  const usable = max > min && standardDeviation >= smallestDeviation && standardDeviation <= largestDeviation;
  return { mean: Number.isFinite(mean) ? mean : 0, scale: usable ? 1 / standardDeviation : 0 };
}

function planeBytes(width: number, height: number, bin: number): number {
  return Math.ceil(width / bin) * Math.ceil(height / bin) * 4;
}

async function readStrips(
  micrograph: Micrograph,
  frame: number,
  bin: number,
  { signal, onProgress }: JobOptions,
  take: (row: number, strip: Float32Array<ArrayBuffer>) => void,
): Promise<PixelStatistics> {
  const { width, height } = micrograph;
  const rowsAtOnce = Math.max(1, Math.floor(stripPixels / width / bin)) * bin;
  const statistics = createStatistics();
  for (let row = 0; row < height; row += rowsAtOnce) {
    signal?.throwIfAborted();
    onProgress?.({ stage: 'Reading pixels', done: row, total: height });
    const strip = await micrograph.readRows(frame, row, Math.min(rowsAtOnce, height - row));
    statistics.add(strip);
    take(row, strip);
  }
  onProgress?.({ stage: 'Reading pixels', done: height, total: height });
  return statistics.result();
}

/**
 * Means of the finite values of bin × bin squares of a strip that starts at a multiple of `bin`; NaN without any.
 * Squares are cut at the edges.
 */
function binStrip(strip: Float32Array, width: number, bin: number): Float32Array<ArrayBuffer> {
  const height = strip.length / width;
  const binnedWidth = Math.ceil(width / bin);
  const result = new Float32Array(binnedWidth * Math.ceil(height / bin));
  for (let at = 0; at < result.length; at++) {
    const left = (at % binnedWidth) * bin;
    const top = Math.floor(at / binnedWidth) * bin;
    const right = Math.min(width, left + bin);
    const bottom = Math.min(height, top + bin);
    let sum = 0;
    let count = 0;
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const value = strip[y * width + x] ?? 0;
        if (!Number.isFinite(value)) continue;
        sum += value;
        count++;
      }
    }
    result[at] = sum / count;
  }
  return result;
}
