import type { ShownKind } from '../../rpc/contract.ts';
import type { Point, Rect, Size } from './transform.ts';

/** One picture, raw and filtered side by side, or one over the other with a line to wipe between them. */
export type ViewMode = ShownKind | 'both' | 'wipe';

/** What is on the right of the wipe's line; on its left is the raw picture. */
export interface Wipe {
  /** Share of the width that is left of the line. */
  readonly share: number;
  readonly right: 'filtered' | 'residual';
}

/** One picture of the canvas: which image, and where, in CSS pixels. */
export interface Pane {
  readonly kind: ShownKind;
  /** Where the whole picture would be: what the view is laid into. */
  readonly rect: Rect;
  /** The part of it that is drawn: smaller only in a wipe, whose panes share one `rect`. */
  readonly clip: Rect;
}

/** Width of the line between two panes, CSS px. */
export const dividerWidth = 2;

/** The panes of the canvas. `split` is the share of the width that the left one has. */
export function layoutPanes(mode: ViewMode, canvas: Size, split: number, wipe: Wipe): readonly Pane[] {
  const whole: Rect = { x: 0, y: 0, width: canvas.width, height: canvas.height };
  if (mode === 'wipe') {
    const line = Math.min(canvas.width - 1, Math.max(1, Math.round(canvas.width * wipe.share)));
    return [
      { kind: 'raw', rect: whole, clip: { ...whole, width: line } },
      { kind: wipe.right, rect: whole, clip: { ...whole, x: line, width: canvas.width - line } },
    ];
  }
  if (mode !== 'both') return [{ kind: mode, rect: whole, clip: whole }];
  const left = Math.round(canvas.width * split) - dividerWidth / 2;
  const right = left + dividerWidth;
  const pane = (kind: ShownKind, rect: Rect): Pane => ({ kind, rect, clip: rect });
  return [
    pane('raw', { ...whole, width: Math.max(1, left) }),
    pane('filtered', { ...whole, x: right, width: Math.max(1, canvas.width - right) }),
  ];
}

/** The pane under a screen point; on the divider, the nearer one. */
export function paneAt(panes: readonly Pane[], point: Point): Pane | undefined {
  return panes.find(({ clip }) => point.x < clip.x + clip.width + dividerWidth / 2) ?? panes.at(-1);
}
