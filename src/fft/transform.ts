import type { GpuContext } from '../gpu/context.ts';
import { f32, groups, type Recorder, u32 } from '../gpu/recorder.ts';
import { type LineLimits, lineLimits, planLines } from './linePlan.ts';
import { type LinePlace, recordLines, resultOf } from './lines.ts';
import { type RealRows, recordRowsBackward, recordRowsForward, rowLength } from './realRows.ts';
import { RootTables } from './roots.ts';
import {
  type PlaneStack,
  type RadialTransfer,
  type Release,
  type Spectrum,
  spectrumColumns,
} from './spectrum.ts';
import { samplesPerCycleField, uploadTransfer } from './transferTable.ts';

export type { PlaneStack, RadialTransfer, Release, Spectrum } from './spectrum.ts';

export interface ResampleOptions {
  /**
   * What becomes of the Nyquist row and column of a smaller result, which stand for a positive and a negative
   * frequency at once. 'zero' (the default) leaves them out; 'keep' takes −Nyquist of the rows and +Nyquist of the
   * columns as they are, as NumPy's rfft2, cut and irfft2 do.
   */
  readonly nyquist?: 'zero' | 'keep';
}

/**
 * Two-dimensional real Fourier transforms of any size, of one plane or many at once; unnormalised both ways, `resample`
 * carries the factor. Rows of even width go as pairs of half the length. Rows take one pass over memory where workgroup
 * memory holds one (4096 px at the default limits), columns one up to 512 values and two above. A size with a prime above
 * 7 goes by Bluestein's convolution at some five times the cost: pad to `nextFastSize` where the edge is yours to choose.
 * Keeps tables of roots per length; `destroy` frees them.
 */
export class FourierTransforms {
  private readonly tables: RootTables;
  private readonly limits: LineLimits;

  /** @param limits in place of the device's own, to force the kernels of a smaller one. */
  constructor(
    private readonly context: GpuContext,
    limits?: Partial<LineLimits>,
  ) {
    this.tables = new RootTables(context);
    this.limits = { ...lineLimits(context.device), ...limits };
  }

  /** Bytes of the spectra of `count` planes of width × height; two such buffers are needed at once. */
  static spectrumBytes(width: number, height: number, count = 1): number {
    return spectrumColumns(width) * height * count * 8;
  }

  /**
   * @param planes any size; they are left as they were.
   * @returns spectra that the caller frees. Recorded, not yet run.
   * @throws GpuLimitError when the spectra are larger than a buffer may be.
   */
  async forward(recorder: Recorder, planes: PlaneStack, release: Release): Promise<Spectrum> {
    const { width, height, count = 1 } = planes;
    const made: GPUBuffer[] = [];
    try {
      const a = this.spectrumBuffer(width, height, count);
      made.push(a);
      const b = this.spectrumBuffer(width, height, count);
      made.push(b);
      const rows = await recordRowsForward(this.rows(recorder, planes, release), planes.buffer, a, b);
      const buffer = await this.columns(recorder, planes, rows, rows === a ? b : a, -1, release);
      release(buffer === a ? b : a);
      return { buffer, width, height, count };
    } catch (error) {
      this.context.free(...made);
      throw error;
    }
  }

  /** The real planes of spectra, unnormalised (width · height times the original). The spectra are used up, unless it throws. */
  async backward(recorder: Recorder, spectrum: Spectrum, release: Release): Promise<PlaneStack> {
    const { width, height, count = 1, buffer: a } = spectrum;
    const b = this.spectrumBuffer(width, height, count);
    try {
      const rows = await this.columns(recorder, spectrum, a, b, 1, release);
      const other = rows === a ? b : a;
      const buffer = await recordRowsBackward(this.rows(recorder, spectrum, release), rows, other);
      release(buffer === a ? b : a);
      return { buffer, width, height, count };
    } catch (error) {
      this.context.free(b);
      throw error;
    }
  }

  /**
   * Low frequencies of `source` into spectra of width × height, times `transfer`, scaled so that a backward
   * transform gives values of the source planes' own size (the mean is kept whatever the size).
   */
  async resample(
    recorder: Recorder,
    source: Spectrum,
    width: number,
    height: number,
    transfer: RadialTransfer,
    release: Release,
    { nyquist = 'zero' }: ResampleOptions = {},
  ): Promise<Spectrum> {
    const { count = 1 } = source;
    // This one may be refused, so it comes first: nothing is left behind then.
    const buffer = this.spectrumBuffer(width, height, count);
    const transferBuffer = uploadTransfer(this.context, transfer);
    release(transferBuffer);
    const pipeline = await this.context.pipeline('fft/resample.wgsl', { KEEP: nyquist === 'keep' });
    recorder.dispatch(
      pipeline,
      [
        u32(source.width),
        u32(source.height),
        u32(width),
        u32(height),
        samplesPerCycleField,
        f32(1 / (source.width * source.height)),
      ],
      [source.buffer, buffer, transferBuffer],
      [groups(spectrumColumns(width), 64), height, count],
    );
    return { buffer, width, height, count };
  }

  destroy(): void {
    this.tables.destroy();
  }

  private spectrumBuffer(width: number, height: number, count: number): GPUBuffer {
    return this.context.buffer('Fourier transform', FourierTransforms.spectrumBytes(width, height, count));
  }

  private rows(recorder: Recorder, { width, height, count = 1 }: PlaneStack, release: Release): RealRows {
    const { context, tables } = this;
    const rows = height * count;
    const plan = planLines(rowLength(width), 'rows', rows, this.limits);
    return { context, recorder, tables, release, plan, width, rows };
  }

  /** Transforms the columns of spectra in `from`, by way of `other`; returns where the result is. */
  private async columns(
    recorder: Recorder,
    { width, height, count = 1 }: Spectrum,
    from: GPUBuffer,
    other: GPUBuffer,
    sign: 1 | -1,
    release: Release,
  ): Promise<GPUBuffer> {
    if (height === 1) return from;
    const side = spectrumColumns(width);
    const plan = planLines(height, 'columns', side * count, this.limits);
    const place = (buffer: GPUBuffer): LinePlace => ({ buffer, stride: side, jump: side * height });
    const source = place(from);
    const between = [place(other), source] as const;
    const result = resultOf(plan, between);
    await recordLines(
      this.context,
      recorder,
      this.tables,
      { plan, sign, count: { side, outer: count }, source, between, result },
      release,
    );
    return result.buffer;
  }
}
