/** What of a micrograph is judged, and by what. */
import { isFound, type Pick, type Place } from '../../dataset/picks.ts';
import { isFreeOf } from '../../dataset/places.ts';
import type { JudgedMicrograph } from '../../rpc/contract.ts';

/** The truth: coordinates that were imported for it, or the picks by hand. */
export type Judge = 'file' | 'hand';

export interface PickedMicrograph {
  readonly name: string;
  /** Below the threshold, too. */
  readonly picks: readonly Pick[];
  /** Where the user has said that no particle is. */
  readonly rejected: readonly Place[];
  readonly reference: readonly Place[] | undefined;
  readonly diameterPx: number;
}

/** What a method finds this near to a pick by hand is the same particle. */
const SAME_PARTICLE_DIAMETERS = 0.5;

/**
 * By a file, all picks as they would be exported, those by hand above any threshold. By hand, only what a method has found,
 * whether or not it is shown. Undefined where there is nothing to judge by.
 */
export function judged(one: PickedMicrograph, by: Judge): JudgedMicrograph | undefined {
  const { name, picks, rejected, reference, diameterPx } = one;
  const byHand = picks.filter(({ origin }) => origin === 'manual');
  const truth = by === 'file' ? reference : byHand;
  if (!truth || truth.length === 0) return undefined;
  const isOther = isFreeOf([...byHand, ...rejected], SAME_PARTICLE_DIAMETERS * diameterPx);
  const exported = picks.filter((pick) => !isFound(pick) || isOther(pick));
  const found = by === 'file' ? exported : picks.filter(({ origin }) => origin !== 'manual');
  return {
    name,
    picks: found.map(({ x, y, score, origin }) => ({
      x,
      y,
      score: origin === 'manual' ? Number.POSITIVE_INFINITY : score,
    })),
    truth: truth.map(({ x, y }) => ({ x, y })),
  };
}

/** To the pixels of another micrograph, so that one radius suits both. */
export function rescaled(one: JudgedMicrograph, factor: number): JudgedMicrograph {
  if (factor === 1) return one;
  const scale = <T extends Place>(place: T): T => ({ ...place, x: place.x * factor, y: place.y * factor });
  return { ...one, picks: one.picks.map(scale), truth: one.truth.map(scale) };
}
