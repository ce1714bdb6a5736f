import { formatLength, niceLength } from '../../core/units.ts';

export interface ScaleBar {
  /** Length on the screen, CSS px. */
  readonly width: number;
  readonly label: string;
}

/**
 * The longest round length that fits; in Å, nm or µm, or in image pixels when their size is not known.
 * @param scale CSS pixels per image pixel.
 */
export function scaleBar(scale: number, pixelSizeAngstrom: number | undefined, maxWidth = 160): ScaleBar {
  const unit = pixelSizeAngstrom ?? 1;
  const length = niceLength((maxWidth / scale) * unit);
  const label = pixelSizeAngstrom === undefined ? `${length} px` : formatLength(length);
  return { width: (length / unit) * scale, label };
}
