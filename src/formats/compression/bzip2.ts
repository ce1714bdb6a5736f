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

/**
 * Unpacks streams one after the other, a block of at most 46 MB at a time; blocks and streams have checksums, which are
 * verified.
 * @throws FormatError bad-compression when a stream is cut off or damaged.
 */
export async function* bunzip2(source: ByteSource): AsyncGenerator<Uint8Array> {
  // The library keeps tables on itself; each unpacking has its own.
  const decoder = Object.create(bzip2) as typeof bzip2;
  const bits = createBitReader();
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
        const out = createOutput(blockSize);
        crc = decoder.decompress(bits.read, out.write, room, blockSize, crc);
        yield out.bytes();
      }
    } catch (error) {
      throw damaged(source.name, 'bzip2', error);
    }
    await fill();
  }
}

function createOutput(usualSize: number) {
  let bytes = new Uint8Array(usualSize);
  let size = 0;
  return {
    write: (byte: number) => {
      if (size === bytes.length) {
        const larger = new Uint8Array(2 * size);
        larger.set(bytes);
        bytes = larger;
      }
      bytes[size++] = byte;
    },
    bytes: () => bytes.subarray(0, size),
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
