import { fingerprint } from '../dataset/fingerprint.ts';
import { openMicrograph } from '../dataset/open.ts';
import { thumbnailOf, thumbnailPlan } from '../pipelines/thumbnail.ts';
import { serveJob } from '../rpc/job.ts';
import type { MicrographLook, MicrographThumbnailApi } from '../rpc/micrographThumbnails.ts';
import { type KeptThumbnail, type ThumbnailCache, thumbnailKey } from '../tiles/thumbnailCache.ts';
import type { ServiceParts } from './serviceParts.ts';

/** The part of the contract about thumbnails of micrographs. Nothing of it needs a GPU, or waits for one. */
export function thumbnailService(
  { platform }: Pick<ServiceParts, 'platform'>,
  cache: Promise<ThumbnailCache>,
): MicrographThumbnailApi {
  const look = ({ facts, ...picture }: KeptThumbnail, wantsPicture: boolean): MicrographLook =>
    wantsPicture
      ? platform.transfer({ facts, picture }, [picture.data.buffer])
      : { facts, picture: undefined };
  return {
    lookAtFile: (file, wantsPicture, port) =>
      serveJob(port, async (options) => {
        const key = thumbnailKey(file);
        const known = await cache;
        const facts = wantsPicture ? undefined : await known.facts(key);
        if (facts) return { facts, picture: undefined };
        const kept = await known.get(key);
        if (kept) return look(kept, wantsPicture);
        const source = platform.sourceOf(file);
        const micrograph = await openMicrograph(source);
        const plan = thumbnailPlan(micrograph, micrograph.kind === 'movie');
        const picture = await thumbnailOf(micrograph, plan, options);
        const { width, height, frames, pixelSizeAngstrom, acquisition } = micrograph;
        const made = {
          ...picture,
          facts: {
            fingerprint: await fingerprint(source, 0),
            ...{ width, height, frames, pixelSizeAngstrom },
            defocusAngstrom: acquisition.defocusAngstrom,
          },
        };
        await known.put(key, made);
        return look(made, wantsPicture);
      }),
  };
}
