/** Box sizes as users and Fourier transforms like them. */

/** Particles have room for their delocalised signal in a box of 1.75 diameters. */
const usualDiameters = 1.75;

/** The next even number of pixels with factors 2, 3 and 5 only: RELION's transforms are slow for others. */
export function goodSidePx(leastPx: number): number {
  let side = Math.max(4, 2 * Math.ceil(leastPx / 2));
  while (!isSmooth(side)) side += 2;
  return side;
}

function isSmooth(length: number): boolean {
  let rest = length;
  for (const prime of [2, 3, 5]) while (rest % prime === 0) rest /= prime;
  return rest === 1;
}

/** A box for particles of a diameter, Å, in tenths: a whole, good number of pixels. */
export function usualBoxAngstrom(diameterAngstrom: number, pixelSizeAngstrom: number): number {
  const side = goodSidePx((usualDiameters * diameterAngstrom) / pixelSizeAngstrom);
  // Rounded down, so that it does not take two pixels more.
  return Math.floor(10 * side * pixelSizeAngstrom) / 10;
}

/** The pixels that a box of so many Å has: even, as many as hold it. */
export function boxSidePx(boxAngstrom: number, pixelSizeAngstrom: number): number {
  return 2 * Math.ceil(boxAngstrom / pixelSizeAngstrom / 2 - 1e-6);
}
