import type { PowerSpectrum } from '../powerSpectrum.ts';

/** What an amplitude spectrum tells of ice and focus. */
export interface SpectrumFeatures {
  /** The strongest ring of ice within 3.4 to 4.1 Å; undefined where the pixels are too coarse to tell. */
  readonly iceRing: { readonly resolutionAngstrom: number; readonly ratio: number } | undefined;
  /** Root mean square of the relative modulation of the radial amplitudes from 40 Å to half of Nyquist. */
  readonly thonContrast: number;
}

/** Hexagonal ice: 3.90, 3.67 and 3.44 Å (100, 002, 101); cubic ice: 3.67 Å. */
const ice = { longest: 4.1, shortest: 3.4 };
/** Samples on either side that a ring is compared with. */
const aside = 8;

export function spectrumFeatures({
  edge,
  radial,
  background,
  pixelSizeAngstrom,
}: PowerSpectrum): SpectrumFeatures {
  const ringOf = (angstrom: number): number => (edge * pixelSizeAngstrom) / angstrom;
  const last = radial.length - 1;
  let iceRing: SpectrumFeatures['iceRing'];
  if (ringOf(ice.shortest) + aside <= last) {
    for (let ring = Math.ceil(ringOf(ice.longest)); ring <= ringOf(ice.shortest); ring++) {
      // A sharp ring stands out of both sides; the smooth background does not, nor do Thon rings, which are wide there.
      const near = ((radial[ring - aside] ?? 0) + (radial[ring + aside] ?? 0)) / 2;
      const ratio = near > 0 ? (radial[ring] ?? 0) / near : 1;
      if (iceRing && ratio <= iceRing.ratio) continue;
      iceRing = { resolutionAngstrom: (edge * pixelSizeAngstrom) / ring, ratio };
    }
  }
  const first = Math.max(4, Math.ceil(ringOf(40)));
  const end = Math.floor(last / 2);
  let [squares, count] = [0, 0];
  for (let ring = first; ring <= end; ring++) {
    const smooth = background[ring] ?? 0;
    if (!(smooth > 0)) continue;
    squares += ((radial[ring] ?? 0) / smooth - 1) ** 2;
    count++;
  }
  return { iceRing, thonContrast: count > 0 ? Math.sqrt(squares / count) : 0 };
}
