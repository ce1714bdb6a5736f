import type { GpuContext } from '../../gpu/context.ts';
import type { LoadedPlane } from '../load.ts';
import type { Candidate } from '../picking/candidates.ts';
import type { WorkingImage } from '../picking/workingImage.ts';
import { fitTemplate, templateRadiusDiameters } from './fit.ts';
import { TemplateMatcher } from './matcher.ts';
import { type Picture, type Point, type RadialSums, stepsPerPixel } from './profile.ts';
import { seenPicture } from './seenPicture.ts';

/** The picture that templates are matched in: large enough to place a particle, small enough to be searched in a blink. */
const workingScale = { workingDiameterPx: 24, highpassDiameters: 4 };

export interface TemplatePicks {
  /** In file pixels, best first, not nearer to each other than 0.7 diameters; scores are correlations, 1 at most. */
  readonly candidates: readonly Candidate[];
  readonly suggestedThreshold: number;
  /** What was picked here, for other micrographs. */
  readonly sums: RadialSums;
  readonly profile: TemplateProfile;
}

/** What was searched for, by distance from a particle's centre. */
export interface TemplateProfile {
  /** Distance from one value to the next, in diameters. */
  readonly stepDiameters: number;
  /** From the centre on; dark is negative, the mean over the disc 0. The scale has no meaning. */
  readonly values: readonly number[];
}

/**
 * A micrograph that is searched again and again while its particles are being picked. Holds some planes of the working
 * scale on the GPU, and the picture itself also beside the processor.
 */
export class TemplateMicrograph {
  private constructor(
    private readonly matcher: TemplateMatcher,
    private readonly picture: Picture,
    private readonly toFile: WorkingImage['toFile'],
    private readonly brightParticles: boolean,
  ) {}

  /**
   * @param diameterPx longest extent of a particle in the file, px; `checkDiameter` says what is possible.
   */
  static async open(
    context: GpuContext,
    loaded: LoadedPlane,
    diameterPx: number,
    brightParticles: boolean,
  ): Promise<TemplateMicrograph> {
    const scale = { diameterPx, ...workingScale };
    const { picture, toFile } = await seenPicture(context, loaded, scale, brightParticles);
    const { width, height, data } = picture;
    const plane = { buffer: context.upload('template', data), width, height };
    try {
      const radiusPx = templateRadiusDiameters * workingScale.workingDiameterPx;
      const matcher = await TemplateMatcher.open(context, plane, radiusPx);
      return new TemplateMicrograph(matcher, picture, toFile, brightParticles);
    } finally {
      context.free(plane.buffer);
    }
  }

  /**
   * Finds what looks like the picked particles.
   * @param picked centres in file pixels.
   * @param elsewhere sums of other micrographs of the data set, of the same diameter.
   * @returns undefined when nothing was picked, or nothing can be seen there.
   */
  async find(picked: readonly Point[], elsewhere?: RadialSums): Promise<TemplatePicks | undefined> {
    const { matcher, picture, toFile } = this;
    const [first, second] = [toFile({ x: 0, y: 0 }), toFile({ x: 1, y: 1 })];
    const toWorking = ({ x, y }: Point): Point => ({
      x: (x - first.x) / (second.x - first.x),
      y: (y - first.y) / (second.y - first.y),
    });
    const fit = await fitTemplate(
      { matcher, picture, picked: picked.map(toWorking), diameterPx: workingScale.workingDiameterPx },
      elsewhere,
    );
    if (!fit) return undefined;
    const candidates = fit.candidates.map((candidate) => ({ ...candidate, ...toFile(candidate) }));
    const { suggestedThreshold, sums, template } = fit;
    const stepDiameters = 1 / (stepsPerPixel * workingScale.workingDiameterPx);
    const sign = this.brightParticles ? -1 : 1;
    const profile = { stepDiameters, values: Array.from(template.values, (value) => sign * value) };
    return { candidates, suggestedThreshold, sums, profile };
  }

  destroy(): void {
    this.matcher.destroy();
  }
}
