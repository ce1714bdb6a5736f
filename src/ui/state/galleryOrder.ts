import type { Pick } from '../../dataset/picks.ts';

export type GalleryOrder = 'score' | 'contrast' | 'position';

/**
 * Picks in the order of a gallery: the best, the strongest, or the topmost first. A person's picks have no score: they
 * are the user's word, and lead.
 */
export function orderedPicks(
  picks: readonly Pick[],
  order: GalleryOrder,
  isReversed: boolean,
  contrastOf: (pick: Pick) => number,
): readonly Pick[] {
  const rankOf = (pick: Pick): number => {
    if (order === 'position') return pick.y;
    if (order === 'contrast') return -contrastOf(pick);
    return pick.origin === 'manual' ? Number.NEGATIVE_INFINITY : -pick.score;
  };
  const ranked = picks.map((pick) => ({ pick, rank: rankOf(pick) }));
  // Not a difference: of two infinities it is no number.
  ranked.sort((a, b) => (a.rank === b.rank ? a.pick.x - b.pick.x : a.rank < b.rank ? -1 : 1));
  if (isReversed) ranked.reverse();
  return ranked.map(({ pick }) => pick);
}

/**
 * Where the threshold lies in a gallery sorted by score: before this place; undefined where nothing is on one side, or where
 * micrographs have different ones.
 */
export function thresholdPlace(picks: readonly Pick[], isKept: (pick: Pick) => boolean): number | undefined {
  const [first] = picks;
  if (!first) return undefined;
  const starts = isKept(first);
  const place = picks.findIndex((pick) => isKept(pick) !== starts);
  const isOne = picks.slice(place).every((pick) => isKept(pick) !== starts);
  return place > 0 && isOne ? place : undefined;
}
