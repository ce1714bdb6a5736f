/** Bytes that arrive piece by piece, kept in memory once: in chunks of one size, so that any range is found at once. */
import { type ByteSource, checkRange } from '../../core/bytes.ts';

const CHUNK_BYTES = 2 ** 20;

export interface ByteCollector {
  readonly size: number;
  add(piece: Uint8Array): void;
  /** Copies of [offset, offset + length). */
  read(offset: number, length: number): Uint8Array<ArrayBuffer>;
}

export function collectBytes(): ByteCollector {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  return {
    get size() {
      return size;
    },
    add: (piece) => {
      for (let done = 0; done < piece.byteLength; ) {
        const at = size % CHUNK_BYTES;
        if (at === 0) chunks.push(new Uint8Array(CHUNK_BYTES));
        const part = piece.subarray(done, done + CHUNK_BYTES - at);
        chunks.at(-1)?.set(part, at);
        size += part.byteLength;
        done += part.byteLength;
      }
    },
    read: (offset, length) => {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const at = (offset + done) % CHUNK_BYTES;
        const chunk = chunks[Math.floor((offset + done) / CHUNK_BYTES)];
        const part = chunk?.subarray(at, at + Math.min(length - done, CHUNK_BYTES - at));
        if (!part || part.byteLength === 0) break;
        bytes.set(part, done);
        done += part.byteLength;
      }
      return bytes;
    },
  };
}

/** What was collected, as a file. */
export function sourceOf(name: string, collected: ByteCollector): ByteSource {
  const { size } = collected;
  return {
    name,
    size,
    read: async (offset, length) => {
      checkRange(name, size, offset, length);
      return collected.read(offset, length);
    },
  };
}
