import type { GpuContext } from '../../gpu/context.ts';
import type { LoadedPlane } from '../load.ts';
import { prepareWorkingImage, type WorkingImage, type WorkingScale } from '../picking/workingImage.ts';
import { crop, withoutSmears } from './border.ts';
import type { Picture } from './profile.ts';

/** Values further off than so many deviations, as of gold and hot pixels, count as that. */
const clip = 8;
/** Stripes at the edges count as smeared from this depth on. */
const leastSmearDiameters = 0.25;

/** A micrograph at the scale in which it is searched, beside the processor. */
export interface SeenPicture {
  readonly picture: Picture;
  readonly toFile: WorkingImage['toFile'];
}

/**
 * What the detector saw of a micrograph: at the scale of `prepareWorkingImage`, standardised and with dark particles, without
 * smeared borders.
 */
export async function seenPicture(
  context: GpuContext,
  loaded: LoadedPlane,
  scale: WorkingScale,
  brightParticles: boolean,
): Promise<SeenPicture> {
  const { plane, toFile } = await prepareWorkingImage(context, loaded, scale, clip, brightParticles);
  try {
    const { width, height } = plane;
    const data = new Float32Array(await context.read(plane.buffer, width * height * 4));
    const whole = { width, height, data };
    const rectangle = withoutSmears(whole, leastSmearDiameters * scale.workingDiameterPx);
    const { left, top } = rectangle;
    return {
      picture: crop(whole, rectangle),
      toFile: ({ x, y }) => toFile({ x: x + left, y: y + top }),
    };
  } finally {
    context.free(plane.buffer);
  }
}
