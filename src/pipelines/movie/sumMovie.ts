import type { ByteSink } from '../../core/bytes.ts';
import { UsageError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { checkRange, type FrameRange, frameCount } from '../../dataset/exposure.ts';
import { checkGainShape, type GainCorrection } from '../../dataset/gain.ts';
import type { Micrograph, PixelStatistics } from '../../dataset/micrograph.ts';
import { writeMrc } from '../../formats/mrc/write.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { Recorder } from '../../gpu/recorder.ts';
import { createStatistics, statisticsOf } from '../statistics.ts';
import { type BadPixelCounts, correctInStrips, GainFactors } from './correct.ts';
import { FrameSum } from './frameSum.ts';
import type { RawSum } from './highPass.ts';
import { planMove } from './plan.ts';
import { SampleKnowledge } from './runningSum.ts';
import { type FrameStream, streamFrames } from './stream.ts';

export interface SumParameters {
  readonly range: FrameRange;
  /** Chosen by looking at the raw sum where it is a function. */
  readonly gain?: GainCorrection | GainChooser | undefined;
  readonly removeHotPixels: boolean;
  /** Also the sums of odd and of even frames; the first frame of the file is frame 1, and odd. */
  readonly evenOdd?: boolean | undefined;
  /** Frames that count as one for odd and even; 1 if not given. */
  readonly group?: number | undefined;
}

export type GainChooser = (raw: RawSum) => GainCorrection;

/** A sum in counts, row-major, width × height; without good pixels around a bad one it has the mean there. */
export interface SummedPicture {
  readonly pixels: Float32Array<ArrayBuffer>;
  readonly statistics: PixelStatistics;
  /** Frames of the file that are in it. */
  readonly frames: number;
}

export interface MovieSum extends BadPixelCounts {
  readonly width: number;
  readonly height: number;
  readonly sum: SummedPicture;
  readonly odd: SummedPicture | undefined;
  readonly even: SummedPicture | undefined;
}

/** Pixels corrected and read back at a time: 8 MiB of floats. */
const pixelsAtOnce = 2 << 20;

type Part = 'sum' | 'odd' | 'even';

/**
 * Sums frames of a movie in one pass over the file, and corrects the sums.
 * @throws UsageError when there are no such frames; FormatError when they can't be read, or the gain reference does not
 * fit; GpuLimitError when not even a band of the frames fits a buffer; the signal's reason.
 */
export async function sumMovie(
  context: GpuContext,
  micrograph: Micrograph,
  { range, gain, removeHotPixels, evenOdd = false, group = 1 }: SumParameters,
  job: JobOptions = {},
): Promise<MovieSum> {
  const { name, width, height, frames } = micrograph;
  checkRange(name, frames, range);
  const partOf = (frame: number): Part => (Math.floor(frame / group) % 2 === 0 ? 'odd' : 'even');
  if (evenOdd && partOf(range.first) === partOf(range.last) && frameCount(range) <= group) {
    throw new UsageError(`${name}: odd and even sums need at least two frames.`);
  }
  // Said before the frames are read, not after.
  if (typeof gain === 'object') checkGainShape(gain.gain, gain.orientation, micrograph);

  const parts = new Map<Part, GrowingPicture>();
  let factors: GainFactors | undefined;
  let strip: GPUBuffer | undefined;
  try {
    for (const part of evenOdd ? (['sum', 'odd', 'even'] as const) : (['sum'] as const)) {
      parts.set(part, new GrowingPicture(context, micrograph));
    }
    const whole = parts.get('sum');
    if (!whole) throw new Error('There is no sum.');
    const partsOf = (frame: number): GrowingPicture[] => {
      const half = parts.get(partOf(frame));
      return half ? [whole, half] : [whole];
    };
    const samples = new SampleKnowledge();
    const stream: FrameStream = {
      steps: planMove(undefined, range, 'from-nothing').steps,
      sumsOf: (frame) => partsOf(frame).map(({ sum }) => sum),
      look: (strip) => samples.look(strip),
      begin: () => {},
      done: (steps) => {
        for (const { frame } of steps) for (const part of partsOf(frame)) part.frames++;
      },
    };
    await streamFrames(context, micrograph, stream, job);

    const correction =
      typeof gain === 'function' ? gain({ width, height, pixels: await whole.sum.read() }) : gain;
    if (correction) factors = new GainFactors(context, correction, micrograph, whole.sum.bands);
    const rule = { removeHotPixels, quantum: samples.quantum };
    let taken = Promise.resolve();
    const bad = await correctInStrips(context, whole.sum, factors, rule, pixelsAtOnce, async (rows) => {
      job.signal?.throwIfAborted();
      job.onProgress?.({ stage: 'Correcting pixels', done: rows.firstRow, total: height });
      const bytes = rows.rowCount * width * 4;
      strip ??= context.buffer('corrected sum', bytes);
      for (const part of parts.values()) {
        const recorder = new Recorder(context);
        await rows.record(recorder, part.sum, strip, 0);
        recorder.submit();
        // The copy is queued before anything else is written there, so that the CPU takes in one strip during the next.
        const reading = context.read(strip, bytes);
        reading.catch(() => {});
        await taken;
        taken = reading.then((values) => part.take(rows.firstRow * width, new Float32Array(values)));
        taken.catch(() => {});
      }
    });
    await taken;
    const sum = whole.finish();
    return { width, height, sum, odd: parts.get('odd')?.finish(), even: parts.get('even')?.finish(), ...bad };
  } finally {
    factors?.free();
    context.free(strip);
    for (const { sum } of parts.values()) sum.free();
  }
}

/** A sum on the GPU, and the picture that is read back of it. */
class GrowingPicture {
  frames = 0;
  readonly sum: FrameSum;
  private readonly pixels: Float32Array<ArrayBuffer>;
  private readonly statistics = createStatistics();

  constructor(context: GpuContext, micrograph: Micrograph) {
    this.sum = new FrameSum(context, micrograph);
    this.pixels = new Float32Array(micrograph.width * micrograph.height);
  }

  take(offset: number, values: Float32Array): void {
    this.statistics.add(values);
    this.pixels.set(values, offset);
  }

  finish(): SummedPicture {
    const { pixels, frames } = this;
    let statistics = this.statistics.result();
    if (statistics.nonFinite > 0) {
      const mean = Number.isFinite(statistics.mean) ? statistics.mean : 0;
      for (let i = 0; i < pixels.length; i++) {
        if (!Number.isFinite(pixels[i])) pixels[i] = mean;
      }
      statistics = statisticsOf(pixels);
    }
    return { pixels, statistics, frames };
  }
}

/** Writes a sum as MRC, mode 2, in counts. Closes the sink, or aborts it on any failure. */
export async function writeSum(
  { width, height }: { readonly width: number; readonly height: number },
  { pixels, statistics }: SummedPicture,
  header: { readonly pixelSizeAngstrom: number | undefined; readonly labels: readonly string[] },
  sink: ByteSink,
  { signal, onProgress }: JobOptions = {},
): Promise<void> {
  function* strips(): Generator<Float32Array> {
    for (let at = 0; at < pixels.length; at += pixelsAtOnce) {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Writing pixels', done: at, total: pixels.length });
      yield pixels.subarray(at, at + pixelsAtOnce);
    }
  }
  await writeMrc(sink, { width, height, ...header, statistics }, strips());
}
