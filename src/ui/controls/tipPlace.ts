export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Between a control and its tip, and between a tip and the edge of the window, CSS px. */
const gap = 6;

/** What a tip is beside, CSS px of the window. */
export type Anchor = Pick<DOMRect, 'left' | 'top' | 'width' | 'height'>;

/** Larger than this a control is a place rather than a button: a row, a plot, CSS px. */
const largest = { width: 180, height: 64 } as const;
/** Of the mouse's arrow, CSS px. */
const arrow = { width: 4, height: 20 } as const;

/** A tip lies beside its control, or where the mouse points on a large one. @param pointer undefined for the keyboard. */
export function tipAnchor(control: Anchor, pointer?: { readonly x: number; readonly y: number }): Anchor {
  const isLarge = control.width > largest.width || control.height > largest.height;
  return pointer && isLarge ? { left: pointer.x, top: pointer.y, ...arrow } : control;
}

/** Where a tip is written: below the middle of its control, above it where there is no room, within the window. */
export function tipPlace(
  control: Anchor,
  tip: Size,
  window: Size,
): { readonly left: number; readonly top: number } {
  const within = (value: number, most: number): number => Math.max(gap, Math.min(most - gap, value));
  const below = control.top + control.height + gap;
  const fitsBelow = below + tip.height + gap <= window.height;
  return {
    left: within(control.left + (control.width - tip.width) / 2, window.width - tip.width),
    top: within(fitsBelow ? below : control.top - gap - tip.height, window.height - tip.height),
  };
}
