/** Movies in memory, for the tests of what is made of them. */
import { encodeHalf } from '../../../src/core/dtype.ts';
import { createRandom } from '../../../src/core/random.ts';
import type { Micrograph } from '../../../src/dataset/micrograph.ts';
import type { SampleType } from '../../../src/formats/image.ts';
import { unpack } from '../../reference/movie.ts';

export const sampleTypes: readonly SampleType[] = [
  'uint4',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'float16',
  'float32',
];

const bytesOf: Readonly<Record<SampleType, number>> = {
  uint4: 0.5,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  float16: 2,
  float32: 4,
};

/** A movie that lies in memory, with its pixels as numbers and a count of what is read of it. */
export interface MemoryMovie extends Micrograph {
  /** Frames as numbers, row-major. */
  readonly pixels: readonly number[][];
  readonly reads: { frames: number[]; bytes: number; most: number; inFlight: number };
}

/** Any bytes as a movie of a type; floats are made of `value`, or of random numbers. */
export function movieOf(
  type: SampleType,
  { width, height, frames, padding = 0 }: { width: number; height: number; frames: number; padding?: number },
  seed: number,
  value?: (frame: number, index: number) => number,
): MemoryMovie {
  const random = createRandom(seed);
  const rowBytes = Math.ceil(width * bytesOf[type]) + padding;
  const stored = Array.from({ length: frames }, (_, frame) => {
    const bytes = new Uint8Array(rowBytes * height);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < bytes.length; i++) bytes[i] = random.integer(256);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = y * rowBytes + x * bytesOf[type];
        const given = value?.(frame, y * width + x);
        if (type === 'float32') view.setFloat32(at, given ?? random.normal(), true);
        else if (type === 'float16') view.setUint16(at, encodeHalf(given ?? random.normal()), true);
        else if (given !== undefined && type === 'uint8') view.setUint8(at, given);
        else if (given !== undefined && type === 'int16') view.setInt16(at, given, true);
        else if (given !== undefined && type === 'uint16') view.setUint16(at, given, true);
        else if (given !== undefined) throw new Error(`No given values of type ${type}.`);
      }
    }
    return bytes;
  });
  const reads = { frames: [] as number[], bytes: 0, most: 0, inFlight: 0 };
  const rows = async (frame: number, first: number, count: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = stored[frame]?.slice(first * rowBytes, (first + count) * rowBytes);
    if (!bytes || bytes.length !== count * rowBytes) throw new RangeError('There are no such rows.');
    reads.frames.push(frame);
    reads.bytes += bytes.length;
    reads.inFlight += bytes.length;
    reads.most = Math.max(reads.most, reads.inFlight);
    await new Promise((resolve) => setTimeout(resolve, 0));
    reads.inFlight -= bytes.length;
    return bytes;
  };
  return {
    name: 'movie.mrc',
    width,
    height,
    frames,
    pixelSizeAngstrom: 1,
    description: 'in memory',
    warnings: [],
    pixels: stored.map((bytes) => unpack({ type, bytes, rowBytes }, width, height)),
    reads,
    readSamples: async (frame, first, count) => ({ type, bytes: await rows(frame, first, count), rowBytes }),
    readRows: async (frame, first, count) =>
      Float32Array.from(unpack({ type, bytes: await rows(frame, first, count), rowBytes }, width, count)),
  };
}

/** The same movie in a file whose rows can be had in any order. */
export function direct(movie: MemoryMovie): Micrograph {
  return { ...movie, hasDirectRows: true };
}

/** The same movie for a reader that computes its pixels. */
export function computed(movie: MemoryMovie): Micrograph {
  const { readSamples: _, ...rest } = movie;
  return rest;
}
