/** What the filter panel asks for, and whether the filtered picture still is that. */
import type { MicrographParameters } from '../../dataset/session.ts';
import type { FilterParameters } from '../../rpc/contract.ts';

/** Until the user says otherwise; lengths that follow from the particle's are rounded. */
export function filterDefaults({ diameterAngstrom }: MicrographParameters) {
  const rounded = (value: number): number => Number(value.toPrecision(2));
  return {
    /** A thirtieth of a particle smooths its inside and leaves its outline. */
    sigmaAngstrom: rounded(diameterAngstrom / 30),
    /** Patches of 7 × 7 are a quarter of a particle wide then. */
    detailAngstrom: rounded(diameterAngstrom / 9),
    strength: 1.2,
  };
}

/** A sentence that says why this filter can't be used, or undefined when it can. */
export function filterProblem(parameters: MicrographParameters): string | undefined {
  if (parameters.filterMethod === 'network') {
    return parameters.denoiser ? undefined : 'Open a denoising network first, or choose another method.';
  }
  const { pixelSizeAngstrom } = parameters;
  if (pixelSizeAngstrom === undefined)
    return 'Enter the pixel size first: lengths in Å mean nothing without it.';
  return (parameters.filterMethod ?? 'lengths') === 'lengths'
    ? lengthsProblem(parameters, pixelSizeAngstrom)
    : undefined;
}

function lengthsProblem(
  { lowpassAngstrom, highpassAngstrom }: MicrographParameters,
  pixelSizeAngstrom: number,
): string | undefined {
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
  const { filterMethod: method = 'lengths', denoiser, pixelSizeAngstrom } = parameters;
  const { defocusAngstrom, voltageKilovolt } = parameters;
  if (method === 'network') return denoiser && { method, model: denoiser.hash, pixelSizeAngstrom };
  if (pixelSizeAngstrom === undefined) return undefined;
  const usual = filterDefaults(parameters);
  switch (method) {
    case 'lengths': {
      const { lowpassAngstrom, highpassAngstrom } = parameters;
      return { method, pixelSizeAngstrom, lowpassAngstrom, highpassAngstrom };
    }
    case 'gaussian':
      return {
        method,
        pixelSizeAngstrom,
        sigmaAngstrom: parameters.sigmaAngstrom ?? usual.sigmaAngstrom,
      };
    case 'wiener':
    case 'unet':
      return { method, pixelSizeAngstrom, defocusAngstrom, voltageKilovolt };
    case 'nlm':
      return {
        method,
        pixelSizeAngstrom,
        detailAngstrom: parameters.detailAngstrom ?? usual.detailAngstrom,
        strength: parameters.strength ?? usual.strength,
      };
  }
}

/** Whether two filters make the same picture; a network does not look at the pixel size. */
export function isSameFilter(a: FilterParameters, b: FilterParameters | undefined): boolean {
  if (!b) return false;
  if (a.method === 'network' && b.method === 'network') return a.model === b.model;
  const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const valuesOf = (filter: FilterParameters): ReadonlyMap<string, unknown> =>
    new Map(Object.entries(filter));
  const [left, right] = [valuesOf(a), valuesOf(b)];
  return fields.every((field) => left.get(field) === right.get(field));
}
