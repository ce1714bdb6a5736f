/** PNG and JPEG pictures, as a convenience: read at once and kept. */

import type { ByteSource } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import { type ImageFile, NO_PIXEL_SIZE, type ReadOptions } from '../image.ts';
import { checkRows } from '../rows.ts';
import { decodeJpeg, isJpeg } from './jpeg.ts';
import { type Picture, PictureFault } from './picture.ts';
import { decodePng, isPng } from './png.ts';

/** The most bytes of a file that is read at once. */
const MAX_FILE_BYTES = 2 ** 29;

/**
 * Reads and decodes the whole file. Row 0 is at the top, as stored; the orientation that a camera notes in EXIF is not
 * looked at. Grey levels of 8 and 16 bits are kept as they are, colours become luminance, transparency is dropped.
 * @throws FormatError empty, bad-picture, bad-dimensions for pictures too large to be kept
 */
export async function openPicture(source: ByteSource, _options: ReadOptions = {}): Promise<ImageFile> {
  const { name, size } = source;
  if (size === 0) throw new FormatError('empty', name, 'is empty (0 bytes).');
  if (size > MAX_FILE_BYTES) {
    throw new FormatError('bad-dimensions', name, 'has more than 512 MiB: convert it to MRC or TIFF.');
  }
  const picture = decode(name, await source.read(0, size));
  const { format, width, height, pixels, description, facts } = picture;
  const part = (frame: number, firstRow: number, rowCount: number) => {
    checkRows({ name, frames: 1, height }, frame, firstRow, rowCount);
    return pixels.slice(firstRow * width, (firstRow + rowCount) * width);
  };
  const type = pixels instanceof Uint8Array ? 'uint8' : pixels instanceof Uint16Array ? 'uint16' : undefined;
  return {
    format,
    kind: 'image',
    width,
    height,
    frames: 1,
    pixelSizeAngstrom: undefined,
    description: `${format} picture, ${description}`,
    warnings: [...picture.warnings, NO_PIXEL_SIZE],
    facts,
    acquisition: {},
    readRows: async (frame, firstRow, rowCount) => Float32Array.from(part(frame, firstRow, rowCount)),
    ...(type && {
      readSamples: async (frame, firstRow, rowCount) => {
        const bytes = littleEndianBytes(part(frame, firstRow, rowCount));
        return { type, bytes, rowBytes: type === 'uint8' ? width : 2 * width };
      },
    }),
  };
}

function decode(name: string, bytes: Uint8Array<ArrayBuffer>): Picture {
  try {
    if (isPng(bytes)) return decodePng(bytes);
    if (isJpeg(bytes)) return decodeJpeg(bytes);
  } catch (error) {
    if (error instanceof PictureFault) throw new FormatError(error.problem, name, error.explanation);
    // The libraries say what they stumble over in their own words, which help nobody.
    throw new FormatError('bad-picture', name, 'is damaged and can’t be decoded: fetch or write it again.');
  }
  throw new FormatError('bad-picture', name, 'is neither a PNG nor a JPEG picture.');
}

function littleEndianBytes(pixels: Picture['pixels']): Uint8Array<ArrayBuffer> {
  if (pixels instanceof Uint8Array) return pixels;
  const view = new DataView(new ArrayBuffer(pixels.length * 2));
  for (let i = 0; i < pixels.length; i++) view.setUint16(2 * i, pixels[i] ?? 0, true);
  return new Uint8Array(view.buffer);
}
