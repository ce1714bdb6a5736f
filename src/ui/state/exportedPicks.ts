import { drawMask } from '../../dataset/contaminationMask.ts';
import { isCovered } from '../../dataset/maskBitmap.ts';
import type { MicrographSize } from '../../dataset/maskGrid.ts';
import { isFound, type Pick } from '../../dataset/picks.ts';
import { isFreeOf } from '../../dataset/places.ts';
import type { MicrographSession } from '../../dataset/session.ts';

/** What a method finds this near to a pick by hand is the same particle. */
const sameParticleDiameters = 0.5;

/**
 * The picks of a micrograph that is not on the screen, as they were left: below the threshold, too, but neither what is the
 * same as a pick by hand or was turned down, nor what its mask keeps out.
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
  const cells = mask && size && drawMask(mask, size, mask.threshold);
  const marginPx = (mask?.marginDiameters ?? 0) * (diameterPx ?? 0);
  return picks.filter(
    (pick) => (!isFound(pick) || isOther(pick)) && !(cells && isCovered(cells, pick, marginPx)),
  );
}
