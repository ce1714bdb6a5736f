/**
 * The contamination mask of a micrograph: what a network or a file says, and what the user has painted over it. States
 * are immutable; undo and redo have no limit, and share every stroke.
 */
import { bitmapOf, emptyBitmap, type MaskBitmap, paintLine } from './maskBitmap.ts';
import type { MaskGrid, MicrographSize } from './maskGrid.ts';
import type { Place } from './picks.ts';

/** A stroke of a round brush. */
export interface MaskStroke {
  readonly kind: 'add' | 'erase';
  /** Px of the micrograph. */
  readonly radius: number;
  /** The brush's centre on its way; one for a dab. */
  readonly points: readonly Place[];
}

/** What is painted over. */
export interface MaskBase {
  readonly grid: MaskGrid;
  readonly from: 'network' | 'file';
  /** Of the network or the file. */
  readonly name: string;
}

export interface MaskState {
  /** Undefined: painted only. */
  readonly base: MaskBase | undefined;
  readonly strokes: readonly MaskStroke[];
}

interface Step extends MaskState {
  /** What led from this state to the next (in the past) or back to it (in the future). */
  readonly action: string;
  readonly next: Step | undefined;
}

export interface MaskHistory extends MaskState {
  readonly past: Step | undefined;
  readonly future: Step | undefined;
}

/** How a mask is applied: not part of its history, as a threshold is not of the picks'. */
export interface MaskSettings {
  /** Least value of the base that counts as contaminated, 0 to 1. */
  readonly threshold: number;
  /** Picks nearer to the mask than this part of the diameter are kept out, too. */
  readonly marginDiameters: number;
}

export const defaultMaskSettings: MaskSettings = { threshold: 0.5, marginDiameters: 0 };

/** As it is kept in a session; `version` is for programs to come. */
export interface SavedMask extends MaskState, MaskSettings {
  readonly version: 1;
}

const emptyState: MaskState = { base: undefined, strokes: [] };

export function startMask(state: MaskState = emptyState): MaskHistory {
  return { base: state.base, strokes: state.strokes, past: undefined, future: undefined };
}

export function isEmptyMask({ base, strokes }: MaskState): boolean {
  return base === undefined && strokes.length === 0;
}

export function addStroke(history: MaskHistory, stroke: MaskStroke): MaskHistory {
  if (stroke.points.length === 0) return history;
  const action = stroke.kind === 'add' ? 'paint the mask' : 'erase from the mask';
  return edit(history, { strokes: [...history.strokes, stroke] }, action);
}

/** Another base; what was painted stays over a network's new answer, but not over another mask from a file. */
export function setBase(history: MaskHistory, base: MaskBase): MaskHistory {
  return base.from === 'network'
    ? edit(history, { base }, 'find contamination')
    : edit(history, { base, strokes: [] }, 'open a mask');
}

export function clearMask(history: MaskHistory): MaskHistory {
  return isEmptyMask(history) ? history : edit(history, emptyState, 'clear the mask');
}

/** What undo would take back, in words; undefined when there is nothing. */
export function undoMaskAction({ past }: MaskHistory): string | undefined {
  return past?.action;
}

export function redoMaskAction({ future }: MaskHistory): string | undefined {
  return future?.action;
}

export function undoMask(history: MaskHistory): MaskHistory {
  const { past, future } = history;
  if (!past) return history;
  return {
    ...stateOf(past),
    past: past.next,
    future: { ...stateOf(history), action: past.action, next: future },
  };
}

export function redoMask(history: MaskHistory): MaskHistory {
  const { past, future } = history;
  if (!future) return history;
  return {
    ...stateOf(future),
    past: { ...stateOf(history), action: future.action, next: past },
    future: future.next,
  };
}

function stateOf({ base, strokes }: MaskState): MaskState {
  return { base, strokes };
}

function edit(history: MaskHistory, change: Partial<MaskState>, action: string): MaskHistory {
  const past = { ...stateOf(history), action, next: history.past };
  return { ...stateOf(history), ...change, past, future: undefined };
}

/** Base and strokes as cells: a later stroke lies over the earlier ones, and all lie over the base. */
export function drawMask({ base, strokes }: MaskState, size: MicrographSize, threshold: number): MaskBitmap {
  const bitmap = base ? bitmapOf(base.grid, size, threshold) : emptyBitmap(size);
  for (const stroke of strokes) paintStroke(bitmap, stroke);
  return bitmap;
}

/** In place. */
export function paintStroke(bitmap: MaskBitmap, { kind, radius, points }: MaskStroke): void {
  points.forEach((to, i) => {
    paintLine(bitmap, points[i - 1] ?? to, to, radius, kind === 'add' ? 1 : 0);
  });
}

/** Undefined for a mask that says nothing. */
export function saveMask(state: MaskState, settings: MaskSettings): SavedMask | undefined {
  const { threshold, marginDiameters } = settings;
  return isEmptyMask(state) ? undefined : { version: 1, ...stateOf(state), threshold, marginDiameters };
}

/** What was saved; nothing where there was no mask, or where a later program saved it in a way unknown here. */
export function restoreMask(
  saved: SavedMask | undefined,
): { readonly state: MaskState; readonly settings: MaskSettings } | undefined {
  if (saved?.version !== 1) return undefined;
  const { threshold, marginDiameters } = saved;
  return { state: stateOf(saved), settings: { threshold, marginDiameters } };
}
