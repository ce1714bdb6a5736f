import type { JobOptions } from '../core/progress.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import type { Picture } from '../pipelines/extraction/picture.ts';
import { planeToFile } from '../pipelines/load.ts';
import type { ImageKind, Place } from '../rpc/contract.ts';
import type { GpuAccess } from './gpuAccess.ts';
import type { OpenImage } from './openImage.ts';

/** A standardised picture on the CPU, as it is on the screen; a large one may be binned. */
export interface PlanePicture {
  /** Which picture it is. */
  readonly version: string;
  readonly picture: Picture;
  readonly bin: number;
}

/** Reads a picture back from the GPU; where there is none, the raw one from the file. */
export async function planePicture(
  gpu: GpuAccess,
  image: OpenImage,
  kind: ImageKind,
  options: JobOptions,
): Promise<PlanePicture> {
  const read = async (context: GpuContext, { buffer, width, height }: Plane): Promise<Picture> => ({
    data: new Float32Array(await context.read(buffer, width * height * 4)),
    width,
    height,
  });
  const onDevice = (): Promise<PlanePicture> =>
    gpu.run(options, (context) =>
      kind === 'raw'
        ? image.withRaw(context, options, async ({ plane, bin }, version) => ({
            version,
            picture: await read(context, plane),
            bin,
          }))
        : image.withFiltered(
            context,
            options,
            async (plane, { version }, { bin }) => ({ version, picture: await read(context, plane), bin }),
            kind,
          ),
    );
  if (kind !== 'raw') return await onDevice();
  return await gpu.orOnCpu(onDevice, async () => {
    const version = image.version('raw');
    const { width, height } = image.micrograph;
    return { version, picture: { data: await image.pixelsOnCpu(options), width, height }, bin: 1 };
  });
}

/** A place of the file in pixels of the plane: the inverse of `planeToFile`. */
export function placeOnPlane({ x, y }: Place, bin: number): Place {
  const offset = planeToFile(0, bin);
  return { x: (x - offset) / bin, y: (y - offset) / bin };
}

/** An even length of the file in pixels of the plane, even and at least 4. */
export function sideOnPlane(sidePx: number, bin: number): number {
  return Math.max(4, 2 * Math.round(sidePx / bin / 2));
}
