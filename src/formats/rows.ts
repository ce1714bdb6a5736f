/** What all readers of micrographs say about rows: that there are no such ones, or that the file has changed. */
import type { ByteSource } from '../core/bytes.ts';
import { FormatError } from '../core/errors.ts';

/** @throws RangeError when the picture has no such frame or rows. */
export function checkRows(
  picture: { readonly name: string; readonly frames: number; readonly height: number },
  frame: number,
  firstRow: number,
  rowCount: number,
): void {
  const { name, frames, height } = picture;
  const whole = [frame, firstRow, rowCount].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (whole && frame < frames && firstRow + rowCount <= height) return;
  throw new RangeError(
    `${name} has ${frames} frame${frames === 1 ? '' : 's'} of ${height} rows: there are no rows ${firstRow} to ${firstRow + rowCount} of frame ${frame}.`,
  );
}

/** Reads what was there when the file was opened. @throws FormatError changed when it is no longer. */
export async function readUnchanged(
  source: ByteSource,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await source.read(offset, length);
  } catch {
    throw new FormatError('changed', source.name, 'changed or went away while it was open: open it again.');
  }
}
