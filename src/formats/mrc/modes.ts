/**
 * The pixel types ("modes") of MRC files that hold pictures: how many bytes one pixel takes, and how stored bytes
 * become 32-bit floats and back.
 */
import { encodeHalf, halfTable } from '../../core/dtype.ts';

export type MrcModeNumber = 0 | 1 | 2 | 6 | 12;

export interface MrcMode {
  readonly mode: MrcModeNumber;
  /** "16-bit float", for people. */
  readonly words: string;
  readonly bytesPerPixel: 1 | 2 | 4;
}

const MODES: readonly MrcMode[] = [
  { mode: 0, words: '8-bit integer', bytesPerPixel: 1 },
  { mode: 1, words: '16-bit signed integer', bytesPerPixel: 2 },
  { mode: 2, words: '32-bit float', bytesPerPixel: 4 },
  { mode: 6, words: '16-bit unsigned integer', bytesPerPixel: 2 },
  { mode: 12, words: '16-bit float', bytesPerPixel: 2 },
];

/** Modes that exist but are not pictures we show: what each is, and what a user can do. */
const REFUSED: Readonly<Record<number, string>> = {
  3: 'complex 16-bit integers, a Fourier transform: open the image it was made from',
  4: 'complex 32-bit floats, a Fourier transform: open the image it was made from',
  7: '32-bit integers: convert it to mode 2 (32-bit float) first',
  16: 'RGB colour, an IMOD picture: convert it to grey levels first',
  17: 'RGB colour, a Chimera picture: convert it to grey levels first',
  101: '4-bit integers, two pixels a byte: convert it to mode 0, 1 or 2 first',
};

/** The mode's layout, or undefined when we can't show it. */
export function findMode(mode: number): MrcMode | undefined {
  return MODES.find((known) => known.mode === mode);
}

/** Whether any program is known to write this mode; used to guess the byte order. */
export function isKnownMode(mode: number): boolean {
  return findMode(mode) !== undefined || mode in REFUSED;
}

/** Why a mode is refused, to follow the file's name in a sentence. */
export function explainMode(mode: number): string {
  const known = REFUSED[mode];
  return known === undefined
    ? `has MRC mode ${mode}, which does not exist; modes 0, 1, 2, 6 and 12 can be read.`
    : `has MRC mode ${mode} (${known}); modes 0, 1, 2, 6 and 12 can be read.`;
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Stored pixels as floats.
 * @param bytes owned by this function from here on: it may swap them in place or return a view of them.
 * @param unsignedBytes mode 0 only: 0..255 instead of −128..127.
 */
export function decodePixels(
  bytes: Uint8Array<ArrayBuffer>,
  { mode, bytesPerPixel }: MrcMode,
  littleEndian: boolean,
  unsignedBytes: boolean,
): Float32Array<ArrayBuffer> {
  // Typed arrays must start on a multiple of their element's size; most buffers do.
  const aligned = bytes.byteOffset % bytesPerPixel === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset } = aligned;
  const count = aligned.byteLength / bytesPerPixel;
  if (littleEndian !== hostIsLittleEndian) swapBytes(aligned, bytesPerPixel);
  switch (mode) {
    case 0:
      return Float32Array.from(unsignedBytes ? aligned : new Int8Array(buffer, byteOffset, count));
    case 1:
      return new Float32Array(new Int16Array(buffer, byteOffset, count));
    case 2:
      return new Float32Array(buffer, byteOffset, count);
    case 6:
      return new Float32Array(new Uint16Array(buffer, byteOffset, count));
    case 12:
      return decodeHalves(new Uint16Array(buffer, byteOffset, count));
  }
}

/** Floats as stored little-endian pixels. Integers are rounded and clamped to the mode's range; NaN becomes 0. */
export function encodePixels(
  values: Float32Array,
  { mode, bytesPerPixel }: MrcMode,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * bytesPerPixel);
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
  if (!hostIsLittleEndian) swapBytes(bytes, bytesPerPixel);
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

function decodeHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const table = halfTable();
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) out[i] = table[halves[i] ?? 0] ?? 0;
  return out;
}

function swapBytes(bytes: Uint8Array<ArrayBuffer>, bytesPerPixel: number): void {
  if (bytesPerPixel === 2) {
    const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
    for (let i = 0; i < words.length; i++) {
      const word = words[i] ?? 0;
      words[i] = (word << 8) | (word >>> 8);
    }
  } else if (bytesPerPixel === 4) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    for (let i = 0; i < words.length; i++) {
      const word = words[i] ?? 0;
      words[i] = (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
    }
  }
}
