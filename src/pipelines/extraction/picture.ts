/** The pixels that particles are cut from: as the detector gave them, and nothing that a filter or a network made. */
import { CryoliteError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import type { Micrograph } from '../../dataset/micrograph.ts';
import type { OpenedMicrograph } from '../../dataset/open.ts';
import { readLabels } from '../../formats/mrc/labels.ts';

/** A whole frame on the CPU, row-major. */
export interface Picture {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Pixels read at a time: 8 MiB of floats. */
const stripPixels = 2 << 20;

/** Labels of `cryolite denoise`, by any method, and of whoever else calls a picture denoised or filtered. */
const PROCESSED = /display only|\bdenois|\b(low|high|band)-?pass\b/i;

/**
 * @throws CryoliteError 'display-only' for a file whose labels say that its pixels were denoised or filtered: a
 * reconstruction from them would show what the filter made of the noise.
 */
export function refuseProcessed({ name, header }: Pick<OpenedMicrograph, 'name' | 'header'>): void {
  const label = header && readLabels(header.fields).find((one) => PROCESSED.test(one));
  if (label === undefined) return;
  throw new CryoliteError(
    'display-only',
    `${name} is denoised or filtered, as its label says ("${label}"): extract the particles from the micrograph it was made of.`,
  );
}

/**
 * Reads a frame into memory, strip by strip.
 * @throws CryoliteError 'unsuitable' for a movie, a stack or a volume, and where pixels are NaN or infinite;
 * FormatError when it can't be read.
 */
export async function readPicture(
  micrograph: Micrograph,
  { signal, onProgress }: JobOptions = {},
): Promise<Picture> {
  const { name, width, height, frames } = micrograph;
  if (frames > 1) {
    throw new CryoliteError(
      'unsuitable',
      `${name} has ${frames} frames: sum the movie first, with "cryolite sum", and extract from the sum.`,
    );
  }
  const data = new Float32Array(width * height);
  const rowsAtOnce = Math.max(1, Math.floor(stripPixels / width));
  for (let row = 0; row < height; row += rowsAtOnce) {
    signal?.throwIfAborted();
    onProgress?.({ stage: 'Reading pixels', done: row, total: height });
    data.set(await micrograph.readRows(0, row, Math.min(rowsAtOnce, height - row)), row * width);
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new CryoliteError(
      'unsuitable',
      `${name} has pixels that are no numbers, such as column ${bad % width} of row ${Math.floor(bad / width)}: write it again without, for RELION can't use boxes with them.`,
    );
  }
  return { data, width, height };
}
