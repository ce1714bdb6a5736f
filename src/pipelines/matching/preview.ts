import type { JobOptions } from '../../core/progress.ts';
import { lowpass } from '../../fft/transfer.ts';
import { contrastTransfer } from '../simulation/optics.ts';
import type { ReferenceViews } from './references.ts';
import type { MatchingSettings } from './settings.ts';
import { filteredSquare, type Square } from './square.ts';

/** Small grey pictures of references, row-major, one byte a pixel. */
export interface ReferencePreview {
  readonly sidePx: number;
  readonly pictures: readonly Uint8ClampedArray<ArrayBuffer>[];
}

/** What is shown of the surroundings, diameters. */
const shownDiameters = 1.4;
/** Deviations from the mean that become black and white. */
const shownDeviations = 3;

/**
 * References as they are searched for, but for the whitening: with the transfer function and the low-pass, particles dark; each
 * by a contrast of its own.
 * @param most as many are made and shown, evenly taken.
 * @throws the signal's reason.
 */
export async function previewReferences(
  { origins, picture }: ReferenceViews,
  { diameterAngstrom, optics, lowpassAngstrom }: MatchingSettings,
  sidePx: number,
  most: number,
  { signal }: JobOptions = {},
): Promise<ReferencePreview> {
  const pixel = (shownDiameters * diameterAngstrom) / sidePx;
  const contrast = optics ? contrastTransfer(optics) : () => -1;
  const low = lowpassAngstrom === undefined ? () => 1 : lowpass(lowpassAngstrom);
  const every = Math.max(1, origins.length / most);
  const count = Math.min(most, origins.length);
  const pictures: ReferencePreview['pictures'][number][] = [];
  for (let i = 0; i < count; i++) {
    // Lets the word arrive that nobody waits for it any more.
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    const one = filteredSquare(picture(Math.floor(i * every)), (k) => contrast(k) * low(k), pixel);
    pictures.push(grey(one, sidePx));
  }
  return { sidePx, pictures };
}

/** The middle of a picture, mean and deviations as grey levels. */
function grey({ side, data }: Square, sidePx: number): Uint8ClampedArray<ArrayBuffer> {
  const offset = Math.floor(side / 2) - Math.floor(sidePx / 2);
  const cut = new Float64Array(sidePx * sidePx);
  for (let row = 0; row < sidePx; row++) {
    for (let column = 0; column < sidePx; column++) {
      const [x, y] = [column + offset, row + offset];
      if (x >= 0 && y >= 0 && x < side && y < side) cut[row * sidePx + column] = data[y * side + x] ?? 0;
    }
  }
  const mean = cut.reduce((sum, value) => sum + value, 0) / cut.length;
  const deviation = Math.sqrt(cut.reduce((sum, value) => sum + (value - mean) ** 2, 0) / cut.length);
  const scale = deviation > 0 ? 127.5 / (shownDeviations * deviation) : 0;
  return Uint8ClampedArray.from(cut, (value) => 127.5 + scale * (value - mean));
}
