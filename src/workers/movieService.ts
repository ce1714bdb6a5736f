import { UsageError } from '../core/errors.ts';
import { fingerprint } from '../dataset/fingerprint.ts';
import { customaryUsage, readGain } from '../dataset/gain.ts';
import { openMicrograph } from '../dataset/open.ts';
import { NO_PIXEL_SIZE } from '../formats/image.ts';
import { judgeGain } from '../pipelines/movie/judgeGain.ts';
import type { ComputeApi } from '../rpc/contract.ts';
import { serveJob } from '../rpc/job.ts';
import { pictureOf } from './openedFile.ts';
import type { ServiceParts } from './serviceParts.ts';
import { sumFile } from './sumFile.ts';

/** The part of the contract that is about movies and their gain references. */
export function movieService({
  platform,
  gpu,
  documents,
  gains,
}: ServiceParts): Pick<ComputeApi, 'expose' | 'exportSum' | 'openGain' | 'closeGain' | 'judgeGain'> {
  const lay = gains.lay.bind(gains);
  return {
    expose: (id, exposure, port) =>
      serveJob(port, (options) =>
        documents.using(id, async (image, document) => {
          const start = performance.now();
          const next = pictureOf(document, exposure, lay);
          await gpu.orOnCpu(
            () => gpu.run(options, (context) => image.show(context, next, options)),
            () => image.show(undefined, next, options),
          );
          document.shown = next;
          const contrast = await gpu.brief((acquire) => image.contrast(acquire, 'raw'));
          const seconds = (performance.now() - start) / 1000;
          const { version } = next;
          return { ...next.report, version, statistics: image.knownStatistics(), contrast, seconds };
        }),
      ),

    exportSum: (id, part, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        const { file, shown } = documents.find(id);
        if (!shown) throw new UsageError(`${file.name} is no movie: it has no frames to sum.`);
        return await gpu.run(options, (context) => sumFile(context, file, shown, part, options));
      }),

    openGain: (file, port) =>
      serveJob(port, async () => {
        const source = platform.sourceOf(file);
        const micrograph = await openMicrograph(source);
        const gain = await readGain(micrograph);
        const held = { gain, format: micrograph.format, fingerprint: await fingerprint(source, 0) };
        const { name, width, height, description } = micrograph;
        const warnings = micrograph.warnings.filter((warning) => warning !== NO_PIXEL_SIZE);
        return { id: gains.add(held), name, width, height, description, warnings };
      }),

    closeGain: async (id) => gains.close(id),

    judgeGain: (id, gainId, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        const { file, movie, shown } = documents.find(id);
        if (!movie || !shown)
          throw new UsageError(`${file.name} is no movie: a gain reference is for movies.`);
        const { gain, format } = gains.find(gainId);
        const { range } = shown.report.exposure;
        return await documents.using(id, async () => {
          const pixels = await gpu.run(options, (context) => movie.on(context).rawSum(range, options));
          options.signal?.throwIfAborted();
          options.onProgress?.({ stage: 'Comparing patterns', done: 0, total: 1 });
          const judgement = judgeGain({ pixels, width: file.width, height: file.height }, gain);
          return { ...judgement, customary: customaryUsage(format, file.format) };
        });
      }),
  };
}
