/** bzip2, block by block: the library knows how a block is packed, this file where the next one is. */
import bzip2 from 'unbzip2-stream/lib/bzip2.js';
import type { ByteSource } from '../../core/bytes.ts';
import { damaged } from './problems.ts';

/** Packed bytes read at a time. */
const PIECE_BYTES = 4 * 2 ** 20;
/**
 * No block is longer, packed: 32,767 groups of 50 symbols of at most 20 bits, and its tables. With as much at hand, or
 * the whole rest of the file, the decoder never has to wait in the middle of a block.
 */
const LONGEST_BLOCK_BYTES = 5 * 2 ** 20;

/** Unpacked bytes handed over at a time. */
const OUT_BYTES = 2 ** 16;

/**
 * Unpacks streams one after the other; blocks and streams have checksums, which are verified.
 * @param take gets the content piece by piece and must copy what it keeps; what it throws ends the unpacking, also in the
 * middle of a block, which may unpack to 46 MB.
 * @throws FormatError bad-compression when a stream is cut off or damaged.
 */
export async function bunzip2(source: ByteSource, take: (piece: Uint8Array) => void): Promise<void> {
  // The library keeps tables on itself; each unpacking has its own.
  const decoder = Object.create(bzip2) as typeof bzip2;
  const bits = createBitReader();
  const output = createOutput(take);
  let read = 0;
  /** Makes sure of a whole block, or of all that is left. */
  const fill = async () => {
    while (bits.available() < LONGEST_BLOCK_BYTES && read < source.size) {
      const length = Math.min(PIECE_BYTES, source.size - read);
      bits.append(await source.read(read, length));
      read += length;
    }
  };
  await fill();
  while (bits.available() > 0) {
    try {
      const blockSize = 100_000 * decoder.header(bits.read);
      const room = new Int32Array(blockSize);
      for (let crc: number | null = 0; crc !== null; ) {
        await fill();
        crc = decoder.decompress(bits.read, output.write, room, blockSize, crc);
      }
      output.flush();
    } catch (error) {
      throw damaged(source.name, 'bzip2', error);
    }
    await fill();
  }
}

function createOutput(take: (piece: Uint8Array) => void) {
  const bytes = new Uint8Array(OUT_BYTES);
  let size = 0;
  const flush = () => {
    take(bytes.subarray(0, size));
    size = 0;
  };
  return {
    write: (byte: number) => {
      bytes[size++] = byte;
      if (size === OUT_BYTES) flush();
    },
    flush,
  };
}

function createBitReader() {
  let bytes: Uint8Array = new Uint8Array();
  let at = 0;
  /** Bits of `bytes[at]` that are used up. */
  let used = 0;
  return {
    available: () => bytes.length - at,
    append: (piece: Uint8Array) => {
      const joined = new Uint8Array(bytes.length - at + piece.length);
      joined.set(bytes.subarray(at));
      joined.set(piece, bytes.length - at);
      bytes = joined;
      at = 0;
    },
    read: (n: number | null): number => {
      if (n === null) {
        if (used > 0) at++;
        used = 0;
        return 0;
      }
      let value = 0;
      for (let left = n; left > 0; ) {
        const byte = bytes[at];
        if (byte === undefined) throw new Error('unexpected end of file');
        const taken = Math.min(left, 8 - used);
        value = (value << taken) | ((byte >> (8 - used - taken)) & ((1 << taken) - 1));
        used += taken;
        left -= taken;
        if (used === 8) {
          used = 0;
          at++;
        }
      }
      return value;
    },
  };
}
