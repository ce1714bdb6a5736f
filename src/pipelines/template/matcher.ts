import type { RadialTransfer, Release, Spectrum } from '../../fft/spectrum.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { findPeaks, type Peak } from '../../gpu/ops/peaks.ts';
import type { Plane } from '../../gpu/plane.ts';
import { groups, Recorder, u32 } from '../../gpu/recorder.ts';
import { freeGround, type Ground, type LocalMean, openGround, type Pass, type Size } from './ground.ts';
import { discArea, discMean, templateTransfer } from './hankel.ts';
import { reachOf, templateInside } from './inside.ts';
import type { RadialTemplate } from './profile.ts';

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
    private readonly picture: Size,
    private readonly ground: Ground,
    readonly radiusPx: number,
  ) {}

  /**
   * @param picture standardised, so that the variance of its ground is 1; left as it was.
   * @param radiusPx of the templates to come.
   */
  static async open(context: GpuContext, picture: Plane, radiusPx: number): Promise<TemplateMatcher> {
    const ground = await openGround(context, picture, radiusPx, radialMean(radiusPx));
    return new TemplateMatcher(context, picture, ground, radiusPx);
  }

  /** The template's score at every pixel of the picture, in the corner of a larger plane; the caller frees it. Submitted, not awaited. */
  async scores(template: RadialTemplate): Promise<Plane> {
    const { context, picture } = this;
    const { transforms, spectrum, means, contrast } = this.ground;
    const spent: GPUBuffer[] = [];
    const release: Release = (...buffers) => void spent.push(...buffers);
    try {
      const recorder = new Recorder(context);
      const pass = { context, transforms, recorder, release };
      const result = await filtered(pass, spectrum, templateTransfer(template));
      const inside = context.upload('template', templateInside(template));
      release(inside);
      const { width, height } = picture;
      recorder.dispatch(
        await context.pipeline('template/score.wgsl'),
        [width, height, spectrum.width, reachOf(this.radiusPx)].map(u32),
        [inside, means, contrast, result.buffer],
        [groups(width, 8), groups(height, 8), 1],
      );
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
    freeGround(this.context, this.ground);
  }
}

/** The disc as a function of the radius, like the templates. */
function radialMean(radiusPx: number): LocalMean {
  const mean = discMean(radiusPx);
  return {
    area: discArea(radiusPx),
    prepare: async (pass) => async (spectrum) => (await filtered(pass, spectrum, mean)).buffer,
  };
}

/** A filtered plane of a spectrum, which is left as it was. */
async function filtered(
  { transforms, recorder, release }: Pass,
  spectrum: Spectrum,
  transfer: RadialTransfer,
): Promise<Plane> {
  const { width, height } = spectrum;
  const product = await transforms.resample(recorder, spectrum, width, height, transfer, release);
  return await transforms.backward(recorder, product, release);
}
