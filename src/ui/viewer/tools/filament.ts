import { filamentAt, filamentLengthPx, LEAST_FILAMENT_PX, withPartAt } from '../../../dataset/filaments.ts';
import { filamentAdded, reshaped } from '../../../dataset/pickEdits.ts';
import type { Filament, Place } from '../../../dataset/picks.ts';
import { axisReach, endReach, hasMoved, type Press, type ToolDrag, type ToolSurface } from './tool.ts';

/** Two clicks, or a drag, from one end of a filament to the other; an end or an axis that is there is dragged. */
export function filament(surface: ToolSurface, press: Press): ToolDrag {
  const { picks, selection } = surface.app;
  const from = surface.pixelAt(press.point);
  const start = selection.pending();
  if (start) return finish(surface, start);
  const hit = filamentAt(picks.shownFilaments(), from, endReach(surface), axisReach(surface));
  if (!hit) return begin(surface, press, from);
  let changed: Filament | undefined;
  return {
    move: (to) => {
      if (!changed && !hasMoved(press.point, to)) return;
      changed = withPartAt(hit, from, surface.pixelAt(to));
      selection.setDrawing({ kind: 'filament', filament: changed, instead: hit.filament });
    },
    end: () => {
      selection.setDrawing(undefined);
      if (!changed) selection.choose([], [hit.filament]);
      else if (isLongEnough(changed)) selection.apply(reshaped(hit.filament, changed));
    },
    cancel: () => selection.setDrawing(undefined),
  };
}

function begin(surface: ToolSurface, { point }: Press, from: Place): ToolDrag {
  const { selection } = surface.app;
  let isMoved = false;
  return {
    move: (to) => {
      isMoved ||= hasMoved(point, to);
      if (!isMoved) return;
      const drawn = { start: from, end: surface.pixelAt(to) };
      selection.setDrawing({ kind: 'filament', filament: drawn });
    },
    end: (at) => {
      selection.setDrawing(undefined);
      if (isMoved) addBetween(surface, from, surface.pixelAt(at));
      else if (surface.isInside(from)) selection.setPending(from);
    },
    cancel: () => selection.setDrawing(undefined),
  };
}

function finish(surface: ToolSurface, start: Place): ToolDrag {
  const { selection } = surface.app;
  return {
    move: () => {},
    end: (at) => {
      selection.setPending(undefined);
      addBetween(surface, start, surface.pixelAt(at));
    },
    cancel: () => {},
  };
}

function addBetween({ app, isInside }: ToolSurface, start: Place, end: Place): void {
  const { picks, selection, view } = app;
  const classId = picks.classes.activeId();
  const made: Filament = classId === undefined ? { start, end } : { start, end, classId };
  if (!isLongEnough(made) || !isInside(start) || !isInside(end)) return;
  picks.edit(filamentAdded(made));
  selection.choose([], [made]);
  view.setPicksVisible(true);
}

function isLongEnough(filament: Filament): boolean {
  return filamentLengthPx(filament) >= LEAST_FILAMENT_PX;
}
