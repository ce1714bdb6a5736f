import { GpuLimitError } from '../../core/errors.ts';
import { formatBytes } from '../../core/units.ts';
import { correctionReach, noiseTile, sumBytes } from '../../gpu/ops/movie.ts';

/** Rows of a frame that one buffer holds: those it is there for, and some beside them that corrections look at. */
export interface Band {
  /** Rows of the frame that it is there for; a multiple of the noise tile unless they end the frame. */
  readonly firstRow: number;
  readonly rowCount: number;
  /** Rows of the frame that it holds. */
  readonly heldFrom: number;
  readonly heldRows: number;
}

/** Rows held on either side of a band: whole tiles, further than a correction reaches. */
const halo = Math.ceil(correctionReach / noiseTile) * noiseTile;

/**
 * Cuts frames into as few bands as fit buffers of `maxBytes`; one where the whole frame fits.
 * @throws GpuLimitError when not even the narrowest band fits.
 */
export function planBands(width: number, height: number, maxBytes: number): Band[] {
  if (sumBytes(width, height) <= maxBytes) {
    return [{ firstRow: 0, rowCount: height, heldFrom: 0, heldRows: height }];
  }
  const mostRows = Math.floor(maxBytes / (width * 4) / noiseTile) * noiseTile - 2 * halo;
  if (mostRows < noiseTile) {
    const needed = sumBytes(width, noiseTile + 2 * halo);
    throw new GpuLimitError(
      `This GPU allows buffers of ${formatBytes(maxBytes)}, but rows of ${width} px need ${formatBytes(needed)}.`,
    );
  }
  const bands: Band[] = [];
  for (let firstRow = 0; firstRow < height; firstRow += mostRows) {
    const rowCount = Math.min(mostRows, height - firstRow);
    const heldFrom = Math.max(0, firstRow - halo);
    const heldRows = Math.min(height, firstRow + rowCount + halo) - heldFrom;
    bands.push({ firstRow, rowCount, heldFrom, heldRows });
  }
  return bands;
}
