/** Picks for property tests of writers and readers. */
import fc from 'fast-check';
import type { Coordinate } from '../../../src/formats/coordinates.ts';

/** Lists of picks as micrographs have them: centres up to 100 000 px, some below 0, scores of either sign or none. */
export function pickLists(options: { readonly least?: number; readonly scored?: boolean } = {}) {
  const number = (low: number, high: number) => fc.double({ min: low, max: high, noNaN: true });
  const score = number(-1e3, 1e3);
  const pick: fc.Arbitrary<Coordinate> = fc.record({
    x: number(-100, 1e5),
    y: number(-100, 1e5),
    score: options.scored ? score : fc.option(score, { nil: undefined }),
  });
  return fc.array(pick, { minLength: options.least ?? 0, maxLength: 40 });
}
