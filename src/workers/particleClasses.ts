import type { JobOptions } from '../core/progress.ts';
import { classAverages } from '../pipelines/classes/classAverages.ts';
import { checkPicks, extractBoxes } from '../pipelines/extraction/boxes.ts';
import type { ClassRequest, ClassResult } from '../rpc/particles.ts';
import type { GpuAccess } from './gpuAccess.ts';
import { type PlanePicture, placeOnPlane, sideOnPlane } from './planePicture.ts';

/** Boxes that are looked at: of more, every second, third, … */
const mostBoxes = 2000;
/** An average is not shown larger than this, px. */
const mostSide = 128;
/** Three quarters of the box are particle and its surroundings, as in extraction. */
const backgroundPart = 0.75;

/** Class averages of picks on one micrograph. @throws as `checkPicks` and `classAverages`. */
export async function particleClasses(
  gpu: GpuAccess,
  name: string,
  { picture, bin }: PlanePicture,
  request: ClassRequest,
  options: JobOptions,
): Promise<ClassResult> {
  const start = performance.now();
  const boxPx = sideOnPlane(request.boxPx, bin);
  const sidePx = Math.min(boxPx, mostSide);
  const every = Math.ceil(request.places.length / mostBoxes);
  const looked = request.places.flatMap((_, i) => (i % every === 0 ? [i] : []));
  const places = looked.map((i) => placeOnPlane(request.places[i] ?? { x: 0, y: 0 }, bin));
  checkPicks(name, picture, places, { boxPx });
  const settings = {
    boxPx,
    binnedPx: sidePx,
    invert: !request.brightParticles,
    backgroundRadiusPx: Math.round((backgroundPart * sidePx) / 2),
  };
  const area = sidePx * sidePx;
  const pixels = new Float32Array(places.length * area);
  for (const { index, pixels: box } of extractBoxes(picture, places, settings)) {
    options.signal?.throwIfAborted();
    options.onProgress?.({ stage: 'Cutting out particles', done: index, total: places.length });
    pixels.set(box, index * area);
  }
  const pixelSizeAngstrom = (request.pixelSizeAngstrom * bin * boxPx) / sidePx;
  const maskDiameterPx = Math.min(sidePx, (1.2 * request.diameterAngstrom) / pixelSizeAngstrom);
  const { averages, members, poses } = await gpu.run(options, (context) =>
    classAverages(context, { sidePx, pixels }, { ...options, classes: request.classes, maskDiameterPx }),
  );
  const classOf = new Int8Array(request.places.length).fill(-1);
  for (const [at, i] of looked.entries()) classOf[i] = poses[at]?.class ?? -1;
  const seconds = (performance.now() - start) / 1000;
  return { sidePx, pixelSizeAngstrom, averages, members, classOf, seconds };
}
