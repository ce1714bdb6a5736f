import type { Candidate } from '../picking/candidates.ts';
import { strictDiameters } from './heldOut.ts';
import type { Evidence } from './posterior.ts';
import type { SplitExample } from './split.ts';

/** What was said of candidates of an example, kept-back labels included; their scores are the one feature. */
export function evidenceOf(
  candidates: readonly Candidate[],
  { labels, heldOut, rejected = [] }: Pick<SplitExample, 'labels' | 'heldOut' | 'rejected'>,
  diameterPx: number,
): Evidence[] {
  const isNear = (places: readonly { x: number; y: number }[], { x, y }: Candidate): boolean =>
    places.some((place) => Math.hypot(place.x - x, place.y - y) <= strictDiameters * diameterPx);
  return candidates.map((candidate) => ({
    features: [candidate.score],
    isParticle: isNear([...labels, ...heldOut], candidate)
      ? true
      : isNear(rejected, candidate)
        ? false
        : undefined,
  }));
}
