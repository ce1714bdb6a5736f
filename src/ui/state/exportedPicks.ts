import { drawMask, restoreMask } from '../../dataset/contaminationMask.ts';
import { isCovered } from '../../dataset/maskBitmap.ts';
import type { MicrographSize } from '../../dataset/maskGrid.ts';
import { isFound, type Pick } from '../../dataset/picks.ts';
import { isFreeOf } from '../../dataset/places.ts';
import type { MicrographSession } from '../../dataset/session.ts';

/** What a method finds this near to a pick by hand is the same particle. */
export const sameParticleDiameters = 0.5;

/**
 * The picks of a micrograph that is not on the screen, as they were left and as the screen would show them: those by hand, and
 * of the others, below the threshold, too, neither what its mask keeps out nor what a method has found at a pick by hand or
 * where the user has said no.
 * @param size of the micrograph; wanted where it has a mask.
 */
export function candidatesOf(session: MicrographSession, size: MicrographSize | undefined): readonly Pick[] {
  const { picks, rejected = [], mask, parameters } = session;
  const { diameterAngstrom, pixelSizeAngstrom } = parameters;
  const diameterPx = pixelSizeAngstrom === undefined ? undefined : diameterAngstrom / pixelSizeAngstrom;
  const decided = [...picks.filter(({ origin }) => origin === 'manual'), ...rejected];
  const isOther =
    diameterPx === undefined || decided.length === 0
      ? () => true
      : isFreeOf(decided, sameParticleDiameters * diameterPx);
  const saved = size && restoreMask(mask);
  const cells = saved && drawMask(saved.state, size, saved.settings.threshold);
  const marginPx = (saved?.settings.marginDiameters ?? 0) * (diameterPx ?? 0);
  return picks.filter((pick) => {
    // The user's word.
    if (pick.origin === 'manual') return true;
    return (!isFound(pick) || isOther(pick)) && !(cells && isCovered(cells, pick, marginPx));
  });
}
