/** The radices that have a butterfly in WGSL, largest first: fewer passes, less memory traffic. */
export const radices = [8, 5, 4, 3, 2] as const;
export type Radix = (typeof radices)[number];

/**
 * The radices whose product is `length`, in the order of the passes.
 * @throws Error when `length` has a factor other than 2, 3, 5.
 */
export function factorise(length: number): Radix[] {
  const factors: Radix[] = [];
  let rest = length;
  for (const radix of radices) {
    while (rest % radix === 0) {
      factors.push(radix);
      rest /= radix;
    }
  }
  if (rest !== 1)
    throw new Error(`A transform of ${length} values is not possible: factors must be 2, 3 or 5.`);
  return factors;
}

/** Whether 2, 3 and 5 are the only prime factors. */
export function isSmooth(length: number): boolean {
  if (!Number.isInteger(length) || length < 1) return false;
  let rest = length;
  for (const prime of [2, 3, 5]) while (rest % prime === 0) rest /= prime;
  return rest === 1;
}

/** The smallest even number ≥ `length` with factors 2, 3, 5 only. */
export function nextFastSize(length: number): number {
  let size = Math.max(2, Math.ceil(length / 2) * 2);
  while (!isSmooth(size)) size += 2;
  return size;
}

/** The even number with factors 2, 3, 5 only that is nearest to `length`. */
export function nearestFastSize(length: number): number {
  const above = nextFastSize(length);
  let below = Math.max(2, Math.floor(length / 2) * 2);
  while (!isSmooth(below)) below -= 2;
  return length - below < above - length ? below : above;
}
