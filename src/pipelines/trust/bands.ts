/** The parts of a spectrum that denoising is judged in, by the particle's diameter. */

export type TrustBandName = 'particle' | 'detail' | 'fine';

export interface TrustBand {
  readonly name: TrustBandName;
  /** Wavelengths, the longer one first. */
  readonly fromAngstrom: number;
  readonly toAngstrom: number;
}

/** Of the diameter: what makes a particle stand out, what is inside of it, and what is finer than anything seen. */
const limits = { longest: 2, particle: 1 / 2, detail: 1 / 8 } as const;

/** Bands of at least one ring between the first rings, which the edges spoil, and Nyquist; coarse ones first. */
export function trustBands(
  diameterAngstrom: number,
  pixelSizeAngstrom: number,
  longestAngstrom: number,
): TrustBand[] {
  const nyquist = 2 * pixelSizeAngstrom;
  const edges = [
    Math.min(longestAngstrom, limits.longest * diameterAngstrom),
    limits.particle * diameterAngstrom,
    limits.detail * diameterAngstrom,
    nyquist,
  ];
  const names = ['particle', 'detail', 'fine'] as const;
  return names
    .map((name, i) => ({
      name,
      fromAngstrom: edges[i] ?? nyquist,
      toAngstrom: Math.max(nyquist, edges[i + 1] ?? nyquist),
    }))
    .filter(({ fromAngstrom, toAngstrom }) => fromAngstrom > toAngstrom);
}

/** The rings of a band; the last of `rings` is at Nyquist. At least one. */
export function ringsOf(
  { fromAngstrom, toAngstrom }: Pick<TrustBand, 'fromAngstrom' | 'toAngstrom'>,
  rings: number,
  pixelSizeAngstrom: number,
): readonly number[] {
  const ringAt = (angstrom: number): number => (2 * (rings - 1) * pixelSizeAngstrom) / angstrom;
  const first = Math.max(1, Math.ceil(ringAt(fromAngstrom)));
  const last = Math.min(rings - 1, Math.max(first, Math.floor(ringAt(toAngstrom))));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}
