import { padPeriodic } from '../../fft/filter.ts';
import { nextFastSize } from '../../fft/sizes.ts';
import type { RadialTransfer, Release, Spectrum } from '../../fft/spectrum.ts';
import { FourierTransforms } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { findPeaks, type Peak } from '../../gpu/ops/peaks.ts';
import type { Plane } from '../../gpu/plane.ts';
import { f32, groups, Recorder, type UniformField, u32 } from '../../gpu/recorder.ts';
import { leastVariance } from './correlation.ts';
import { discArea, discMean, templateTransfer } from './hankel.ts';
import type { RadialTemplate } from './profile.ts';

/**
 * A micrograph ready to be compared with radial templates of one radius: its spectrum and its contrast around each pixel
 * stay on the GPU, so that a template costs one Fourier transform.
 *
 * The score is the normalised cross-correlation (Lewis 1995), −1 to 1, in a disc with a fading edge; `correlationAt` defines
 * it. Beyond its edge the picture is led back to its other side.
 */
export class TemplateMatcher {
  private constructor(
    private readonly context: GpuContext,
    private readonly transforms: FourierTransforms,
    private readonly picture: { readonly width: number; readonly height: number },
    private readonly spectrum: Spectrum,
    private readonly contrast: GPUBuffer,
    readonly radiusPx: number,
  ) {}

  /**
   * @param picture standardised, so that the variance of its ground is 1; left as it was.
   * @param radiusPx of the templates to come.
   */
  static async open(context: GpuContext, picture: Plane, radiusPx: number): Promise<TemplateMatcher> {
    const transforms = new FourierTransforms(context);
    const kept: GPUBuffer[] = [];
    const spent: GPUBuffer[] = [];
    const release: Release = (...buffers) => void spent.push(...buffers);
    try {
      const recorder = new Recorder(context);
      const [width, height] = [picture.width, picture.height].map((side) =>
        nextFastSize(side + Math.ceil(radiusPx)),
      ) as [number, number];
      const padded = await padPeriodic(context, recorder, picture, width, height);
      release(padded.buffer);
      const spectrum = await transforms.forward(recorder, padded, release);
      kept.push(spectrum.buffer);
      const mean = discMean(radiusPx);
      const means = await filtered(recorder, transforms, spectrum, mean, release);
      release(means.buffer);
      const squares: Plane = { buffer: context.buffer('squares', width * height * 4), width, height };
      release(squares.buffer);
      await eachPixel(context, recorder, 'template/square.wgsl', squares, [padded.buffer, squares.buffer]);
      const power = await transforms.forward(recorder, squares, release);
      release(power.buffer);
      const contrast = await filtered(recorder, transforms, power, mean, release);
      kept.push(contrast.buffer);
      const buffers = [means.buffer, contrast.buffer];
      const fields = [f32(discArea(radiusPx)), f32(leastVariance)];
      await eachPixel(context, recorder, 'template/contrast.wgsl', contrast, buffers, fields);
      recorder.submit();
      return new TemplateMatcher(context, transforms, picture, spectrum, contrast.buffer, radiusPx);
    } catch (error) {
      context.free(...kept);
      transforms.destroy();
      throw error;
    } finally {
      context.free(...spent);
    }
  }

  /** The template's score at every pixel of the picture, and of its padding; the caller frees it. Submitted, not awaited. */
  async scores(template: RadialTemplate): Promise<Plane> {
    const { context, transforms, spectrum, contrast } = this;
    const spent: GPUBuffer[] = [];
    const release: Release = (...buffers) => void spent.push(...buffers);
    try {
      const recorder = new Recorder(context);
      const result = await filtered(recorder, transforms, spectrum, templateTransfer(template), release);
      await eachPixel(context, recorder, 'template/score.wgsl', result, [contrast, result.buffer]);
      recorder.submit();
      return result;
    } finally {
      context.free(...spent);
    }
  }

  /** Local maxima of the score above `floor`, best first, in pixels of the picture. */
  async peaks(template: RadialTemplate, floor: number): Promise<Peak[]> {
    const scores = await this.scores(template);
    try {
      return await findPeaks(this.context, scores, { x: 0, y: 0, ...this.size }, floor);
    } finally {
      this.context.free(scores.buffer);
    }
  }

  get size(): { readonly width: number; readonly height: number } {
    const { width, height } = this.picture;
    return { width, height };
  }

  destroy(): void {
    this.context.free(this.spectrum.buffer, this.contrast);
    this.transforms.destroy();
  }
}

/** A filtered plane of a spectrum, which is left as it was. */
async function filtered(
  recorder: Recorder,
  transforms: FourierTransforms,
  spectrum: Spectrum,
  transfer: RadialTransfer,
  release: Release,
): Promise<Plane> {
  const { width, height } = spectrum;
  const product = await transforms.resample(recorder, spectrum, width, height, transfer, release);
  return await transforms.backward(recorder, product, release);
}

async function eachPixel(
  context: GpuContext,
  recorder: Recorder,
  shader: string,
  { width, height }: Plane,
  buffers: readonly GPUBuffer[],
  fields: readonly UniformField[] = [],
): Promise<void> {
  const count = width * height;
  const columns = Math.min(groups(count, 256), 32768) * 256;
  recorder.dispatch(await context.pipeline(shader), [u32(count), u32(columns), ...fields], buffers, [
    columns / 256,
    groups(count, columns),
    1,
  ]);
}
