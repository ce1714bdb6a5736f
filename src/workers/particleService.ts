import { memorySink } from '../core/bytes.ts';
import { UsageError } from '../core/errors.ts';
import type { JobOptions } from '../core/progress.ts';
import { openMicrograph } from '../dataset/open.ts';
import { nearestFastSize } from '../fft/sizes.ts';
import { checkPicks } from '../pipelines/extraction/boxes.ts';
import { pickContrasts } from '../pipelines/extraction/contrasts.ts';
import { extractionLabel, extractMicrograph } from '../pipelines/extraction/extractMicrograph.ts';
import { thumbnails } from '../pipelines/extraction/thumbnails.ts';
import type { ImageKind } from '../rpc/contract.ts';
import { serveJob } from '../rpc/job.ts';
import type { ParticleApi } from '../rpc/particles.ts';
import { HeldPicture } from './heldPicture.ts';
import { particleClasses } from './particleClasses.ts';
import { type PlanePicture, placeOnPlane, planePicture, sideOnPlane } from './planePicture.ts';
import type { ServiceParts } from './serviceParts.ts';

/** The picture that boxes are cut from stays in memory for so long after the last one. */
const idleMilliseconds = 30_000;

/** The part of the contract that is about the boxes of picks. */
export function particleService({ platform, gpu, documents }: ServiceParts): ParticleApi {
  const held = new HeldPicture<PlanePicture>(idleMilliseconds);
  const pictureOf = (id: number, kind: ImageKind, options: JobOptions): Promise<PlanePicture> =>
    documents.using(id, (image) =>
      // One who cancels must not end it for the next: the signal stays out.
      held.get(`${id}/${kind}/${image.version(kind)}`, () =>
        planePicture(gpu, image, kind, { onProgress: options.onProgress }),
      ),
    );
  return {
    particleThumbnails: (id, kind, request, port) =>
      serveJob(port, async (options) => {
        const { version, picture, bin } = await pictureOf(id, kind, options);
        options.signal?.throwIfAborted();
        const { name } = documents.find(id).file;
        const boxPx = nearestFastSize(sideOnPlane(request.boxPx, bin));
        const places = request.places.map((place) => placeOnPlane(place, bin));
        if (places.length > 0) checkPicks(name, picture, places, { boxPx });
        const made = thumbnails(picture, places, {
          ...request,
          boxPx,
          lowpassPx: request.lowpassPx / bin,
          invert: false,
        });
        return platform.transfer({ ...made, version }, [made.pixels.buffer]);
      }),

    particleContrasts: (id, places, diameterPx, brightParticles, port) =>
      serveJob(port, async (options) => {
        const { picture, bin } = await pictureOf(id, 'raw', options);
        const centres = places.map((place) => placeOnPlane(place, bin));
        const found = pickContrasts(picture, centres, diameterPx / bin / 2, brightParticles);
        return platform.transfer(found, [found.buffer]);
      }),

    classAverages: (id, request, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        const { name } = documents.find(id).file;
        const source = await pictureOf(id, 'raw', options);
        options.signal?.throwIfAborted();
        const result = await particleClasses(gpu, name, source, request, options);
        return platform.transfer(result, [result.averages.buffer, result.classOf.buffer]);
      }),

    extractParticles: (file, request, port) =>
      serveJob(port, async (options) => {
        const { picks, pixelSizeAngstrom, binTo, invert, normalise } = request;
        const micrograph = await openMicrograph(platform.sourceOf(file), request.read);
        if (micrograph.kind === 'movie') {
          throw new UsageError(
            `${micrograph.name} is a movie: save its sum in step 1, open that, and extract the particles from it.`,
          );
        }
        const boxes = {
          box: { value: request.boxAngstrom, unit: 'angstrom' as const },
          binTo,
          invert,
          normalise,
        };
        const sink = memorySink();
        const { settings, binnedPixelSizeAngstrom, particles, overEdge, flat } = await extractMicrograph(
          micrograph,
          picks,
          boxes,
          { ...options, name: micrograph.name, pixelSizeAngstrom, openSink: async () => sink },
        );
        const { boxPx, binnedPx } = settings;
        const stack = new Blob([sink.bytes()]);
        const label = extractionLabel(boxes);
        return { stack, label, particles, boxPx, binnedPx, binnedPixelSizeAngstrom, overEdge, flat };
      }),
  };
}
