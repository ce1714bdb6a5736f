/** Numbers as MRC, TIFF and DM files store them, in rows of whole bytes, and how they become floats. */
import { halfTable } from '../core/dtype.ts';
import type { SampleType } from './image.ts';

/** The types that the GPU unpacks, and those that are made floats first. */
export type NumberType = SampleType | 'int32' | 'uint32' | 'float64';

const BITS: Readonly<Record<NumberType, number>> = {
  uint4: 4,
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  float16: 16,
  int32: 32,
  uint32: 32,
  float32: 32,
  float64: 64,
};

export function bitsOf(type: NumberType): number {
  return BITS[type];
}

/** The same type where the GPU unpacks it, undefined where not. */
export function gpuType(type: NumberType): SampleType | undefined {
  return type === 'int32' || type === 'uint32' || type === 'float64' ? undefined : type;
}

/** "16-bit unsigned integer", for people. */
export function numberWords(type: NumberType): string {
  const kind = type.startsWith('float')
    ? 'float'
    : type.startsWith('uint')
      ? 'unsigned integer'
      : 'signed integer';
  return `${BITS[type]}-bit ${kind}`;
}

/** Bytes of a row of `count` numbers. */
export function rowBytesOf(type: NumberType, count: number): number {
  return Math.ceil((count * BITS[type]) / 8);
}

/** Turns numbers around in place, from big-endian to little-endian or back. */
export function swapBytes(bytes: Uint8Array, numberBytes: number): void {
  if (numberBytes < 2) return;
  if (numberBytes === 2 && bytes.byteOffset % 2 === 0) {
    swapWords(bytes);
    return;
  }
  for (let start = 0; start + numberBytes <= bytes.length; start += numberBytes) {
    for (let low = start, high = start + numberBytes - 1; low < high; low++, high--) {
      const byte = bytes[low] ?? 0;
      bytes[low] = bytes[high] ?? 0;
      bytes[high] = byte;
    }
  }
}

/** What movies of cameras are made of. */
function swapWords(bytes: Uint8Array): void {
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0;
    words[i] = (word << 8) | (word >>> 8);
  }
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Rows of little-endian numbers as floats, row-major; 32-bit integers and 64-bit floats are rounded to 32-bit floats.
 * @param bytes rows of `rowBytesOf(type, width)` bytes each; left as they are.
 */
export function toFloats(
  type: NumberType,
  bytes: Uint8Array<ArrayBuffer>,
  width: number,
): Float32Array<ArrayBuffer> {
  if (type === 'uint4') return unpackNibbles(bytes, width);
  // Typed arrays convert ten times as fast as a DataView, but want aligned numbers in the order of the machine.
  const size = BITS[type] / 8;
  const isDirect = hostIsLittleEndian && bytes.byteOffset % size === 0;
  const numbers = isDirect ? bytes : bytes.slice();
  if (!hostIsLittleEndian) swapBytes(numbers, size);
  const { buffer, byteOffset } = numbers;
  const count = numbers.byteLength / size;
  switch (type) {
    case 'uint8':
      return new Float32Array(numbers);
    case 'int8':
      return new Float32Array(new Int8Array(buffer, byteOffset, count));
    case 'int16':
      return new Float32Array(new Int16Array(buffer, byteOffset, count));
    case 'uint16':
      return new Float32Array(new Uint16Array(buffer, byteOffset, count));
    case 'float16':
      return decodeHalves(new Uint16Array(buffer, byteOffset, count));
    case 'int32':
      return new Float32Array(new Int32Array(buffer, byteOffset, count));
    case 'uint32':
      return new Float32Array(new Uint32Array(buffer, byteOffset, count));
    case 'float32':
      return new Float32Array(new Float32Array(buffer, byteOffset, count));
    case 'float64':
      return new Float32Array(new Float64Array(buffer, byteOffset, count));
  }
}

function decodeHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const table = halfTable();
  const out = new Float32Array(halves.length);
  for (let i = 0; i < out.length; i++) out[i] = table[halves[i] ?? 0] ?? 0;
  return out;
}

function unpackNibbles(bytes: Uint8Array, width: number): Float32Array<ArrayBuffer> {
  const rowBytes = rowBytesOf('uint4', width);
  const rows = bytes.length / rowBytes;
  const out = new Float32Array(rows * width);
  let from = 0;
  for (let start = 0; start < out.length; start += width) {
    const end = start + width - (width % 2);
    for (let to = start; to < end; to += 2) {
      const byte = bytes[from++] ?? 0;
      out[to] = byte & 15;
      out[to + 1] = byte >> 4;
    }
    // An odd width ends in half a byte.
    if (width % 2 === 1) out[end] = (bytes[from++] ?? 0) & 15;
  }
  return out;
}

/** Luminance of red, green and blue (ITU-R BT.601), as Pillow and libtiff make grey of colour. */
export function luminance(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
