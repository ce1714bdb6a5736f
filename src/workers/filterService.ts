import { memorySink } from '../core/bytes.ts';
import { writePlaneAsMrc } from '../pipelines/exportPlane.ts';
import type { ComputeApi } from '../rpc/contract.ts';
import { madeKindOf } from '../rpc/filters.ts';
import { serveJob } from '../rpc/job.ts';
import { denoiserOf } from './denoiserOf.ts';
import type { ServiceParts } from './serviceParts.ts';

/** The part of the contract that makes the filtered picture. */
export function filterService({
  gpu,
  documents,
  models,
}: ServiceParts): Pick<ComputeApi, 'filter' | 'exportFiltered'> {
  return {
    filter: (id, parameters, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        const filter = denoiserOf(parameters, models);
        const kind = madeKindOf(parameters.method);
        return await documents.using(id, async (image) => {
          const start = performance.now();
          options.onProgress?.({ stage: filter.stage, done: 0, total: 1 });
          await gpu.run(options, async (context) => {
            await image.filter(context, filter, options, kind);
            await context.finish();
          });
          const seconds = (performance.now() - start) / 1000;
          const contrast = await gpu.brief((acquire) => image.contrast(acquire, kind));
          const residualContrast = await gpu.brief((acquire) => image.contrast(acquire, 'residual'));
          const { defocusAngstrom, signalToNoise } = filter.findings();
          const findings = { defocusAngstrom, signalToNoise };
          const version = image.version(kind);
          return { kind, version, contrast, residualContrast, findings, seconds };
        });
      }),

    exportFiltered: (id, kind, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        const sink = await documents.using(id, (image) =>
          gpu.run(options, (context) =>
            image.withFiltered(
              context,
              options,
              async (plane, { filter }, { statistics }) => {
                const file = memorySink();
                const [what = '', ...more] = filter.labels();
                const labels = [`Cryolite ${__CRYOLITE_VERSION__}: ${what}`, ...more];
                const { pixelSizeAngstrom } = filter;
                const header = { pixelSizeAngstrom, labels };
                await writePlaneAsMrc(context, plane, statistics, header, file, options);
                return file;
              },
              kind,
            ),
          ),
        );
        return new Blob([sink.bytes()]);
      }),
  };
}
