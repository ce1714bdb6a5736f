import type { Size, View } from '../transform.ts';
import { clampView, fitView } from '../transform.ts';

/** Columns and rows of micrographs side by side. */
export const severalLayouts = { four: { columns: 2, rows: 2 }, six: { columns: 3, rows: 2 } } as const;
export type SeveralLayout = keyof typeof severalLayouts;

export const cellCount = (layout: SeveralLayout): number =>
  severalLayouts[layout].columns * severalLayouts[layout].rows;

/**
 * Which micrographs are side by side: those selected, or else the list from the current one on; a page later the ones after
 * them. The last page is full where the list is long enough.
 * @param list keys in the order shown
 */
export function severalKeys(
  list: readonly string[],
  selected: readonly string[],
  current: string | undefined,
  page: number,
  count: number,
): readonly string[] {
  const from = selected.length > 1 ? list.filter((key) => selected.includes(key)) : list;
  const start = selected.length > 1 ? 0 : Math.max(0, current === undefined ? 0 : from.indexOf(current));
  const last = Math.max(0, from.length - count);
  const first = Math.min(last, Math.max(0, start + page * count));
  return from.slice(first, first + count);
}

/** The largest picture: what fits it fits all. */
export function commonImage(images: readonly Size[]): Size | undefined {
  if (images.length === 0) return undefined;
  return {
    width: Math.max(...images.map(({ width }) => width)),
    height: Math.max(...images.map(({ height }) => height)),
  };
}

/** The whole of every picture, in panes of this size. */
export function fitAll(images: readonly Size[], pane: Size): View | undefined {
  const image = commonImage(images);
  return image && fitView(image, pane, 8);
}

/** A view of all, inside its limits. */
export function clampAll(view: View, images: readonly Size[], pane: Size): View {
  const image = commonImage(images);
  return image ? clampView(view, image, pane) : view;
}
