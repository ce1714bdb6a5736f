import type { ByteSource } from '../../core/bytes.ts';

/** A directory and the small values beside it mostly come with one read of this many bytes. */
const WINDOW_BYTES = 2048;
/** Files up to this size are read at once. */
const SMALL_FILE_BYTES = 2 ** 16;

export type ReadRange = (offset: number, length: number) => Promise<Uint8Array<ArrayBuffer>>;

/** Reads a little more than asked for and serves what follows from it; ranges must be inside the file. */
export function windowed(source: ByteSource): ReadRange {
  const small = source.size <= SMALL_FILE_BYTES;
  let kept = { start: 0, bytes: new Uint8Array() };
  return async (offset, length) => {
    let { start, bytes } = kept;
    if (offset < start || offset + length > start + bytes.byteLength) {
      start = small ? 0 : offset;
      const wanted = small ? source.size : Math.max(WINDOW_BYTES, length);
      bytes = await source.read(start, Math.min(wanted, source.size - start));
      kept = { start, bytes };
    }
    return bytes.slice(offset - start, offset - start + length);
  };
}
