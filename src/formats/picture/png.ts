/** PNG (W3C recommendation, third edition): checked here, decoded by fast-png. */
import { type DecodedPng, decode } from 'fast-png';
import { Unzlib } from 'fflate';
import { concatBytes } from '../../core/bytes.ts';
import type { FileFact } from '../image.ts';
import { luminance } from '../samples.ts';
import { type Picture, PictureFault } from './picture.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;
/** 200 megapixels: more than any camera's frame. */
const MAX_PIXELS = 200e6;
/** The most bytes of pixels that are decoded; three times as much is needed on the way. */
const MAX_DECODED_BYTES = 2 ** 29;
/** Compressed bytes that are inflated at a time; they can't become more than 17 MB. */
const PIECE_BYTES = 2 ** 14;

const COLOURS: Readonly<Record<number, { readonly channels: number; readonly words: string }>> = {
  0: { channels: 1, words: 'grey levels' },
  2: { channels: 3, words: 'colour' },
  3: { channels: 1, words: 'colours of a palette' },
  4: { channels: 2, words: 'grey levels with transparency' },
  6: { channels: 4, words: 'colour with transparency' },
};

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly channels: number;
  readonly words: string;
  readonly interlaced: boolean;
}

export function isPng(head: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => head[i] === byte);
}

/** @throws PictureFault, or whatever fast-png throws on damaged bytes */
export function decodePng(bytes: Uint8Array<ArrayBuffer>): Picture {
  const { header, essential, pixels } = readChunks(bytes);
  const { width, height, depth, words } = header;
  checkInflated(header, pixels);
  const decoded = decode(essential, { checkCrc: true });
  const grey = toGrey(header, decoded);
  const coloured = header.colour === 2 || header.colour === 3 || header.colour === 6;
  return {
    format: 'PNG',
    width,
    height,
    pixels: grey,
    description: `${depth}-bit ${words}`,
    warnings: coloured ? ['The picture is in colour; its luminance is shown.'] : [],
    facts: facts(header),
  };
}

/**
 * The header, the chunks that are needed for the pixels as a PNG of their own, and the compressed pixels. What is left
 * out (profiles, texts, animations) could hold any amount of compressed data.
 */
function readChunks(bytes: Uint8Array<ArrayBuffer>): {
  header: Header;
  essential: Uint8Array<ArrayBuffer>;
  pixels: readonly Uint8Array<ArrayBuffer>[];
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, 8)];
  const pixels: Uint8Array<ArrayBuffer>[] = [];
  let header: Header | undefined;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) break;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const first = at === 8;
    if (first !== (type === 'IHDR') || (first && length !== 13)) {
      throw new PictureFault(
        'bad-picture',
        'is damaged: its header is not one of a PNG; fetch or write it again.',
      );
    }
    if (first) header = readHeader(view, at + 8);
    if (type === 'IDAT') pixels.push(bytes.subarray(at + 8, end - 4));
    if (first || type === 'PLTE' || type === 'IDAT' || type === 'IEND') kept.push(bytes.subarray(at, end));
    if (type === 'IEND' && header) return { header, essential: concatBytes(kept), pixels };
    at = end;
  }
  throw new PictureFault('bad-picture', 'is cut off: its last part is missing; fetch or write it again.');
}

