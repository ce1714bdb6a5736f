/** Numbers as TIFF and DM files store them, in rows of whole bytes, and how they become floats. */
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
  for (let start = 0; start + numberBytes <= bytes.length; start += numberBytes) {
    for (let low = start, high = start + numberBytes - 1; low < high; low++, high--) {
      const byte = bytes[low] ?? 0;
      bytes[low] = bytes[high] ?? 0;
      bytes[high] = byte;
    }
  }
}

/**
 * Rows of little-endian numbers as floats, row-major; 32-bit integers and 64-bit floats are rounded to 32-bit floats.
 * @param bytes rows of `rowBytesOf(type, width)` bytes each
 */
export function toFloats(
  type: NumberType,
  bytes: Uint8Array<ArrayBuffer>,
  width: number,
): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 'uint4') return unpackNibbles(bytes, width);
  const size = BITS[type] / 8;
  const out = new Float32Array(bytes.byteLength / size);
  switch (type) {
    case 'uint8':
      out.set(bytes);
      break;
    case 'int8':
      out.set(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      break;
    case 'int16':
      for (let i = 0; i < out.length; i++) out[i] = view.getInt16(i * 2, true);
      break;
    case 'uint16':
      for (let i = 0; i < out.length; i++) out[i] = view.getUint16(i * 2, true);
      break;
    case 'float16': {
      const table = halfTable();
      for (let i = 0; i < out.length; i++) out[i] = table[view.getUint16(i * 2, true)] ?? 0;
      break;
    }
    case 'int32':
      for (let i = 0; i < out.length; i++) out[i] = view.getInt32(i * 4, true);
      break;
    case 'uint32':
      for (let i = 0; i < out.length; i++) out[i] = view.getUint32(i * 4, true);
      break;
    case 'float32':
      for (let i = 0; i < out.length; i++) out[i] = view.getFloat32(i * 4, true);
      break;
    case 'float64':
      for (let i = 0; i < out.length; i++) out[i] = view.getFloat64(i * 8, true);
      break;
  }
  return out;
}

function unpackNibbles(bytes: Uint8Array, width: number): Float32Array<ArrayBuffer> {
  const rowBytes = rowBytesOf('uint4', width);
  const rows = bytes.length / rowBytes;
  const out = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < width; x++) {
      const byte = bytes[row * rowBytes + (x >> 1)] ?? 0;
      out[row * width + x] = x & 1 ? byte >> 4 : byte & 15;
    }
  }
  return out;
}

/** Luminance of red, green and blue (ITU-R BT.601), as Pillow and libtiff make grey of colour. */
export function luminance(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
