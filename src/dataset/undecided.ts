import { patchBetween } from './listPatch.ts';
import { isFound, type Pick, type Place } from './picks.ts';
import { isFreeOf } from './places.ts';

/**
 * Leaves out what a method has found where the user has decided already: at a pick by hand, which is the same particle, or
 * where they have said that none is. It remembers what it was asked last, so that a click among 50,000 picks costs a look
 * at what changed; the same list again where nothing is left out.
 */
export class Undecided {
  /** Found picks at a decided place; every pick of the last list that is not here is free. */
  private readonly covered = new Set<Pick>();
  private picks: readonly Pick[] = [];
  private decided: readonly Place[] = [];
  private radiusPx = Number.NaN;

  /** @param radiusPx nearer than this to a decided place a found pick is left out. */
  of(picks: readonly Pick[], rejected: readonly Place[], radiusPx: number): readonly Pick[] {
    if (radiusPx !== this.radiusPx) this.forget(radiusPx);
    const decided: readonly Place[] = [...picks.filter(({ origin }) => origin === 'manual'), ...rejected];
    const { covered } = this;
    const changes = patchBetween(this.decided, decided);
    const fresh = patchBetween(this.picks, picks).flatMap(({ add }) => add);
    let free: ((place: Place) => boolean) | undefined;
    const isFree = (pick: Pick): boolean => {
      free ??= isFreeOf(decided, radiusPx);
      return free(pick);
    };
    if (changes.some(({ drop }) => drop > 0)) {
      for (const pick of covered) if (isFree(pick)) covered.delete(pick);
    }
    const added = changes.flatMap(({ add }) => add);
    if (added.length > 0) {
      const isApart = isFreeOf(added, radiusPx);
      for (const pick of picks) if (isFound(pick) && !isApart(pick)) covered.add(pick);
    }
    // Those that were there were looked at before; where all places are new, just now.
    if (added.length < decided.length) {
      for (const pick of fresh) {
        if (!isFound(pick) || isFree(pick)) covered.delete(pick);
        else covered.add(pick);
      }
    }
    this.picks = picks;
    this.decided = decided;
    if (covered.size === 0) return picks;
    const left = picks.filter((pick) => !covered.has(pick));
    return left.length === picks.length ? picks : left;
  }

  private forget(radiusPx: number): void {
    this.covered.clear();
    this.picks = [];
    this.decided = [];
    this.radiusPx = radiusPx;
  }
}
