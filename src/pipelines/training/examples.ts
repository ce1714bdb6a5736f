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

/** A micrograph as a network is shown it, and where its pixels lie in the file. Plain data: no GPU holds any of it. */
export interface WorkingPicture {
  readonly picture: Picture;
  /** Of its first pixel, px of the file. */
  readonly origin: Point;
  /** From one of its pixels to the next, px of the file. */
  readonly step: Point;
}

/**
 * Prepares a micrograph.
 * @param diameterPx longest extent of a particle in the file, px; `checkDiameter` says what is possible.
 */
export async function prepareWorkingPicture(
  context: GpuContext,
  loaded: LoadedPlane,
  diameterPx: number,
  brightParticles: boolean,
  settings: WorkingSettings,
): Promise<WorkingPicture> {
  const image = await prepareWorkingImage(
    context,
    loaded,
    { diameterPx, ...settings },
    settings.clip,
    brightParticles,
  );
  try {
    const { buffer, width, height } = image.plane;
    const data = new Float32Array(await context.read(buffer, width * height * 4));
    const [origin, second] = [image.toFile({ x: 0, y: 0 }), image.toFile({ x: 1, y: 1 })];
    const step = { x: second.x - origin.x, y: second.y - origin.y };
    return { picture: { data, width, height }, origin, step };
  } finally {
    context.free(image.plane.buffer);
  }
}

/**
 * A prepared micrograph with what was picked on it.
 * @param labels in pixels of the file, as `rejected`.
 */
export function exampleOf(
  { picture, origin, step }: WorkingPicture,
  name: string,
  labels: readonly Point[],
  rejected: readonly Point[] = [],
): TrainingExample {
  const toWorking = ({ x, y }: Point): Point => ({ x: (x - origin.x) / step.x, y: (y - origin.y) / step.y });
  return { name, picture, labels: labels.map(toWorking), rejected: rejected.map(toWorking) };
}

/** Both at once. */
export async function prepareExample(
  context: GpuContext,
  loaded: LoadedPlane,
  name: string,
  labels: readonly Point[],
  diameterPx: number,
  brightParticles: boolean,
  settings: WorkingSettings,
): Promise<TrainingExample> {
  const working = await prepareWorkingPicture(context, loaded, diameterPx, brightParticles, settings);
  return exampleOf(working, name, labels);
}

/** A place of a prepared micrograph in pixels of its file. */
export function toFilePlace({ origin, step }: WorkingPicture, { x, y }: Point): Point {
  return { x: origin.x + x * step.x, y: origin.y + y * step.y };
}
