import { paint as painted } from '../../../dataset/pickHistory.ts';
import { isFound, type Pick } from '../../../dataset/picks.ts';
import { PlaceIndex } from '../../../dataset/placeIndex.ts';
import { Stroke } from '../../../dataset/stroke.ts';
import { pan } from './pan.ts';
import type { Press, ToolDrag, ToolSurface } from './tool.ts';

/** A click adds a pick; a drag moves the picture, or paints while Shift is held. */
export function add(surface: ToolSurface, press: Press): ToolDrag {
  if (press.shift) return paint(surface, press);
  const { app, pixelAt, isInside, highlight } = surface;
  return pan(surface, press, () => {
    const at = pixelAt(press.point);
    if (!isInside(at)) return;
    // On a candidate a click says that it is one; its own place is the better one.
    app.picks.add(app.template.ghostAt(at) ?? at, app.picks.classes.activeId());
    app.view.setPicksVisible(true);
    highlight(press.point);
  });
}

/** Picks along a stroke, a diameter from one another; what was found under it becomes picks by hand. */
function paint({ app, pixelAt, isInside, reach }: ToolSurface, { point }: Press): ToolDrag {
  const { picks, selection, template, view } = app;
  const radius = reach();
  const ghosts = new PlaceIndex(template.ghosts(), 2 * radius);
  const taken = picks.index();
  const all = new PlaceIndex([...taken.places, ...ghosts.places], 2 * radius);
  const stroke = new Stroke(pixelAt(point), 2 * radius, all, isInside);
  const under = new Set<Pick>();
  const candidates = new Set<Pick>();
  let last = pixelAt(point);
  const show = (): void => {
    selection.setDrawing({ kind: 'places', places: [...stroke.places, ...candidates, ...under] });
  };
  const touch = (to = last): void => {
    for (const pick of taken.along(last, to, radius)) if (isFound(pick)) under.add(pick);
    for (const ghost of ghosts.along(last, to, radius)) candidates.add(ghost);
    last = to;
    show();
  };
  view.setPicksVisible(true);
  touch();
  return {
    move: (to) => {
      const at = pixelAt(to);
      stroke.extend(at);
      touch(at);
    },
    end: () => {
      selection.setDrawing(undefined);
      const places = [...stroke.places, ...candidates];
      picks.edit((history) => painted(history, places, [...under], picks.classes.activeId()));
    },
    cancel: () => selection.setDrawing(undefined),
  };
}
