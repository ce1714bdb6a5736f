import type { GpuContext } from '../gpu/context.ts';
import { f32, groups, type Recorder, u32 } from '../gpu/recorder.ts';
import { type LineLimits, type LinePlan, lineLimits, planLines } from './linePlan.ts';
import { type LinePlace, recordLines, resultOf } from './lines.ts';
import {
  backwardEndsInFirst,
  forwardEndsInFirst,
  type RealRows,
  recordRowsBackward,
  recordRowsForward,
  rowLength,
} from './realRows.ts';
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
 * Keeps tables of roots and one buffer for what lies between passes, so that it serves one job at a time; `destroy` frees
 * them.
 */
export class FourierTransforms {
  private readonly tables: RootTables;
  private readonly limits: LineLimits;
  private readonly linePlans = new Map<string, LinePlan>();
  private scratch: GPUBuffer | undefined;

  /** @param limits in place of the device's own, to force the kernels of a smaller one. */
  constructor(
    private readonly context: GpuContext,
    limits?: Partial<LineLimits>,
  ) {
    this.tables = new RootTables(context);
    this.limits = { ...lineLimits(context.device), ...limits };
  }

  /** Bytes of the spectra of `count` planes of width × height; as much again is needed between passes. */
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
    const { rows, columns } = this.plans(planes);
    const result = this.spectrumBuffer(width, height, count);
    try {
      const scratch = this.scratchBuffer(width, height, count, release);
      const inFirst = forwardEndsInFirst(width, rows) !== columnsFlip(columns);
      const [a, b] = inFirst ? [result, scratch] : [scratch, result];
      const real = this.realRows(recorder, planes, rows, release);
      const half = await recordRowsForward(real, planes.buffer, a, b);
      await this.columns(recorder, planes, columns, half, half === a ? b : a, -1, release);
      return { buffer: result, width, height, count };
    } catch (error) {
      this.context.free(result);
      throw error;
    }
  }

  /**
   * The real planes of spectra, unnormalised (width · height times the original). The spectra are used up, unless it throws.
   * @returns planes that the caller frees; it may be the spectra's own buffer, and else that is released.
   */
  async backward(recorder: Recorder, spectrum: Spectrum, release: Release): Promise<PlaneStack> {
    const { width, height, count = 1, buffer: a } = spectrum;
    const { rows, columns } = this.plans(spectrum);
    const inFirst = backwardEndsInFirst(width, rows) !== columnsFlip(columns);
    const b = inFirst
      ? this.scratchBuffer(width, height, count, release)
      : this.spectrumBuffer(width, height, count);
    try {
      const half = await this.columns(recorder, spectrum, columns, a, b, 1, release);
      const real = this.realRows(recorder, spectrum, rows, release);
      const buffer = await recordRowsBackward(real, half, half === a ? b : a);
      if (!inFirst) release(a);
      return { buffer, width, height, count };
    } catch (error) {
      if (!inFirst) this.context.free(b);
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

  /** Frees tables and scratch memory. */
  destroy(): void {
    this.tables.destroy();
    this.context.free(this.scratch);
    this.scratch = undefined;
  }

  private spectrumBuffer(width: number, height: number, count: number): GPUBuffer {
    return this.context.buffer('Fourier transform', FourierTransforms.spectrumBytes(width, height, count));
  }

  /** Memory between passes, kept for the next transform: the queue runs them one after the other. */
  private scratchBuffer(width: number, height: number, count: number, release: Release): GPUBuffer {
    const bytes = FourierTransforms.spectrumBytes(width, height, count);
    if (this.scratch && this.scratch.size >= bytes) return this.scratch;
    if (this.scratch) release(this.scratch);
    this.scratch = undefined;
    this.scratch = this.context.buffer('Fourier transform', bytes);
    return this.scratch;
  }

  private plans({ width, height, count = 1 }: PlaneStack): {
    readonly rows: LinePlan;
    readonly columns: LinePlan | undefined;
  } {
    const plan = (length: number, direction: 'rows' | 'columns', lines: number): LinePlan => {
      const key = `${direction} ${length} ${lines}`;
      const found = this.linePlans.get(key) ?? planLines(length, direction, lines, this.limits);
      this.linePlans.set(key, found);
      return found;
    };
    return {
      rows: plan(rowLength(width), 'rows', height * count),
      columns: height === 1 ? undefined : plan(height, 'columns', spectrumColumns(width) * count),
    };
  }

  private realRows(
    recorder: Recorder,
    { width, height, count = 1 }: PlaneStack,
    plan: LinePlan,
    release: Release,
  ): RealRows {
    const { context, tables } = this;
    return { context, recorder, tables, release, plan, width, rows: height * count };
  }

  /** Transforms the columns of spectra in `from`, by way of `other`; returns where the result is. */
  private async columns(
    recorder: Recorder,
    { width, height, count = 1 }: Spectrum,
    plan: LinePlan | undefined,
    from: GPUBuffer,
    other: GPUBuffer,
    sign: 1 | -1,
    release: Release,
  ): Promise<GPUBuffer> {
    if (!plan) return from;
    const side = spectrumColumns(width);
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

/** Whether the columns' result is in the other buffer than their source. */
const columnsFlip = (plan: LinePlan | undefined): boolean =>
  plan !== undefined && (plan.padded !== plan.length || plan.passes.length % 2 === 1);
