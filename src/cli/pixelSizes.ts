/** Pixel sizes of micrographs that are looked at together. */
import { UsageError } from '../core/errors.ts';

/** Two that differ by less are one: headers round. */
const tolerance = 1.005;

export function isOnePixelSize(a: number, b: number): boolean {
  return Math.max(a, b) <= tolerance * Math.min(a, b);
}

/**
 * The pixel size of all, Å; undefined where none of them is known.
 * @throws UsageError where they differ.
 */
export function commonPixelSize(sizes: readonly (number | undefined)[]): number | undefined {
  const known = sizes.filter((size) => size !== undefined).sort((a, b) => a - b);
  const [least, most] = [known[0], known.at(-1)];
  if (least === undefined || most === undefined || isOnePixelSize(least, most)) return least;
  throw new UsageError(
    `The micrographs have pixels of ${least} to ${most} Å: give those of one size at a time.`,
  );
}
