/**
 * Decompression of strips and tiles. Every decoder writes into an array of the size that the directory promises and
 * stops when it is full, so no stream, however hostile, can ask for more memory or much more time than that.
 */
import { Unzlib, unzlibSync } from 'fflate';

interface Codec {
  /** "LZW", for people. */
  readonly name: string;
  /** Bytes that one compressed byte can become at the most; bounds what a directory may promise. */
  readonly maxRatio: number;
  /** Fills `out` from its start and returns how many bytes it got. Throws on streams that make no sense. */
  decode(bytes: Uint8Array<ArrayBuffer>, out: Uint8Array<ArrayBuffer>): number;
}

const DEFLATE: Codec = { name: 'deflate', maxRatio: 1032, decode: inflate };

/** By the numbers of TIFF 6.0 and its supplements; 1 is no compression. */
const CODECS: Readonly<Record<number, Codec>> = {
  // A code of 9 bits or more is at most the 4096 − 257 bytes of the longest string in the table.
  5: { name: 'LZW', maxRatio: 3839, decode: decodeLzw },
  8: DEFLATE,
  32773: { name: 'PackBits', maxRatio: 64, decode: unpackBits },
  32946: DEFLATE,
};

/** Compressions that exist and are not read: what each is. */
const REFUSED: Readonly<Record<number, string>> = {
  2: 'CCITT, for fax pages',
  3: 'CCITT fax 3',
  4: 'CCITT fax 4',
  6: 'old-style JPEG, which loses detail',
  7: 'JPEG, which loses detail',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
  65000: 'electron events, an EER movie',
  65001: 'electron events, an EER movie',
  65002: 'electron events, an EER movie',
};

export function findCodec(compression: number): Codec | undefined {
  return CODECS[compression];
}

/** "LZW", or "compression 99" for what nobody knows. */
export function compressionName(compression: number): string {
  if (compression === 1) return 'uncompressed';
  return CODECS[compression]?.name ?? REFUSED[compression] ?? `compression ${compression}`;
}

/** Input is given to the decoder in pieces, so that a stream that never ends stops soon after the output is full. */
const PIECE_BYTES = 2 ** 14;

/** zlib streams; their checksum is not looked at, as other readers of TIFF don't. */
function inflate(bytes: Uint8Array<ArrayBuffer>, out: Uint8Array<ArrayBuffer>): number {
  if (bytes.length <= PIECE_BYTES / 2) {
    // Twice as fast for strips of a row or two. It fails on streams that are cut off; below, such give what they have.
    try {
      const all = unzlibSync(bytes);
      out.set(all.subarray(0, out.length));
      return Math.min(out.length, all.length);
    } catch {}
  }
  let at = 0;
  const decoder = new Unzlib((piece) => {
    out.set(piece.subarray(0, out.length - at), at);
    at = Math.min(out.length, at + piece.length);
  });
  for (let start = 0; start < bytes.length && at < out.length; start += PIECE_BYTES) {
    decoder.push(bytes.subarray(start, start + PIECE_BYTES), false);
  }
  return at;
}

const CLEAR = 256;
const END = 257;

/**
 * LZW as in section 13 of TIFF 6.0: most significant bit first, codes of 9 to 12 bits that widen one code early. A
 * string of the table is always a piece of what has been written already, so the table keeps where each begins.
 */
export function decodeLzw(bytes: Uint8Array<ArrayBuffer>, out: Uint8Array<ArrayBuffer>): number {
  const starts = new Uint32Array(4096);
  const lengths = new Uint16Array(4096);
  let next = END + 1;
  let width = 9;
  let previousStart = 0;
  /** 0 after a clear code: there is no previous string. */
  let previousLength = 0;
  let bits = 0;
  let held = 0;
  let from = 0;
  let at = 0;
  while (at < out.length) {
    while (held < width) {
      if (from === bytes.length) return at;
      bits = (bits << 8) | (bytes[from++] ?? 0);
      held += 8;
    }
    held -= width;
    const code = bits >>> held;
    bits &= (1 << held) - 1;
    if (code === END) return at;
    if (code === CLEAR) {
      next = END + 1;
      width = 9;
      previousLength = 0;
      continue;
    }
    const start = at;
    let length = 1;
    if (code < CLEAR) {
      out[at++] = code;
    } else {
      const known = code < next;
      if (!known && (code > next || previousLength === 0)) throw new Error('A code is not in the table.');
      // A string that is not in the table yet is the previous one and its own first byte, just being written.
      const source = known ? (starts[code] ?? 0) : previousStart;
      length = known ? (lengths[code] ?? 0) : previousLength + 1;
      const end = Math.min(out.length, at + length);
      for (let i = source; at < end; i++) out[at++] = out[i] ?? 0;
    }
    if (previousLength > 0 && next < 4096) {
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next++;
      if (next === (1 << width) - 1 && width < 12) width++;
    }
    previousStart = start;
    previousLength = length;
  }
  return at;
}

/** Section 9 of TIFF 6.0: counts of literal bytes, or of repeats of one. */
export function unpackBits(bytes: Uint8Array<ArrayBuffer>, out: Uint8Array<ArrayBuffer>): number {
  let at = 0;
  for (let from = 0; from < bytes.length && at < out.length; ) {
    const header = bytes[from++] ?? 0;
    if (header === 128) continue;
    if (header > 128) {
      if (from === bytes.length) break;
      const end = Math.min(out.length, at + 257 - header);
      out.fill(bytes[from++] ?? 0, at, end);
      at = end;
    } else {
      const literal = bytes.subarray(from, from + Math.min(header + 1, out.length - at));
      out.set(literal, at);
      from += header + 1;
      at += literal.length;
    }
  }
  return at;
}
