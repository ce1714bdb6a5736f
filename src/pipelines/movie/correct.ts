/** From raw sums to counts: gain reference, defects, hot pixels. */
import { checkGainShape, type GainCorrection, gainFactors } from '../../dataset/gain.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { type DetectorRows, markBadPixels, recordCorrection } from '../../gpu/ops/movie.ts';
import type { Recorder } from '../../gpu/recorder.ts';
import type { FrameSum, SummedBand } from './frameSum.ts';

/** How far above its neighbourhood a hot pixel lies, standard deviations; RELION's number. */
const hotPixelSigma = 6;

/** How many pixels were not the detector's best. */
export interface BadPixelCounts {
  readonly hotPixels: number;
  /** Pixels that the gain reference marks as dead, and sums that are not finite. */
  readonly defects: number;
}

/** A gain reference as it lies on the frames, cut into the bands of a sum; on the GPU until `free`. */
export class GainFactors {
  private readonly buffers: GPUBuffer[] = [];

  /** @throws FormatError wrong-shape when it does not fit the frames. */
  constructor(
    private readonly context: GpuContext,
    readonly correction: GainCorrection,
    movie: { readonly name: string; readonly width: number; readonly height: number },
    bands: readonly SummedBand[],
  ) {
    checkGainShape(correction.gain, correction.orientation, movie);
    const factors = gainFactors(correction);
    try {
      for (const { band, width } of bands) {
        const held = factors.subarray(band.heldFrom * width, (band.heldFrom + band.heldRows) * width);
        this.buffers.push(context.upload('gain reference', held));
      }
    } catch (error) {
      this.free();
      throw error;
    }
  }

  /** Of the band with this index. */
  of(band: number): GPUBuffer | undefined {
    return this.buffers[band];
  }

  is({ gain, operation, orientation }: GainCorrection): boolean {
    const mine = this.correction;
    return mine.gain === gain && mine.operation === operation && mine.orientation === orientation;
  }

  free(): void {
    this.context.free(...this.buffers);
  }
}

export interface CorrectionRule {
  readonly removeHotPixels: boolean;
  readonly quantum: 0 | 1;
}

/** A piece of a corrected picture on the GPU. */
export interface CorrectedRows {
  readonly firstRow: number;
  readonly rowCount: number;
  /** Records the correction of a sum's rows into `result`, from its value `offset` on; of any sum with the same bands. */
  record(recorder: Recorder, sum: FrameSum, result: GPUBuffer, offset: number): Promise<void>;
}

/**
 * Goes through a sum in pieces of at most `pixelsAtOnce`, in the order of rows. Bad pixels are found on `sum`; `take` may
 * correct other sums, of some of its frames, by the same marks.
 */
export async function correctInStrips(
  context: GpuContext,
  sum: FrameSum,
  gain: GainFactors | undefined,
  { removeHotPixels, quantum }: CorrectionRule,
  pixelsAtOnce: number,
  take: (rows: CorrectedRows) => Promise<void>,
): Promise<BadPixelCounts> {
  const { width } = sum.micrograph;
  // Pieces start at whole squares of any bin.
  const rowsAtOnce = Math.max(16, Math.floor(pixelsAtOnce / width / 16) * 16);
  let hotPixels = 0;
  let defects = 0;
  for (const [index, summed] of sum.bands.entries()) {
    const { firstRow, rowCount, heldFrom } = summed.band;
    const rowsOf = (of: FrameSum): DetectorRows => ({
      ...bandOf(of, index),
      factors: gain?.of(index),
    });
    const skipped = firstRow - heldFrom;
    const rule = { quantum, threshold: removeHotPixels ? hotPixelSigma : 0 };
    const bad = await markBadPixels(context, rowsOf(sum), [skipped, skipped + rowCount], rule);
    hotPixels += bad.hotPixels;
    defects += bad.defects;
    try {
      for (let row = 0; row < rowCount; row += rowsAtOnce) {
        const rows = { firstRow: skipped + row, rowCount: Math.min(rowsAtOnce, rowCount - row) };
        await take({
          firstRow: firstRow + row,
          rowCount: rows.rowCount,
          record: (recorder, of, result, offset) =>
            recordCorrection(context, recorder, rowsOf(of), bad.mask, rows, result, offset),
        });
      }
    } finally {
      context.free(bad.mask);
    }
  }
  return { hotPixels, defects };
}

function bandOf(sum: FrameSum, index: number): SummedBand {
  const band = sum.bands[index];
  if (!band) throw new Error('Sums of one movie have the same bands.');
  return band;
}