function readHeader(view: DataView, at: number): Header {
  const width = view.getUint32(at);
  const height = view.getUint32(at + 4);
  const depth = view.getUint8(at + 8);
  const colour = view.getUint8(at + 9);
  const interlaced = view.getUint8(at + 12) === 1;
  const kind = COLOURS[colour];
  if (!kind || ![1, 2, 4, 8, 16].includes(depth)) {
    throw new PictureFault(
      'bad-picture',
      `has ${depth}-bit pixels of colour type ${colour}, which no PNG has.`,
    );
  }
  if (width === 0 || height === 0) {
    throw new PictureFault(
      'bad-dimensions',
      `says that it is ${width} × ${height} pixels: fetch or write it again.`,
    );
  }
  const header = { width, height, depth, colour, interlaced, ...kind };
  if (width * height > MAX_PIXELS || inflatedBytes(header) > MAX_DECODED_BYTES) {
    throw new PictureFault(
      'bad-dimensions',
      `is ${width} × ${height} pixels of ${depth} bits, too large for a picture: convert it to MRC or TIFF.`,
    );
  }
  // fast-png takes whole bytes for the pixels of interlaced pictures.
  if (interlaced && depth < 8) {
    throw new PictureFault(
      'bad-picture',
      `is interlaced with ${depth}-bit pixels, which can’t be read: write it plainly.`,
    );
  }
  return header;
}

/** Bytes of all rows with their filters, of an interlaced picture at the least. */
function inflatedBytes({ width, height, depth, channels }: Header): number {
  return height * (1 + Math.ceil((width * depth * channels) / 8));
}

/** Inflates without keeping anything: there must be as many bytes as the header says, and no flood behind them. */
function checkInflated(header: Header, pixels: readonly Uint8Array<ArrayBuffer>[]): void {
  const wanted = inflatedBytes(header);
  // Interlaced rows are seven times more at the most, each with one byte of filter.
  const most = wanted + 7 * header.height + 2 ** 16;
  let count = 0;
  const inflater = new Unzlib((piece) => {
    count += piece.length;
  });
  for (const chunk of pixels) {
    for (let at = 0; at < chunk.length && count <= most; at += PIECE_BYTES) {
      inflater.push(chunk.subarray(at, at + PIECE_BYTES), false);
    }
  }
  if (count < wanted || count > most) {
    const what = count < wanted ? 'fewer' : 'more';
    throw new PictureFault(
      'bad-picture',
      `is damaged: it has ${what} pixels than it says; fetch or write it again.`,
    );
  }
}

function toGrey(header: Header, { data, palette }: DecodedPng): Picture['pixels'] {
  const { width, height, depth, colour, channels } = header;
  const count = width * height;
  if (colour === 3) {
    const levels = (palette ?? []).map(([r = 0, g = 0, b = 0]) => luminance(r, g, b));
    return Float32Array.from(unpack(data, header), (index) => levels[index] ?? 0);
  }
  if (colour === 0 && depth < 8) return unpack(data, header);
  const grey =
    colour === 2 || colour === 6
      ? new Float32Array(count)
      : depth === 16
        ? new Uint16Array(count)
        : new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const at = i * channels;
    const value = data[at] ?? 0;
    grey[i] = grey instanceof Float32Array ? luminance(value, data[at + 1] ?? 0, data[at + 2] ?? 0) : value;
  }
  return grey;
}

/** Pixels of 1, 2, 4 or 8 bits, the first in the highest bits, each row in whole bytes. */
function unpack(data: ArrayLike<number>, { width, height, depth }: Header): Uint8Array<ArrayBuffer> {
  const rowBytes = Math.ceil((width * depth) / 8);
  const perByte = 8 / depth;
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = data[y * rowBytes + Math.floor(x / perByte)] ?? 0;
      out[y * width + x] = (byte >> (8 - depth * ((x % perByte) + 1))) & ((1 << depth) - 1);
    }
  }
  return out;
}

function facts({ width, height, depth, colour, words, interlaced }: Header): FileFact[] {
  const fact = (name: string, value: number, meaning: string): FileFact => ({
    name,
    value: String(value),
    meaning,
    verdict: 'good',
  });
  return [
    fact('Width', width, 'columns'),
    fact('Height', height, 'rows, the first at the top'),
    fact('Bit depth', depth, 'bits of a sample'),
    fact('Colour type', colour, words),
    fact('Interlace method', interlaced ? 1 : 0, interlaced ? 'Adam7' : 'none'),
  ];
}
