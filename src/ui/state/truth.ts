interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Agreement {
  readonly precision: number;
  readonly recall: number;
}

/**
 * How well picks agree with known positions: matched one to one, nearest pairs first, within a radius in pixels.
 */
export function agreement(picks: readonly Point[], truth: readonly Point[], radius: number): Agreement {
  const pairs = picks.flatMap((pick, i) =>
    truth.flatMap((known, j) => {
      const distance = Math.hypot(pick.x - known.x, pick.y - known.y);
      return distance <= radius ? [{ i, j, distance }] : [];
    }),
  );
  pairs.sort((a, b) => a.distance - b.distance);
  const usedPicks = new Set<number>();
  const usedTruth = new Set<number>();
  for (const { i, j } of pairs) {
    if (usedPicks.has(i) || usedTruth.has(j)) continue;
    usedPicks.add(i);
    usedTruth.add(j);
  }
  return {
    precision: picks.length === 0 ? 0 : usedPicks.size / picks.length,
    recall: truth.length === 0 ? 0 : usedTruth.size / truth.length,
  };
}
