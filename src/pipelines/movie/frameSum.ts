import type { Micrograph } from '../../dataset/micrograph.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { recordAddSamples, type SumRows, sumBytes, type UploadedSamples } from '../../gpu/ops/movie.ts';
import type { Recorder } from '../../gpu/recorder.ts';
import { type Band, planBands } from './bands.ts';

/** Rows of a frame in a strip. */
export interface StripRows {
  readonly firstRow: number;
  readonly rowCount: number;
}

/** A band of a sum with its buffer. */
export interface SummedBand extends SumRows {
  readonly band: Band;
}

/** A sum of frames on the GPU, raw, in as many buffers as it takes. Owns them until `free`. */
export class FrameSum {
  readonly bands: readonly SummedBand[];

  /** Starts at 0. @throws GpuLimitError when no band fits a buffer. */
  constructor(
    private readonly context: GpuContext,
    readonly micrograph: Pick<Micrograph, 'width' | 'height'>,
  ) {
    const { width, height } = micrograph;
    const bands: SummedBand[] = [];
    this.bands = bands;
    try {
      for (const band of planBands(width, height, context.maxBufferBytes)) {
        const buffer = context.buffer('sum of a movie', sumBytes(width, band.heldRows));
        bands.push({ band, buffer, width, rows: band.heldRows });
      }
    } catch (error) {
      this.free();
      throw error;
    }
  }

  clear(): void {
    this.context.check();
    const encoder = this.context.device.createCommandEncoder();
    for (const { buffer } of this.bands) encoder.clearBuffer(buffer);
    this.context.device.queue.submit([encoder.finish()]);
  }

  /** Records the addition of a strip, whose rows start and end where `rowAlignment` says. */
  async record(recorder: Recorder, samples: UploadedSamples, rows: StripRows, weight: 1 | -1): Promise<void> {
    for (const sum of this.bands) {
      const { heldFrom, heldRows } = sum.band;
      const from = Math.max(rows.firstRow, heldFrom);
      const rowCount = Math.min(rows.firstRow + rows.rowCount, heldFrom + heldRows) - from;
      if (rowCount <= 0) continue;
      const place = { fromRow: from - rows.firstRow, toRow: from - heldFrom, rowCount };
      await recordAddSamples(this.context, recorder, samples, sum, place, weight);
    }
  }

  /** The raw sum, width × height. */
  async read(): Promise<Float32Array<ArrayBuffer>> {
    const { width, height } = this.micrograph;
    const pixels = new Float32Array(width * height);
    for (const { band, buffer } of this.bands) {
      const skipped = (band.firstRow - band.heldFrom) * width * 4;
      const rows = await this.context.read(buffer, band.rowCount * width * 4, skipped);
      pixels.set(new Float32Array(rows), band.firstRow * width);
    }
    return pixels;
  }

  free(): void {
    this.context.free(...this.bands.map(({ buffer }) => buffer));
  }
}
