import { nextFastSize } from '../../fft/sizes.ts';
import type { RadialTransfer, Release, Spectrum } from '../../fft/spectrum.ts';
import { FourierTransforms } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { findPeaks, type Peak } from '../../gpu/ops/peaks.ts';
import type { Plane } from '../../gpu/plane.ts';
import { f32, groups, Recorder, type UniformField, u32 } from '../../gpu/recorder.ts';
import { leastVariance } from './correlation.ts';
import { discArea, discMean, templateTransfer } from './hankel.ts';
import { insidePart, reachOf, templateInside } from './inside.ts';
import type { RadialTemplate } from './profile.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A micrograph ready to be compared with radial templates of one radius: its spectrum, its mean and its contrast around each
 * pixel stay on the GPU, so that a template costs one Fourier transform.
 *
 * The score is the normalised cross-correlation (Lewis 1995), −1 to 1, in a disc with a fading edge; `correlationAt` defines
 * it. Beyond the picture's edge nothing is compared: particles that are cut there are found, too.
 */
export class TemplateMatcher {
  private constructor(
    private readonly context: GpuContext,
    private readonly transforms: FourierTransforms,
    private readonly picture: Size,
    private readonly spectrum: Spectrum,
    private readonly means: GPUBuffer,
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
      const reach = reachOf(radiusPx);
      const [width, height] = [nextFastSize(picture.width + reach), nextFastSize(picture.height + reach)];
      const plane = (owner: string): Plane => {
        const buffer = context.buffer(owner, width * height * 4);
        release(buffer);
        return { buffer, width, height };
      };
      const [padded, squares] = [plane('padded'), plane('squares')];
      const pad = await context.pipeline('template/pad.wgsl');
      const sizes = [picture.width, picture.height, width, height].map(u32);
      const grid = [groups(width, 8), groups(height, 8), 1] as const;
      recorder.dispatch(pad, sizes, [picture.buffer, padded.buffer, squares.buffer], grid);
      const spectrum = await transforms.forward(recorder, padded, release);
      kept.push(spectrum.buffer);
      const mean = discMean(radiusPx);
      const means = await filtered(recorder, transforms, spectrum, mean, release);
      kept.push(means.buffer);
      const power = await transforms.forward(recorder, squares, release);
      release(power.buffer);
      const contrast = await filtered(recorder, transforms, power, mean, release);
      kept.push(contrast.buffer);
      const parts = context.upload('template', insidePart(radiusPx));
      release(parts);
      const place = [picture.width, picture.height, width, reach].map(u32);
      const fields = [...place, f32(discArea(radiusPx)), f32(leastVariance)];
      const buffers = [parts, means.buffer, contrast.buffer];
      await eachPixel(context, recorder, 'template/contrast.wgsl', picture, fields, buffers);
      recorder.submit();
      return new TemplateMatcher(
        context,
        transforms,
        picture,
        spectrum,
        means.buffer,
        contrast.buffer,
        radiusPx,
      );
    } catch (error) {
      context.free(...kept);
      transforms.destroy();
      throw error;
    } finally {
      context.free(...spent);
    }
  }

  /** The template's score at every pixel of the picture, in the corner of a larger plane; the caller frees it. Submitted, not awaited. */
  async scores(template: RadialTemplate): Promise<Plane> {
    const { context, transforms, spectrum, means, contrast, picture } = this;
    const spent: GPUBuffer[] = [];
    const release: Release = (...buffers) => void spent.push(...buffers);
    try {
      const recorder = new Recorder(context);
      const result = await filtered(recorder, transforms, spectrum, templateTransfer(template), release);
      const inside = context.upload('template', templateInside(template));
      release(inside);
      const { width, height } = picture;
      const fields = [width, height, spectrum.width, reachOf(this.radiusPx)].map(u32);
      const buffers = [inside, means, contrast, result.buffer];
      await eachPixel(context, recorder, 'template/score.wgsl', picture, fields, buffers);
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

  get size(): Size {
    const { width, height } = this.picture;
    return { width, height };
  }

  destroy(): void {
    this.context.free(this.spectrum.buffer, this.means, this.contrast);
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
  { width, height }: Size,
  fields: readonly UniformField[],
  buffers: readonly GPUBuffer[],
): Promise<void> {
  recorder.dispatch(await context.pipeline(shader), fields, buffers, [
    groups(width, 8),
    groups(height, 8),
    1,
  ]);
}
