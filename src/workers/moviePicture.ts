import type { JobOptions } from '../core/progress.ts';
import type { GainCorrection } from '../dataset/gain.ts';
import type { Micrograph } from '../dataset/micrograph.ts';
import type { GpuContext } from '../gpu/context.ts';
import { sumOnCpu } from '../pipelines/movie/cpuSum.ts';
import { type ExposureParameters, MovieExposure } from '../pipelines/movie/movieExposure.ts';
import type { Exposure, ExposureReport } from '../rpc/contract.ts';
import type { RawPicture } from './rawPicture.ts';

/** A gain reference that the page has opened. */
export interface LaidGain extends GainCorrection {
  /** Knows the reference's content again. */
  readonly fingerprint: string;
}

/** The sum that all pictures of one opened movie are made from, on whichever device there is. */
export class MovieOnGpu {
  private exposure: MovieExposure | undefined;

  constructor(readonly micrograph: Micrograph) {}

  on(context: GpuContext): MovieExposure {
    if (this.exposure?.context === context) return this.exposure;
    this.release();
    const exposure = new MovieExposure(context, this.micrograph);
    this.exposure = exposure;
    return exposure;
  }

  release(): void {
    this.exposure?.free();
    this.exposure = undefined;
  }
}

/** The picture of a movie that one exposure makes. */
export class MoviePicture implements RawPicture {
  readonly version: string;
  readonly isKept: boolean;
  readonly valueAt = undefined;
  private counts: { readonly hotPixels: number; readonly defects: number } | undefined;

  /** @param variant how the user wants the file read, or "". */
  constructor(
    private readonly movie: MovieOnGpu,
    private readonly exposure: Exposure,
    private readonly gain: LaidGain | undefined,
    variant: string,
  ) {
    const { range, removeHotPixels } = exposure;
    const { frames } = movie.micrograph;
    const laid = gain ? `-${gain.fingerprint}-${gain.operation}-${gain.orientation}` : '';
    this.version = `sum-${range.first}-${range.last}${removeHotPixels ? '' : '-hot'}${laid}${variant}`;
    // What a slider passes over is not looked at again.
    this.isKept = range.first === 0 && range.last === frames - 1;
  }

  /** What is known of the picture. */
  get report(): ExposureReport {
    const { exposure, counts } = this;
    return { exposure, hotPixels: counts?.hotPixels, defects: counts?.defects };
  }

  /** What it is made with. */
  get parameters(): ExposureParameters {
    const { range, removeHotPixels } = this.exposure;
    return { range, removeHotPixels, gain: this.gain };
  }

  async load(context: GpuContext, options: JobOptions) {
    const exposed = await this.movie.on(context).expose(this.parameters, options);
    this.counts = exposed;
    return exposed;
  }

  pixels(options: JobOptions) {
    return sumOnCpu(this.movie.micrograph, this.exposure.range, this.gain, options);
  }

  release(): void {
    this.movie.release();
  }
}
