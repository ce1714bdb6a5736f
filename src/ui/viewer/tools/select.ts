import type { Filament, Place } from '../../../dataset/picks.ts';
import { isInOutline } from '../../../dataset/placeIndex.ts';
import { type Press, pickUnder, type ToolDrag, type ToolSurface } from './tool.ts';

/** A lasso: all inside the line that is drawn. Shift adds to what is chosen already. */
export function lasso(surface: ToolSurface, press: Press): ToolDrag {
  const outline: Place[] = [surface.pixelAt(press.point)];
  return select(surface, press, (to) => {
    const last = outline.at(-1);
    // A hand that trembles need not be kept.
    if (!last || Math.hypot(to.x - last.x, to.y - last.y) >= surface.pixels(2)) outline.push(to);
    return [...outline];
  });
}

/** All inside a rectangle between two corners. */
export function rectangle(surface: ToolSurface, press: Press): ToolDrag {
  const from = surface.pixelAt(press.point);
  return select(surface, press, (to) => [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }]);
}

/** @param outlineTo the outline when the pointer has come to a pixel. */
function select(
  surface: ToolSurface,
  { point, shift }: Press,
  outlineTo: (pixel: Place) => readonly Place[],
): ToolDrag {
  const { app, pixelAt } = surface;
  const { picks, selection } = app;
  let outline: readonly Place[] = [];
  let isMoved = false;
  return {
    move: (to) => {
      isMoved ||= Math.hypot(to.x - point.x, to.y - point.y) > 4;
      outline = outlineTo(pixelAt(to));
      if (isMoved) selection.setDrawing({ kind: 'outline', outline });
    },
    end: () => {
      selection.setDrawing(undefined);
      if (!isMoved) {
        clickOn(surface, point, shift);
        return;
      }
      const inside = picks.index().inOutline(outline);
      const isMeant = ({ start, end }: Filament): boolean =>
        isInOutline(start, outline) && isInOutline(end, outline);
      const filaments = picks.shownFilaments().filter(isMeant);
      if (shift) selection.add(inside, filaments);
      else selection.choose(inside, filaments);
    },
    cancel: () => selection.setDrawing(undefined),
  };
}

/** Chooses the pick under the pointer; where there is none, nothing. Shift adds it or takes it out. */
export function clickOn(surface: ToolSurface, point: Press['point'], shift: boolean): void {
  const { selection } = surface.app;
  const pick = pickUnder(surface, point);
  if (pick && shift) selection.toggle(pick);
  else if (pick) selection.choose([pick]);
  else if (!shift) selection.clear();
}
