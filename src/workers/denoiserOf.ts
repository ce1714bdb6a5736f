import { usualMicroscope } from '../pipelines/denoising/defocusFit.ts';
import {
  bandPassDenoiser,
  type Denoiser,
  fetchedDenoiser,
  gaussianDenoiser,
  type KnownOptics,
  networkDenoiser,
  nonLocalMeansDenoiser,
  wienerDenoiser,
} from '../pipelines/denoising/denoiser.ts';
import type { FilterOptics, FilterParameters } from '../rpc/filters.ts';
import type { Models } from './models.ts';

/**
 * What makes the picture that the page asks for.
 * @throws UsageError for lengths that make no sense; FormatError where the network does not denoise.
 */
export function denoiserOf(parameters: FilterParameters, models: Models): Denoiser {
  const { pixelSizeAngstrom } = parameters;
  switch (parameters.method) {
    case 'lengths':
      return bandPassDenoiser(parameters);
    case 'gaussian':
      return gaussianDenoiser(parameters.pixelSizeAngstrom, parameters.sigmaAngstrom);
    case 'wiener':
      return wienerDenoiser({ pixelSizeAngstrom: parameters.pixelSizeAngstrom, ...opticsOf(parameters) });
    case 'nlm':
      return nonLocalMeansDenoiser(parameters);
    case 'unet':
      return fetchedDenoiser(
        `unet-${__CRYOLITE_VERSION__}`,
        () => models.ownDenoiser(),
        parameters.pixelSizeAngstrom,
        opticsOf(parameters),
      );
    case 'network':
      return networkDenoiser(models.find(parameters.model), pixelSizeAngstrom);
  }
}

function opticsOf({ defocusAngstrom, voltageKilovolt }: FilterOptics): KnownOptics {
  const microscope = { ...usualMicroscope, ...(voltageKilovolt !== undefined && { voltageKilovolt }) };
  return { microscope, defocusAngstrom };
}
