import { openMicrograph } from '../dataset/open.ts';
import { scoreReadings } from '../pipelines/readingScore.ts';
import { simulatedMrc } from '../pipelines/simulation/files.ts';
import { defaultSimulation, simulateMicrograph } from '../pipelines/simulation/simulate.ts';
import type { ComputeApi } from '../rpc/contract.ts';
import { serveJob } from '../rpc/job.ts';
import { BundledPicker } from './bundledPicker.ts';
import { coordinateService } from './coordinateService.ts';
import { diagnosticsService } from './diagnosticsService.ts';
import { Documents } from './documents.ts';
import { evaluationService } from './evaluationService.ts';
import { filterService } from './filterService.ts';
import { Gains } from './gains.ts';
import { GpuAccess } from './gpuAccess.ts';
import { inspectionService } from './inspectionService.ts';
import { maskService } from './maskService.ts';
import { matchingService } from './matchingService.ts';
import { modelService } from './modelService.ts';
import { Models } from './models.ts';
import { movieService } from './movieService.ts';
import { describeDocument, openDocument } from './openedFile.ts';
import { particleService } from './particleService.ts';
import { pickService } from './pickService.ts';
import type { ComputePlatform, ServiceParts } from './serviceParts.ts';
import { sessionFileService } from './sessionFileService.ts';
import { spectrumService } from './spectrumService.ts';
import { StageTimes, withStageTimes } from './stageTimes.ts';
import { templateService } from './templateService.ts';
import { thumbnailService } from './thumbnailService.ts';
import { trainService } from './trainService.ts';
import { trustService } from './trustService.ts';

const demoName = 'cryolite-demo.mrc';

/** The compute worker's side of the contract. */
export function createComputeService(platform: ComputePlatform): ComputeApi {
  const gpu = new GpuAccess(platform.openGpu);
  const documents = new Documents(platform.residentBudgetBytes);
  const gains = new Gains();
  const parts: ServiceParts = {
    platform,
    gpu,
    documents,
    gains,
    models: new Models(platform.loadDenoiserModel),
    picker: new BundledPicker(platform.loadPickerModel),
  };
  const lay = gains.lay.bind(gains);
  const cache = platform.openCache();
  const thumbnails = platform.openThumbnailCache();
  const times = new StageTimes();
  const service: ComputeApi = {
    ...movieService(parts),
    ...filterService(parts),
    ...inspectionService(parts),
    ...pickService(parts),
    ...maskService(parts),
    ...templateService(parts),
    ...matchingService(parts),
    ...particleService(parts),
    ...thumbnailService(parts, thumbnails),
    ...trainService(parts),
    ...trustService(parts),
    ...spectrumService(parts),
    ...evaluationService(),
    ...coordinateService(platform),
    ...modelService(parts),
    ...diagnosticsService(parts),
    ...sessionFileService(platform.sessions, parts.models),

    start: () => gpu.start(),

    open: (file, request, port) =>
      serveJob(port, async (options) => {
        const source = platform.sourceOf(file);
        const micrograph = await openMicrograph(source, request.read);
        const document = await openDocument(source, micrograph, request, lay, await cache);
        const { image } = document;
        const id = documents.add(document);
        try {
          const { statistics, contrast } = await gpu.brief((acquire) =>
            image.summary(acquire, () =>
              acquire
                ? gpu.run(options, (context) => image.withRaw(context, options, () => {}))
                : image.pixelsOnCpu(options),
            ),
          );
          return describeDocument(id, document, statistics, contrast);
        } catch (error) {
          documents.close(id);
          throw error;
        }
      }),

    close: async (id) => documents.close(id),

    scorePlaces: (id, sets, diameterPx, port) =>
      serveJob(port, async () => {
        const picture = await gpu.brief((acquire) =>
          documents.using(id, (image) => image.overview(acquire, 'raw')),
        );
        return scoreReadings(picture, sets, diameterPx).scores;
      }),

    tile: async (id, kind, level, column, row) => {
      const tile = await gpu.brief((acquire) =>
        documents.using(id, (image) => image.tile(acquire, kind, level, column, row)),
      );
      // A copy, since the cache may still be writing the original.
      const data = tile.data.slice();
      return platform.transfer({ width: tile.width, height: tile.height, data }, [data.buffer]);
    },

    valueAt: (id, kind, x, y) =>
      gpu.brief((acquire) => documents.using(id, (image) => image.valueAt(acquire, kind, x, y))),

    demo: (port) =>
      serveJob(port, async (options) => {
        gpu.need();
        const simulated = await gpu.run(options, (context) =>
          simulateMicrograph(context, defaultSimulation, options),
        );
        const micrograph = await simulatedMrc(simulated, defaultSimulation);
        return {
          file: new File([micrograph], demoName, { lastModified: 0 }),
          diameterAngstrom: defaultSimulation.diameterAngstrom,
          truth: simulated.truth,
        };
      }),

    stageTimes: async () => times.report(),
    cacheUsage: async () => (await cache).usage(),
    clearCache: async () => {
      await Promise.all([(await cache).clear(), (await thumbnails).clear()]);
    },
  };
  return withStageTimes(service, times);
}
