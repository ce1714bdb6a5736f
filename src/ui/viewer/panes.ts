import type { ImageKind } from '../../rpc/contract.ts';
import type { Point, Rect, Size } from './transform.ts';

export type ViewMode = 'raw' | 'filtered' | 'both';

/** One picture of the canvas: which image, and where, in CSS pixels. */
export interface Pane {
  readonly kind: ImageKind;
  readonly rect: Rect;
}

/** Width of the line between two panes, CSS px. */
export const dividerWidth = 2;

/** The panes of the canvas. `split` is the share of the width that the left one has. */
export function layoutPanes(mode: ViewMode, canvas: Size, split: number): readonly Pane[] {
  const whole: Rect = { x: 0, y: 0, width: canvas.width, height: canvas.height };
  if (mode !== 'both') return [{ kind: mode, rect: whole }];
  const left = Math.round(canvas.width * split) - dividerWidth / 2;
  const right = left + dividerWidth;
  return [
    { kind: 'raw', rect: { ...whole, width: Math.max(1, left) } },
    { kind: 'filtered', rect: { ...whole, x: right, width: Math.max(1, canvas.width - right) } },
  ];
}

/** The pane under a screen point; on the divider, the nearer one. */
export function paneAt(panes: readonly Pane[], point: Point): Pane | undefined {
  return panes.find(({ rect }) => point.x < rect.x + rect.width + dividerWidth / 2) ?? panes.at(-1);
}
