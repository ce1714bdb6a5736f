/** Butterflies in WGSL: `fft/butterfly.wgsl` has one for each. */
export const radices = [2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/** The primes that have a butterfly; a length with another one takes Bluestein's way. */
const butterflyPrimes = [2, 3, 5, 7] as const;
/** The primes of the lengths that padding may choose: sevens take more arithmetic. */
const fastPrimes = [2, 3, 5] as const;

function hasOnly(length: number, primes: readonly number[]): boolean {
  if (!Number.isInteger(length) || length < 1) return false;
  let rest = length;
  for (const prime of primes) while (rest % prime === 0) rest /= prime;
  return rest === 1;
}

/** Whether the butterflies alone can transform this length: no prime factor above 7. */
export function hasButterflies(length: number): boolean {
  return hasOnly(length, butterflyPrimes);
}

/** Whether 2, 3 and 5 are the only prime factors. */
export function isSmooth(length: number): boolean {
  return hasOnly(length, fastPrimes);
}

const factorisations = new Map<number, readonly number[]>();

/**
 * The radices whose product is `length`, as few as possible and as even as possible, largest first.
 * @throws Error when `length` has a prime factor above 7.
 */
export function factorise(length: number): readonly number[] {
  if (!hasButterflies(length))
    throw new Error(`No butterflies make a transform of ${length} values: a prime factor is above 7.`);
  return fewestFactors(length);
}

function fewestFactors(length: number): readonly number[] {
  if (length === 1) return [];
  let best = factorisations.get(length);
  if (best) return best;
  for (const radix of radices) {
    if (length % radix !== 0) continue;
    const rest = fewestFactors(length / radix);
    const found = [radix, ...rest].sort((a, b) => b - a);
    if (!best || found.length < best.length || (found.length === best.length && sum(found) < sum(best)))
      best = found;
  }
  best ??= [];
  factorisations.set(length, best);
  return best;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** The smallest even number ≥ `length` with factors 2, 3, 5 only. */
export function nextFastSize(length: number): number {
  let size = Math.max(2, Math.ceil(length / 2) * 2);
  while (!isSmooth(size)) size += 2;
  return size;
}

/** The largest number ≤ `length`, a whole one from 1, with factors 2, 3, 5 only. */
export function largestSmooth(length: number): number {
  let size = length;
  while (!isSmooth(size)) size--;
  return size;
}

/** The even number with factors 2, 3, 5 only that is nearest to `length`. */
export function nearestFastSize(length: number): number {
  const above = nextFastSize(length);
  let below = Math.max(2, Math.floor(length / 2) * 2);
  while (!isSmooth(below)) below -= 2;
  return length - below < above - length ? below : above;
}
