import type { JobOptions } from '../../core/progress.ts';
import { checkRange, type FrameRange } from '../../dataset/exposure.ts';
import { checkGainShape, type GainCorrection } from '../../dataset/gain.ts';
import type { Micrograph, PixelStatistics } from '../../dataset/micrograph.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { standardisePlane } from '../../gpu/ops/image.ts';
import { type Moments, readMoments, recordBinning } from '../../gpu/ops/movie.ts';
import { Recorder } from '../../gpu/recorder.ts';
import { chooseBin, type LoadedPlane, standardisation } from '../load.ts';
import { type BadPixelCounts, correctInStrips, GainFactors } from './correct.ts';
import { RunningSum } from './runningSum.ts';

/** The picture that is made of a movie. */
export interface ExposureParameters {
  /** A range of one frame is that frame alone. */
  readonly range: FrameRange;
  readonly gain?: GainCorrection | undefined;
  readonly removeHotPixels: boolean;
}

/** A picture made of a movie: a plane as `loadPlane` gives, which the caller frees, in counts. */
export interface ExposedPlane extends LoadedPlane, BadPixelCounts {}

/** Pixels corrected at a time where the plane is binned: 16 MiB of floats. */
const binnedAtOnce = 4 << 20;

/**
 * A movie on the GPU, from which a new picture is made for each new range or gain reference: it keeps the raw sum and
 * reads only frames that come or go (see `RunningSum`), and keeps the gain reference as it was last laid on the frames.
 *
 * It owns both until `free`; the planes that it makes belong to whoever asked for them. Calls are done one after the
 * other. It belongs to one GPU context and is lost with it: make another one.
 */
export class MovieExposure {
  private running: RunningSum | undefined;
  private factors: GainFactors | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private isFreed = false;

  constructor(
    readonly context: GpuContext,
    readonly micrograph: Micrograph,
  ) {}

  /**
   * Sums the range, corrects and standardises it. After an abort or a failure the next call goes on from what is there.
   * @throws UsageError when there are no such frames; FormatError when they can't be read or the gain reference does not
   * fit; GpuLimitError when the GPU can't hold it; the signal's reason.
   */
  expose(parameters: ExposureParameters, job: JobOptions = {}): Promise<ExposedPlane> {
    return this.inTurn(() => this.make(parameters, job));
  }

  /** The raw sum of a range, uncorrected, width × height: what a gain reference is judged by. */
  rawSum(range: FrameRange, job: JobOptions = {}): Promise<Float32Array<ArrayBuffer>> {
    return this.inTurn(async () => {
      const running = this.runningSum();
      await running.moveTo(range, job);
      return await running.sum.read();
    });
  }

  /** Gives the sum and the gain reference back, as soon as the calls made so far are done. */
  free(): void {
    if (this.isFreed) return;
    this.isFreed = true;
    void this.last.then(
      () => this.release(),
      () => this.release(),
    );
  }

  private release(): void {
    this.running?.free();
    this.factors?.free();
    this.running = undefined;
    this.factors = undefined;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.isFreed) {
      return Promise.reject(new Error(`The sum of ${this.micrograph.name} has been freed.`));
    }
    const result = this.last.then(work);
    this.last = result.catch(() => {});
    return result;
  }

  private runningSum(): RunningSum {
    this.context.check();
    this.running ??= new RunningSum(this.context, this.micrograph);
    return this.running;
  }

  private async make(parameters: ExposureParameters, job: JobOptions): Promise<ExposedPlane> {
    const { context, micrograph } = this;
    const { range, gain, removeHotPixels } = parameters;
    checkRange(micrograph.name, micrograph.frames, range);
    if (gain) checkGainShape(gain.gain, gain.orientation, micrograph);
    const running = this.runningSum();
    await running.moveTo(range, job);
    job.signal?.throwIfAborted();
    const factors = this.layGain(running, gain);

    const { width, height } = micrograph;
    const bin = chooseBin(context, width, height);
    const plane = {
      buffer: context.buffer('micrograph', Math.ceil(width / bin) * Math.ceil(height / bin) * 4),
      width: Math.ceil(width / bin),
      height: Math.ceil(height / bin),
    };
    try {
      const rule = { removeHotPixels, quantum: running.samples.quantum };
      const moments: Moments[] = [];
      // A plane of the frames' own size is written in place; a binned one from strips.
      const atOnce = bin === 1 ? width * height : binnedAtOnce;
      const bad = await correctInStrips(context, running.sum, factors, rule, atOnce, async (rows) => {
        job.signal?.throwIfAborted();
        const recorder = new Recorder(context);
        if (bin === 1) {
          await rows.record(recorder, running.sum, plane.buffer, rows.firstRow * width);
          recorder.submit();
          return;
        }
        const count = rows.rowCount * width;
        const strip = context.buffer('corrected sum', count * 4);
        try {
          await rows.record(recorder, running.sum, strip, 0);
          const image = { buffer: strip, width, rows: rows.rowCount };
          await recordBinning(context, recorder, image, bin, plane.buffer, rows.firstRow / bin);
          recorder.submit();
          moments.push(...(await readMoments(context, strip, count)));
        } finally {
          context.free(strip);
        }
      });
      if (bin === 1) moments.push(...(await readMoments(context, plane.buffer, width * height)));
      const statistics = mergeMoments(moments, width * height);
      const { mean, scale } = standardisation(statistics);
      await standardisePlane(context, plane, mean, scale);
      return { plane, bin, statistics, ...bad };
    } catch (error) {
      context.free(plane.buffer);
      throw error;
    }
  }

  private layGain(running: RunningSum, gain: GainCorrection | undefined): GainFactors | undefined {
    if (gain && this.factors?.is(gain)) return this.factors;
    this.factors?.free();
    this.factors = undefined;
    if (gain) this.factors = new GainFactors(this.context, gain, this.micrograph, running.sum.bands);
    return this.factors;
  }
}

/** One picture of a movie, when no other is to follow. @returns a plane that the caller frees. */
export async function loadExposure(
  context: GpuContext,
  micrograph: Micrograph,
  parameters: ExposureParameters,
  job: JobOptions = {},
): Promise<ExposedPlane> {
  const exposure = new MovieExposure(context, micrograph);
  try {
    return await exposure.expose(parameters, job);
  } finally {
    exposure.free();
  }
}

/** Statistics of all chunks, put together in 64 bits by the rule of Chan, Golub and LeVeque (see `createStatistics`). */
export function mergeMoments(chunks: readonly Moments[], pixels: number): PixelStatistics {
  let count = 0;
  let mean = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const chunk of chunks) {
    if (chunk.count === 0) continue;
    const offset = chunk.deviations / chunk.count;
    const all = count + chunk.count;
    const step = chunk.origin + offset - mean;
    squares += chunk.squares - chunk.count * offset * offset + step * step * ((count * chunk.count) / all);
    mean += step * (chunk.count / all);
    count = all;
    min = Math.min(min, chunk.min);
    max = Math.max(max, chunk.max);
  }
  if (count === 0) {
    return {
      min: Number.NaN,
      max: Number.NaN,
      mean: Number.NaN,
      standardDeviation: Number.NaN,
      nonFinite: pixels,
    };
  }
  return { min, max, mean, standardDeviation: Math.sqrt(squares / count), nonFinite: pixels - count };
}
