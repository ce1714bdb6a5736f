/** What of a micrograph is judged, and by what. */
import type { Pick, Place } from '../../dataset/picks.ts';
import type { JudgedMicrograph } from '../../rpc/contract.ts';

/** The truth: coordinates that were imported for it, or the picks by hand. */
export type Judge = 'file' | 'hand';

export interface PickedMicrograph {
  readonly name: string;
  /** All that there are, below the threshold, too. */
  readonly picks: readonly Pick[];
  /** Of these what would be exported with the threshold at its lowest. */
  readonly exported: readonly Pick[];
  readonly reference: readonly Place[] | undefined;
}

/**
 * By a file, all picks as they would be exported, those by hand above any threshold. By hand, only what a method has found,
 * whether or not it is shown. Undefined where there is nothing to judge by.
 */
export function judged(one: PickedMicrograph, by: Judge): JudgedMicrograph | undefined {
  const { name, picks, exported, reference } = one;
  const isByHand = ({ origin }: Pick): boolean => origin === 'manual';
  const truth = by === 'file' ? reference : picks.filter(isByHand);
  if (!truth || truth.length === 0) return undefined;
  const found = by === 'file' ? exported : picks.filter((pick) => !isByHand(pick));
  return {
    name,
    picks: found.map((pick) => {
      const score = isByHand(pick) ? Number.POSITIVE_INFINITY : pick.score;
      return { x: pick.x, y: pick.y, score };
    }),
    truth: truth.map(({ x, y }) => ({ x, y })),
  };
}

/** To the pixels of another micrograph, so that one radius suits both. */
export function rescaled(one: JudgedMicrograph, factor: number): JudgedMicrograph {
  if (factor === 1) return one;
  const scale = <T extends Place>(place: T): T => ({ ...place, x: place.x * factor, y: place.y * factor });
  return { ...one, picks: one.picks.map(scale), truth: one.truth.map(scale) };
}
