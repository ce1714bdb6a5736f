/** Picks on their way from one micrograph to another. */
import { manualPick } from './pickHistory.ts';
import type { Filament, Pick, Place } from './picks.ts';
import { PlaceIndex } from './placeIndex.ts';

/** A micrograph as far as places on it matter. */
export interface CopyField {
  readonly width: number;
  readonly height: number;
  readonly pixelSizeAngstrom: number | undefined;
}

export interface CopiedPicks {
  readonly picks: readonly Pick[];
  readonly filaments: readonly Filament[];
  /** Where they were. */
  readonly from: CopyField;
}

/** What can be pasted, and what can't. */
export interface PastedPicks {
  readonly picks: readonly Pick[];
  readonly filaments: readonly Filament[];
  /** Beyond the edges. */
  readonly outside: number;
  /** At places where there is a pick, or a filament, already. */
  readonly doubled: number;
}

/** Nearer than this to a pick that is there, in diameters, a pasted one would be the same particle. */
const SAME_DIAMETERS = 0.25;

/**
 * Places on another micrograph: as many Å from the corner of its first pixel as before, where both pixel sizes are known, so that
 * a binned copy of the same field gets them where they belong; else as many pixels. They are by hand there, as no method
 * has looked at it.
 * @param known what is there. @param diameterPx on the other micrograph.
 */
export function pastedOn(
  copied: CopiedPicks,
  to: CopyField,
  known: { readonly picks: readonly Pick[]; readonly filaments: readonly Filament[] },
  diameterPx: number,
): PastedPicks {
  const { from } = copied;
  const scale =
    from.pixelSizeAngstrom === undefined || to.pixelSizeAngstrom === undefined
      ? 1
      : from.pixelSizeAngstrom / to.pixelSizeAngstrom;
  const moved = ({ x, y }: Place): Place =>
    scale === 1 ? { x, y } : { x: (x + 0.5) * scale - 0.5, y: (y + 0.5) * scale - 0.5 };
  const isInside = ({ x, y }: Place): boolean =>
    x >= -0.5 && y >= -0.5 && x < to.width - 0.5 && y < to.height - 0.5;
  const all = copied.picks.map((pick) => manualPick(moved(pick), pick.classId));
  const inside = all.filter(isInside);
  const reach = SAME_DIAMETERS * diameterPx;
  const there = new PlaceIndex(known.picks, reach);
  const picks = inside.filter((pick) => !there.hasWithin(pick, reach));
  const axes = copied.filaments
    .map((filament) => ({ ...filament, start: moved(filament.start), end: moved(filament.end) }))
    .filter(({ start, end }) => isInside(start) && isInside(end));
  const isNear = (a: Place, b: Place): boolean => Math.hypot(a.x - b.x, a.y - b.y) < reach;
  const isThere = ({ start, end }: Filament): boolean =>
    known.filaments.some(
      (one) =>
        (isNear(one.start, start) && isNear(one.end, end)) ||
        (isNear(one.start, end) && isNear(one.end, start)),
    );
  const filaments = axes.filter((axis) => !isThere(axis));
  return {
    picks,
    filaments,
    outside: all.length - inside.length + copied.filaments.length - axes.length,
    doubled: inside.length - picks.length + axes.length - filaments.length,
  };
}
