/** Writes MRC2014 files, streaming, always little-endian. */
import type { ByteSink } from '../../core/bytes.ts';
import { FIELD, HEADER_BYTES, LABEL_BYTES, LABELS } from './layout.ts';
import type { WritableMode } from './modes.ts';
import { encodePixels } from './pixels.ts';

export interface MrcWriteOptions {
  /** Columns, px. */
  readonly width: number;
  /** Rows, px. */
  readonly height: number;
  /** Frames of a movie, images in a stack, sections of a volume; 1 if not given. */
  readonly frames?: number;
  /** The frames are the sections of one volume, a density map. */
  readonly isVolume?: boolean;
  /** Pixel type; 2, 32-bit float, if not given. RELION 3.1 reads mode 6 as signed: do not use it for RELION. */
  readonly mode?: WritableMode;
  /** Å per pixel; undefined writes "not known" (a cell of 0). */
  readonly pixelSizeAngstrom: number | undefined;
  /** Up to ten lines of up to 80 ASCII characters: who made the file, and how. */
  readonly labels?: readonly string[];
  /** Of the pixels as stored; if not given, the header says "not determined", as MRC2014 provides. */
  readonly statistics?: MrcStatistics;
}

export interface MrcStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly standardDeviation: number;
}

/**
 * Writes an image, a stack, a movie or a volume and closes the sink; on any failure the sink is aborted.
 * @param rows pixels in file order, frame after frame, in pieces of any length.
 * @throws RangeError when the sizes are no MRC sizes or `rows` gives another number of pixels than promised.
 */
export async function writeMrc(
  sink: ByteSink,
  options: MrcWriteOptions,
  rows: AsyncIterable<Float32Array> | Iterable<Float32Array>,
): Promise<void> {
  const { width, height, frames = 1 } = options;
  const mode = options.mode ?? 2;
  try {
    await sink.write(encodeHeader(options));
    const promised = width * height * frames;
    let written = 0;
    for await (const piece of rows) {
      written += piece.length;
      if (written > promised) break;
      await sink.write(encodePixels(piece, mode));
    }
    if (written !== promised) {
      throw new RangeError(
        `The image should have ${promised} pixels (${width} × ${height} × ${frames}), but ${written > promised ? 'more' : `only ${written}`} were given.`,
      );
    }
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

/** The 1024 bytes before the pixels. */
export function encodeHeader(options: MrcWriteOptions): Uint8Array<ArrayBuffer> {
  const { width, height, frames = 1, isVolume = false, mode = 2, labels = [] } = options;
  for (const size of [width, height, frames]) {
    if (!Number.isInteger(size) || size < 1 || size > 0x7fffffff) {
      throw new RangeError(`An MRC file can't be ${width} × ${height} × ${frames} pixels.`);
    }
  }
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const int = (offset: number, value: number) => view.setInt32(offset, value, true);
  const float = (offset: number, value: number) => view.setFloat32(offset, value, true);
  int(FIELD.nx, width);
  int(FIELD.ny, height);
  int(FIELD.nz, frames);
  int(FIELD.mode, mode);
  // A stack of images (ISPG 0) has MZ 1 however many images it holds.
  int(FIELD.mx, width);
  int(FIELD.my, height);
  int(FIELD.mz, isVolume ? frames : 1);
  int(FIELD.spaceGroup, isVolume ? 1 : 0);
  const pixelSize = options.pixelSizeAngstrom ?? 0;
  float(FIELD.cellX, width * pixelSize);
  float(FIELD.cellY, height * pixelSize);
  float(FIELD.cellZ, (isVolume ? frames : 1) * pixelSize);
  for (let axis = 0; axis < 3; axis++) {
    float(FIELD.cellAngles + 4 * axis, 90);
    int(FIELD.mapC + 4 * axis, axis + 1);
  }
  // MRC2014: maximum below minimum, mean below both and a negative deviation say "not determined".
  const statistics = options.statistics ?? { min: 0, max: -1, mean: -2, standardDeviation: -1 };
  float(FIELD.dmin, statistics.min);
  float(FIELD.dmax, statistics.max);
  float(FIELD.dmean, statistics.mean);
  float(FIELD.rms, statistics.standardDeviation);
  int(FIELD.version, 20141);
  ascii(bytes, FIELD.map, 'MAP ');
  bytes.set([0x44, 0x44, 0, 0], FIELD.machineStamp);
  // An empty label would be a gap between the others.
  const kept = labels.filter((label) => label.trim() !== '').slice(0, LABELS);
  int(FIELD.labelCount, kept.length);
  kept.forEach((label, i) => {
    ascii(bytes, FIELD.labels + LABEL_BYTES * i, label.slice(0, LABEL_BYTES).padEnd(LABEL_BYTES));
  });
  return bytes;
}

/** Characters that ASCII lacks become "?", but the ångström sign, which labels are full of, becomes "A". */
function ascii(bytes: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    bytes[offset + i] = code >= 32 && code < 127 ? code : code === 0xc5 || code === 0x212b ? 65 : 63;
  }
}
