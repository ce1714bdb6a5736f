/** Knows a file again by its content, whatever its name and folder, without reading all of it. */
import { type ByteSource, concatBytes } from '../core/bytes.ts';

const SAMPLES = 16;
const SAMPLE_BYTES = 4096;

/**
 * SHA-256, the first 32 hex digits, of the file's size, the frame's number, the first 4 KiB (the header) and 16
 * more samples of 4 KiB spread evenly to the end: at most 68 KiB are read. Two exposures of one microscope differ
 * in every sample by their noise.
 */
export async function fingerprint(source: ByteSource, frame: number): Promise<string> {
  const { size } = source;
  const parts: Uint8Array[] = [new TextEncoder().encode(`cryolite 1 ${size} ${frame} `)];
  const length = Math.min(SAMPLE_BYTES, size);
  let readTo = 0;
  for (let i = 0; i <= SAMPLES; i++) {
    // In a small file samples would overlap: skip what has been read.
    const offset = Math.max(readTo, Math.floor(((size - length) * i) / SAMPLES));
    const end = Math.min(size, offset + length);
    if (end > offset) parts.push(await source.read(offset, end - offset));
    readTo = end;
  }
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', concatBytes(parts)));
  return [...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
