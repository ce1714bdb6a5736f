/** What the filter panel asks for, and whether the filtered picture still is that. */
import type { MicrographParameters } from '../../dataset/session.ts';
import type { FilterParameters } from '../../rpc/contract.ts';

/** A sentence that says why this filter can't be used, or undefined when it can. */
export function filterProblem(parameters: MicrographParameters): string | undefined {
  if (parameters.filterMethod === 'network') {
    return parameters.denoiser ? undefined : 'Open a denoising network first, or choose the band-pass.';
  }
  const { pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom } = parameters;
  if (pixelSizeAngstrom === undefined)
    return 'Enter the pixel size first: lengths in Å mean nothing without it.';
  if (lowpassAngstrom === undefined && highpassAngstrom === undefined) {
    return 'Both filters are off: enter a length in Å for one of them.';
  }
  const nyquist = 2 * pixelSizeAngstrom;
  if (lowpassAngstrom !== undefined && lowpassAngstrom < nyquist) {
    return `The low-pass must be at least two pixels, ${Number(nyquist.toPrecision(3))} Å.`;
  }
  if (
    lowpassAngstrom !== undefined &&
    highpassAngstrom !== undefined &&
    highpassAngstrom <= lowpassAngstrom
  ) {
    return 'The high-pass must be longer than the low-pass.';
  }
  return undefined;
}

/** What the worker is asked for; undefined where there is a problem. */
export function wishedFilter(parameters: MicrographParameters): FilterParameters | undefined {
  if (filterProblem(parameters) !== undefined) return undefined;
  const { filterMethod, denoiser, pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom } = parameters;
  if (filterMethod === 'network') return denoiser && { model: denoiser.hash, pixelSizeAngstrom };
  if (pixelSizeAngstrom === undefined) return undefined;
  return { pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom };
}

/** Whether two filters make the same picture; a network does not look at the pixel size. */
export function isSameFilter(a: FilterParameters, b: FilterParameters | undefined): boolean {
  if (!b || a.model !== b.model) return false;
  if (a.model !== undefined || b.model !== undefined) return true;
  return (
    a.pixelSizeAngstrom === b.pixelSizeAngstrom &&
    a.lowpassAngstrom === b.lowpassAngstrom &&
    a.highpassAngstrom === b.highpassAngstrom
  );
}
