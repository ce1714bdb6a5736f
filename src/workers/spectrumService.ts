import type { Region } from '../fft/periodogram.ts';
import type { Plane } from '../gpu/plane.ts';
import { type Microscope, usualMicroscope } from '../pipelines/denoising/defocusFit.ts';
import { estimateDefocus } from '../pipelines/denoising/estimateDefocus.ts';
import { radialSpectrum } from '../pipelines/denoising/wiener.ts';
import type { LoadedPlane } from '../pipelines/load.ts';
import { transferZeros } from '../pipelines/simulation/optics.ts';
import { spectrumPicture } from '../pipelines/spectrumPicture.ts';
import { serveJob } from '../rpc/job.ts';
import type { SpectrumApi } from '../rpc/spectrum.ts';
import type { ServiceParts } from './serviceParts.ts';

/** The part of the contract about power spectra. */
export function spectrumService({ gpu, documents, platform }: ServiceParts): SpectrumApi {
  return {
    powerSpectrum: (id, { kind, region }, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        return await documents.using(id, (image) =>
          gpu.run(options, async (context) => {
            const measure = async (plane: Plane, { bin }: LoadedPlane) => {
              options.signal?.throwIfAborted();
              const picture = await spectrumPicture(context, plane, region && binned(region, bin));
              const { rgba, radial, background } = picture;
              const report = { ...picture, bin };
              return platform.transfer(report, [rgba.buffer, radial.buffer, background.buffer]);
            };
            return kind === 'raw'
              ? await image.withRaw(context, options, (loaded) => measure(loaded.plane, loaded))
              : await image.withFiltered(
                  context,
                  options,
                  (plane, _, loaded) => measure(plane, loaded),
                  kind,
                );
          }),
        );
      }),

    estimateDefocus: (id, { pixelSizeAngstrom, voltageKilovolt }, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        options.onProgress?.({ stage: 'Looking for the defocus', done: 0, total: 1 });
        const { spectrum, bin } = await documents.using(id, (image) =>
          gpu.run(options, (context) =>
            image.withRaw(context, options, async (loaded) => ({
              spectrum: await radialSpectrum(context, loaded),
              bin: loaded.bin,
            })),
          ),
        );
        const pixel = pixelSizeAngstrom * bin;
        const found = await estimateDefocus(spectrum, pixel, microscopeOf(voltageKilovolt), options.signal);
        const { defocusAngstrom, certainty, isSure, agreement, fitted, noise } = found;
        return { defocusAngstrom, certainty, isSure, agreement, fitted, noise, nyquistAngstrom: 2 * pixel };
      }),

    transferZeros: async ({ defocusAngstrom, voltageKilovolt, highestPerAngstrom }) =>
      transferZeros(
        { ...microscopeOf(voltageKilovolt), defocusAngstrom, envelopeAngstromSquared: 0 },
        highestPerAngstrom,
      ),
  };
}

const microscopeOf = (voltageKilovolt: number | undefined): Microscope => ({
  ...usualMicroscope,
  ...(voltageKilovolt !== undefined && { voltageKilovolt }),
});

const binned = ({ x, y, width, height }: Region, bin: number): Region => ({
  x: x / bin,
  y: y / bin,
  width: width / bin,
  height: height / bin,
});
