import type { GpuContext } from '../../gpu/context.ts';
import type { LoadedPlane } from '../load.ts';
import type { WorkingScalePicker } from '../picking/model.ts';
import { prepareWorkingImage } from '../picking/workingImage.ts';
import type { Picture, Point } from '../template/profile.ts';

/** A micrograph to learn from, at the scale where a particle has the network's diameter. Plain data: no GPU holds any of it. */
export interface TrainingExample {
  readonly name: string;
  /** As the network is shown it, particles dark. */
  readonly picture: Picture;
  /** Particles that somebody picked, px of `picture`; the others are not known. */
  readonly labels: readonly Point[];
  /** Places of which somebody said that there is no particle, px of `picture`. */
  readonly rejected?: readonly Point[];
}

/** How a picker looks at its input; of its model file. */
export type WorkingSettings = Pick<WorkingScalePicker, 'workingDiameterPx' | 'highpassDiameters' | 'clip'>;

/**
 * Prepares a micrograph and what was picked on it.
 * @param diameterPx longest extent of a particle in the file, px; `checkDiameter` says what is possible.
 * @param labels in pixels of the file.
 */
export async function prepareExample(
  context: GpuContext,
  loaded: LoadedPlane,
  name: string,
  labels: readonly Point[],
  diameterPx: number,
  brightParticles: boolean,
  settings: WorkingSettings,
): Promise<TrainingExample> {
  const { clip } = settings;
  const image = await prepareWorkingImage(
    context,
    loaded,
    { diameterPx, ...settings },
    clip,
    brightParticles,
  );
  try {
    const { buffer, width, height } = image.plane;
    const data = new Float32Array(await context.read(buffer, width * height * 4));
    const [first, second] = [image.toFile({ x: 0, y: 0 }), image.toFile({ x: 1, y: 1 })];
    const toWorking = ({ x, y }: Point): Point => ({
      x: (x - first.x) / (second.x - first.x),
      y: (y - first.y) / (second.y - first.y),
    });
    return { name, picture: { data, width, height }, labels: labels.map(toWorking) };
  } finally {
    context.free(image.plane.buffer);
  }
}
