/** Stored pixels to 32-bit floats and back, or to what a GPU unpacks. */
import { encodeHalf } from '../../core/dtype.ts';
import type { ByteSign, SampleType, StoredSamples } from '../image.ts';
import { swapBytes, toFloats } from '../samples.ts';
import { type MrcMode, rowBytes, type WritableMode } from './modes.ts';

/** How the pixels of one file are stored. */
export interface PixelLayout {
  /** Pixels in a row. */
  readonly width: number;
  readonly mode: MrcMode;
  readonly littleEndian: boolean;
  /** Mode 0 only. */
  readonly byteSign: ByteSign | undefined;
}

/**
 * Whole rows of stored pixels as floats; amplitudes √(re² + im²) of complex ones.
 * @param bytes owned by this function from here on: it may swap them in place or return a view of them.
 */
export function decodePixels(bytes: Uint8Array<ArrayBuffer>, layout: PixelLayout): Float32Array<ArrayBuffer> {
  const { mode, width, littleEndian } = layout;
  if (!littleEndian) swapBytes(bytes, mode.wordBytes);
  const type = sampleType(layout);
  if (type) return toFloats(type, bytes, width);
  return amplitudes(toFloats(mode.wordBytes === 2 ? 'int16' : 'float32', bytes, 2 * width));
}

/** How the samples of a file look to the GPU; undefined for complex ones, which are no samples of a picture. */
export function sampleType({ mode, byteSign }: PixelLayout): SampleType | undefined {
  switch (mode.mode) {
    case 0:
      return byteSign === 'unsigned' ? 'uint8' : 'int8';
    case 1:
      return 'int16';
    case 2:
      return 'float32';
    case 6:
      return 'uint16';
    case 12:
      return 'float16';
    case 101:
      return 'uint4';
    default:
      return undefined;
  }
}

/** Whole rows of stored pixels for the GPU, swapped in place where they are big-endian. */
export function storedSamples(
  bytes: Uint8Array<ArrayBuffer>,
  { mode, width, littleEndian }: PixelLayout,
  type: SampleType,
): StoredSamples {
  if (!littleEndian) swapBytes(bytes, mode.wordBytes);
  return { type, bytes, rowBytes: rowBytes(mode, width) };
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Floats as stored little-endian pixels. Integers are rounded and clamped to the mode's range; NaN becomes 0. */
export function encodePixels(values: Float32Array, mode: WritableMode): Uint8Array<ArrayBuffer> {
  const wordBytes = mode === 0 ? 1 : mode === 2 ? 4 : 2;
  const bytes = new Uint8Array(values.length * wordBytes);
  switch (mode) {
    case 0:
      roundInto(new Int8Array(bytes.buffer), values, -128, 127);
      break;
    case 1:
      roundInto(new Int16Array(bytes.buffer), values, -32768, 32767);
      break;
    case 2:
      new Float32Array(bytes.buffer).set(values);
      break;
    case 6:
      roundInto(new Uint16Array(bytes.buffer), values, 0, 65535);
      break;
    case 12: {
      const halves = new Uint16Array(bytes.buffer);
      for (let i = 0; i < values.length; i++) halves[i] = encodeHalf(values[i] ?? 0);
      break;
    }
  }
  if (!hostIsLittleEndian) swapBytes(bytes, wordBytes);
  return bytes;
}

function roundInto(
  out: Int8Array | Int16Array | Uint16Array,
  values: Float32Array,
  low: number,
  high: number,
): void {
  for (let i = 0; i < values.length; i++) {
    // Writing NaN to an integer array stores 0.
    out[i] = Math.min(high, Math.max(low, Math.round(values[i] ?? 0)));
  }
}

/** In 64 bits, so that the square of a large 32-bit float is no infinity. */
function amplitudes(pairs: Float32Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(pairs.length / 2);
  for (let i = 0; i < out.length; i++) {
    const [re, im] = [pairs[2 * i] ?? 0, pairs[2 * i + 1] ?? 0];
    out[i] = Math.sqrt(re * re + im * im);
  }
  return out;
}
