import type { ImageKind, ShownKind } from '../../rpc/contract.ts';
import type { Point, Rect, Size } from './transform.ts';

/** One picture, two or three side by side, or one over the other with a line to wipe between them. */
export type ViewMode = ShownKind | 'side' | 'wipe';

/** What lies side by side, from left to right: two pictures or all three. */
export type SidePictures = readonly ImageKind[];
export const sideChoices = [
  ['raw', 'filtered'],
  ['raw', 'denoised'],
  ['filtered', 'denoised'],
  ['raw', 'filtered', 'denoised'],
] as const satisfies readonly SidePictures[];

/** What is on either side of the wipe's line. */
export interface WipePictures {
  readonly left: ImageKind;
  readonly right: ShownKind;
}
export const wipeChoices = [
  { left: 'raw', right: 'filtered' },
  { left: 'raw', right: 'denoised' },
  { left: 'filtered', right: 'denoised' },
  { left: 'raw', right: 'residual' },
] as const satisfies readonly WipePictures[];

export interface Wipe extends WipePictures {
  /** Share of the width that is left of the line. */
  readonly share: number;
}

/** How the canvas is divided. */
export interface PaneChoice {
  readonly mode: ViewMode;
  readonly side: SidePictures;
  /** Share of the width that the left of two pictures has; three are equally wide. */
  readonly split: number;
  readonly wipe: Wipe;
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

/** The pictures that a choice shows, from left to right. */
export function kindsOf({
  mode,
  side,
  wipe,
}: Pick<PaneChoice, 'mode' | 'side' | 'wipe'>): readonly ShownKind[] {
  if (mode === 'side') return side;
  return mode === 'wipe' ? [wipe.left, wipe.right] : [mode];
}

/** The panes of the canvas. */
export function layoutPanes({ mode, side, split, wipe }: PaneChoice, canvas: Size): readonly Pane[] {
  const whole: Rect = { x: 0, y: 0, width: canvas.width, height: canvas.height };
  if (mode === 'wipe') {
    const line = Math.min(canvas.width - 1, Math.max(1, Math.round(canvas.width * wipe.share)));
    return [
      { kind: wipe.left, rect: whole, clip: { ...whole, width: line } },
      { kind: wipe.right, rect: whole, clip: { ...whole, x: line, width: canvas.width - line } },
    ];
  }
  if (mode !== 'side') return [{ kind: mode, rect: whole, clip: whole }];
  return side.map((kind, i) => {
    const from = i === 0 ? 0 : edge(i) + dividerWidth / 2;
    const to = i === side.length - 1 ? canvas.width : edge(i + 1) - dividerWidth / 2;
    const rect = { ...whole, x: from, width: Math.max(1, to - from) };
    return { kind, rect, clip: rect };
  });

  /** The middle of the line before the picture `i`. */
  function edge(i: number): number {
    return Math.round(canvas.width * (side.length === 2 ? split : i / side.length));
  }
}

/** The pane under a screen point; on the divider, the nearer one. */
export function paneAt(panes: readonly Pane[], point: Point): Pane | undefined {
  return panes.find(({ clip }) => point.x < clip.x + clip.width + dividerWidth / 2) ?? panes.at(-1);
}
