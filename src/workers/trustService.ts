import { UsageError } from '../core/errors.ts';
import type { JobOptions } from '../core/progress.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import type { Denoiser } from '../pipelines/denoising/denoiser.ts';
import { checkFullSize } from '../pipelines/denoising/filterLoaded.ts';
import type { LoadedPlane } from '../pipelines/load.ts';
import { loadSum } from '../pipelines/movie/loadSum.ts';
import { type SummedPicture, sumMovie } from '../pipelines/movie/sumMovie.ts';
import { compareHalves } from '../pipelines/trust/judgeHalves.ts';
import { measureResidual } from '../pipelines/trust/judgeResidual.ts';
import { halvesVerdict, residualVerdict } from '../pipelines/trust/verdict.ts';
import { serveJob } from '../rpc/job.ts';
import type { TrustApi } from '../rpc/trust.ts';
import { denoiserOf } from './denoiserOf.ts';
import type { ServiceParts } from './serviceParts.ts';

/** The part of the contract about what there is to trust in a filtered picture. */
export function trustService({ gpu, documents, models }: ServiceParts): TrustApi {
  return {
    judgeResidual: (id, { pixelSizeAngstrom, diameterAngstrom }, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        return await documents.using(id, (image) =>
          gpu.run(options, (context) =>
            image.withFiltered(context, options, async (plane, { version }, loaded) => {
              const pixel = pixelSizeAngstrom * loaded.bin;
              const measured = await measureResidual(context, loaded.plane, plane, pixel, diameterAngstrom);
              const { nyquistAngstrom, raw, denoised, residual, bands } = measured;
              const spectra = {
                raw: Array.from(raw),
                denoised: Array.from(denoised),
                residual: Array.from(residual),
              };
              return { version, nyquistAngstrom, ...spectra, bands, verdict: residualVerdict(measured) };
            }),
          ),
        );
      }),

    compareHalves: (id, parameters, { pixelSizeAngstrom, diameterAngstrom }, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        const { file, shown } = documents.find(id);
        if (!shown) {
          throw new UsageError(
            `${file.name} is no movie: a single micrograph has no halves that could be denoised each for itself.`,
          );
        }
        const start = performance.now();
        return await documents.using(id, () =>
          gpu.run(options, async (context) => {
            const { odd, even } = await sumMovie(
              context,
              file,
              { ...shown.parameters, evenOdd: true },
              options,
            );
            if (!odd || !even) throw new Error('There are no halves.');
            const planes: Plane[] = [];
            try {
              const half = async (picture: SummedPicture): Promise<readonly [Plane, Plane]> => {
                const loaded = await loadSum(context, picture, file);
                planes.push(loaded.plane);
                checkFullSize(loaded, 'compare its halves');
                // A denoiser remembers the picture it was made for: each half has one of its own.
                const denoised = await apply(context, denoiserOf(parameters, models), loaded, options);
                planes.push(denoised);
                return [loaded.plane, denoised];
              };
              const [first, firstDenoised] = await half(even);
              const [second, secondDenoised] = await half(odd);
              options.onProgress?.({ stage: 'Comparing halves', done: 0, total: 1 });
              const judged = await compareHalves(
                context,
                { raw: [first, second], denoised: [firstDenoised, secondDenoised] },
                pixelSizeAngstrom,
                diameterAngstrom,
              );
              const seconds = (performance.now() - start) / 1000;
              return { ...judged, verdict: halvesVerdict(judged), seconds };
            } finally {
              context.free(...planes.map(({ buffer }) => buffer));
            }
          }),
        );
      }),
  };
}

async function apply(
  context: GpuContext,
  denoiser: Denoiser,
  loaded: LoadedPlane,
  options: JobOptions,
): Promise<Plane> {
  options.onProgress?.({ stage: `${denoiser.stage} a half`, done: 0, total: 1 });
  return await denoiser.apply(context, loaded, options);
}
