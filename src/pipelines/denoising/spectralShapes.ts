/** What spectra of particles and of noise can look like, before a micrograph is seen: curves of at most 1 against 1/Å. */

export type Shape = (perAngstrom: number) => number;

/** Diameters, Å; how steep the fall beyond them is; how much of the longest waves is lost because particles keep their distance. */
const diametersAngstrom = [60, 85, 120, 170, 240, 340];
const falls = [1.5, 2.2, 3.2];
const gaps = [0, 0.5, 0.9];

/**
 * Power of compact objects: as Guinier (1939) has it at long waves, (1 + 2x²/p)⁻ᵖ with x the diameter over the wavelength, a power law
 * at short ones, and less at the longest where they are crowded.
 */
const compact =
  (diameter: number, fall: number, gap: number): Shape =>
  (k) => {
    const x = (k * diameter) ** 2;
    return (1 + (2 * x) / fall) ** -fall * (1 - gap * Math.exp(-1.2 * x));
  };

export const signalShapes: readonly Shape[] = diametersAngstrom.flatMap((diameter) =>
  falls.flatMap((fall) => gaps.map((gap) => compact(diameter, fall, gap))),
);

/** What is taken for signal where none can be seen: near the best of nine for simulated proteins of 110 to 260 Å (README.md). */
export const usualSignal: Shape = compact(150, 2.2, 0.9);

const wavesAngstrom = [15, 25, 40, 56, 78, 110, 154, 215, 300, 420, 600];
const exponents = [0.6, 0.8, 1, 1.25, 1.6];

/** Long waves of noise, which come on top of white: from slow ones of uneven ice to the fall of a detector's response. */
export const waveShapes: readonly Shape[] = wavesAngstrom.flatMap((length) =>
  exponents.map(
    (exponent): Shape =>
      (k) =>
        (1 + (k * length) ** 2) ** -exponent,
  ),
);

/** How white noise falls towards Nyquist where a detector makes it fall. @param highest Nyquist, 1/Å. */
export const detectorShape =
  (highest: number): Shape =>
  (k) =>
    1 / (1 + (k / (0.7 * highest)) ** 2);
/** Weight of that curve over that of white noise, about: its prior deviation. */
export const detectorDeviation = 0.15;

/** Signal over all power where it is strongest, from where nothing can be seen on, evenly in the logarithm. */
export const strengths: readonly number[] = Array.from({ length: 27 }, (_, i) => 0.001 * 1.5 ** i);
