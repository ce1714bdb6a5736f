/** Which cells a cell of an up-sampled value is made of, in whole numbers, as the kernels compute it. */

/** floor(j · from / to) */
export function nearestSource(j: number, from: number, to: number): number {
  return Math.floor((j * from) / to);
}

export interface Between {
  readonly low: number;
  readonly high: number;
  /** Weight of `high`, from 0 to 1. */
  readonly fraction: number;
}

/** PyTorch's linear interpolation: position (j + ½) · from/to − ½, not below 0; with `alignCorners` j · (from − 1)/(to − 1). */
export function linearSource(j: number, from: number, to: number, alignCorners: boolean): Between {
  const [numerator, denominator] = alignCorners
    ? [j * (from - 1), Math.max(1, to - 1)]
    : [Math.max(0, (2 * j + 1) * from - to), 2 * to];
  const low = Math.floor(numerator / denominator);
  return {
    low,
    high: Math.min(low + 1, from - 1),
    fraction: (numerator - low * denominator) / denominator,
  };
}
