import type { JobOptions } from '../../core/progress.ts';
import { checkRange, type FrameRange } from '../../dataset/exposure.ts';
import type { Micrograph } from '../../dataset/micrograph.ts';
import type { SampleType, StoredSamples } from '../../formats/image.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { FrameSum } from './frameSum.ts';
import { allows, type FrameStep, planMove, rangeAfter, type SumOrder } from './plan.ts';
import { type FrameStream, streamFrames } from './stream.ts';

/** Whole numbers up to here are exact in float32. */
const largestExact = 2 ** 24;

const largestOf: Partial<Readonly<Record<SampleType, number>>> = {
  uint4: 15,
  int8: 128,
  uint8: 255,
  int16: 32768,
  uint16: 65535,
};

/** What is known of a movie's samples from those seen so far. */
export class SampleKnowledge {
  private isInteger = false;
  private isWhole = true;
  private largest = 0;

  /** 1 where all samples seen are whole numbers, else 0. */
  get quantum(): 0 | 1 {
    return this.isWhole ? 1 : 0;
  }

  /** In what order `frames` frames may be added. The kernel adds floats one by one, but whole numbers several at once. */
  order(frames: number): SumOrder {
    if (this.isWhole && this.largest * frames < largestExact) return 'any';
    return this.isInteger ? 'from-nothing' : 'ascending';
  }

  /** Integer types tell by themselves; floats, which often hold counts, are looked through until one is no count. */
  look({ type, bytes }: StoredSamples): void {
    const largest = largestOf[type];
    if (largest !== undefined) {
      this.isInteger = true;
      this.largest = Math.max(this.largest, largest);
    } else if (type === 'float32' && bytes.byteOffset % 4 === 0) {
      if (this.isWhole) this.lookThrough(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2));
    } else {
      this.isWhole = false;
    }
  }

  private lookThrough(values: Float32Array): void {
    let { largest } = this;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? 0;
      const size = Math.abs(value);
      // Also false for NaN and infinity.
      if (!(Math.trunc(value) - value === 0)) {
        this.isWhole = false;
        return;
      }
      if (size > largest) largest = size;
    }
    this.largest = largest;
  }
}

/**
 * The raw sum of a range of frames on the GPU, which can be moved to another range. It always has the bits that adding
 * the frames in their order gives. One call at a time; it owns its buffers until `free`.
 */
export class RunningSum {
  /** The frames in the sum; undefined while it holds none, or the sum is not to be trusted. */
  range: FrameRange | undefined;
  readonly samples = new SampleKnowledge();
  readonly sum: FrameSum;

  /** @throws GpuLimitError when no buffer holds even a band of the frames. */
  constructor(
    private readonly context: GpuContext,
    private readonly micrograph: Micrograph,
  ) {
    this.sum = new FrameSum(context, micrograph);
  }

  /**
   * Makes this the sum of `range`. An abort ends it after a whole frame, and a later move goes on from there.
   * @throws UsageError when there are no such frames; FormatError when they can't be read; the signal's reason.
   */
  async moveTo(range: FrameRange, job: JobOptions = {}): Promise<void> {
    const { name, frames } = this.micrograph;
    checkRange(name, frames, range);
    for (;;) {
      const move = planMove(this.range, range, this.samples.order(frames));
      if (move.isFresh) {
        job.signal?.throwIfAborted();
        this.range = undefined;
        this.sum.clear();
      }
      await this.run(move.steps, job);
      // A frame that came in may have turned out not to hold counts.
      if (allows(this.samples.order(frames), move.needs)) return;
      this.range = undefined;
    }
  }

  free(): void {
    this.range = undefined;
    this.sum.free();
  }

  private async run(steps: readonly FrameStep[], job: JobOptions): Promise<void> {
    let { range } = this;
    const stream: FrameStream = {
      steps,
      sumsOf: () => [this.sum],
      look: (samples) => this.samples.look(samples),
      begin: () => {
        this.range = undefined;
      },
      done: (frames) => {
        for (const step of frames) range = rangeAfter(range, step);
        this.range = range;
      },
    };
    await streamFrames(this.context, this.micrograph, stream, job);
  }
}
