import type { ByteSource } from '../../core/bytes.ts';
import { damaged } from './problems.ts';

/** Packed bytes read at a time. */
const PIECE_BYTES = 2 ** 20;

/**
 * Unpacks gzip piece by piece with the platform's decoder, which checks the CRC. Several members one after the other are
 * read where the platform does (Node; browsers say "junk").
 * @param take gets each piece; what it throws ends the unpacking.
 * @throws FormatError bad-compression when the stream is cut off or damaged.
 */
export async function gunzip(source: ByteSource, take: (piece: Uint8Array) => void): Promise<void> {
  const { readable, writable } = new DecompressionStream('gzip');
  const reader = readable.getReader();
  const feeding = feed(source, writable.getWriter());
  // Errors of the decoder come out at both ends; this one would go unheard when the reader has it.
  feeding.catch(() => {});
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      take(value);
    }
    await feeding;
  } catch (error) {
    throw damaged(source.name, 'gzip', error);
  } finally {
    // Without effect when all was read; else the decoder lets go of its memory and `feed` ends.
    await reader.cancel().catch(() => {});
  }
}

async function feed(source: ByteSource, writer: WritableStreamDefaultWriter<BufferSource>): Promise<void> {
  try {
    for (let at = 0; at < source.size; at += PIECE_BYTES) {
      const piece = await source.read(at, Math.min(PIECE_BYTES, source.size - at));
      await writer.ready;
      await writer.write(piece);
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => {});
    throw error;
  }
}
