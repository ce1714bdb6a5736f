import type { JobOptions } from '../core/progress.ts';
import { histogramOf } from '../pipelines/inspection/histogram.ts';
import { planProfile, profileOf } from '../pipelines/inspection/profile.ts';
import { createStatistics } from '../pipelines/statistics.ts';
import type { InspectionApi, Region, RegionStatistics } from '../rpc/inspection.ts';
import { serveJob } from '../rpc/job.ts';
import { denoiserOf } from './denoiserOf.ts';
import { blockOf, filterBlock } from './filteredBlock.ts';
import { placeOnPlane } from './planePicture.ts';
import { type PlaneReader, withPlaneReader } from './planeReader.ts';
import type { ServiceParts } from './serviceParts.ts';

/** Pixels of a region that are read at a time: 8 MiB of floats. */
const pixelsAtOnce = 2 * 2 ** 20;

/** The part of the contract about looking closely: histogram, line profile, region, and a filter that follows a slider. */
export function inspectionService({ platform, gpu, documents, models }: ServiceParts): InspectionApi {
  return {
    histogram: async (id, kind) => {
      const { data } = await gpu.brief((acquire) =>
        documents.using(id, (image) => image.overview(acquire, kind)),
      );
      return histogramOf(data);
    },

    lineProfile: (id, kind, { from, to, widthPx }, port) =>
      serveJob(port, (options) =>
        documents.using(id, (image) =>
          withPlaneReader(gpu, image, kind, options, async (reader) => {
            const { bin } = reader;
            const plan = planProfile(
              placeOnPlane(from, bin),
              placeOnPlane(to, bin),
              Math.max(1, widthPx / bin),
              reader,
            );
            const values = profileOf(plan, await reader.at(plan.places));
            return { stepPx: plan.stepPx * bin, values };
          }),
        ),
      ),

    regionStatistics: (id, kind, region, port) =>
      serveJob(port, (options) =>
        documents.using(id, (image) =>
          withPlaneReader(gpu, image, kind, options, (reader) => statisticsOfRegion(reader, region, options)),
        ),
      ),

    filterBlock: async (id, filter, block) => {
      gpu.need();
      const made = await gpu.brief((acquire) =>
        documents.using(id, async (image) => {
          if (!acquire) throw new Error('There is no GPU.');
          const context = await acquire();
          const { width, height } = image.micrograph;
          const raw = await blockOf({ width, height }, block, (level, column, row) =>
            image.tile(acquire, 'raw', level, column, row),
          );
          const pixelSizeAngstrom = filter.pixelSizeAngstrom * 2 ** block.level;
          return await filterBlock(context, raw, denoiserOf({ ...filter, pixelSizeAngstrom }, models));
        }),
      );
      return platform.transfer(made, [made.data.buffer]);
    },
  };
}

/** Of the pixels that the region touches; those of a binned picture count whole. */
async function statisticsOfRegion(
  reader: PlaneReader,
  region: Region,
  { signal, onProgress }: JobOptions,
): Promise<RegionStatistics> {
  const { bin } = reader;
  const left = Math.max(0, Math.floor(region.x / bin));
  const top = Math.max(0, Math.floor(region.y / bin));
  const width = Math.min(reader.width, Math.ceil((region.x + region.width) / bin)) - left;
  const height = Math.min(reader.height, Math.ceil((region.y + region.height) / bin)) - top;
  const statistics = createStatistics();
  const rowsAtOnce = Math.max(1, Math.floor(pixelsAtOnce / reader.width));
  for (let row = 0; width > 0 && row < height; row += rowsAtOnce) {
    signal?.throwIfAborted();
    const rows = Math.min(rowsAtOnce, height - row);
    statistics.add(await reader.rows(top + row, rows, left, width));
    onProgress?.({ stage: 'Reading the region', done: row + rows, total: height });
  }
  const { mean, standardDeviation: sigma, min, max } = statistics.result();
  const pixels = { width: Math.max(0, width) * bin, height: Math.max(0, height) * bin };
  return { region: { x: left * bin, y: top * bin, ...pixels }, mean, sigma, min, max };
}
