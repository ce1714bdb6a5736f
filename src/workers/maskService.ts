import { memorySink } from '../core/bytes.ts';
import { readMask, writeMaskBitmap } from '../dataset/maskFile.ts';
import { openMicrograph } from '../dataset/open.ts';
import { measureQuality } from '../pipelines/quality/quality.ts';
import { type QualityFeatures, scoreQuality } from '../pipelines/quality/score.ts';
import { serveJob } from '../rpc/job.ts';
import type { MaskApi } from '../rpc/masks.ts';
import type { ServiceParts } from './serviceParts.ts';

/** Micrographs whose features are kept: some numbers each. */
const mostKept = 1000;

/** The part of the contract about masks and quality. */
export function maskService({ platform, gpu, documents }: ServiceParts): MaskApi {
  const measured = new Map<string, QualityFeatures>();
  return {
    openMask: (file, size, port) =>
      serveJob(port, async () => readMask(await openMicrograph(platform.sourceOf(file)), size)),

    exportMask: async (bitmap, size, pixelSizeAngstrom, micrograph) => {
      const sink = memorySink();
      const labels = [
        `Cryolite ${__CRYOLITE_VERSION__}: contamination mask, 1 is contaminated`,
        `of ${micrograph}`,
      ];
      await writeMaskBitmap(sink, bitmap, size, { pixelSizeAngstrom, labels });
      return new Blob([sink.bytes()]);
    },

    quality: (id, { contaminatedPart, picks, ...lengths }, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        return await documents.using(id, async (image) => {
          const { pixelSizeAngstrom, diameterAngstrom } = lengths;
          const key = `${image.fingerprint}/${image.version('raw')}/${pixelSizeAngstrom}/${diameterAngstrom}`;
          const features =
            measured.get(key) ??
            (await gpu.run(options, (context) =>
              image.withRaw(context, options, (loaded) =>
                measureQuality(context, loaded, image.micrograph, lengths),
              ),
            ));
          if (measured.size >= mostKept) measured.clear();
          measured.set(key, features);
          const { score, mark, reason, ice } = scoreQuality({ ...features, contaminatedPart, picks });
          return { score, mark, reason, ice };
        });
      }),
  };
}
