import { filamentAt } from '../../../dataset/filaments.ts';
import type { Filament, Pick } from '../../../dataset/picks.ts';
import { pan } from './pan.ts';
import { clickOn } from './select.ts';
import {
  axisReach,
  endReach,
  hasMoved,
  type Press,
  pickUnder,
  type ToolDrag,
  type ToolSurface,
} from './tool.ts';

/** Drags a pick, or all that are chosen with it; elsewhere the picture. */
export function move(surface: ToolSurface, press: Press): ToolDrag {
  const held = heldAt(surface, press);
  if (!held) return pan(surface, press, () => clickOn(surface, press.point, press.shift));
  const { selection } = surface.app;
  if (held.pick && !selection.picks().has(held.pick)) {
    if (press.shift) selection.add([held.pick]);
    else selection.choose([held.pick]);
  } else if (held.filament && !selection.filaments().has(held.filament)) {
    selection.choose([], [held.filament]);
  }
  return dragChosen(surface, press);
}

/** A drag of what is chosen, whatever the tool; undefined where the press is not on any of it. */
export function moveIfChosen(surface: ToolSurface, press: Press): ToolDrag | undefined {
  const { selection } = surface.app;
  if (selection.count() === 0 || press.shift) return undefined;
  const held = heldAt(surface, press);
  const isChosen =
    (held?.pick && selection.picks().has(held.pick)) ||
    (held?.filament && selection.filaments().has(held.filament));
  return isChosen ? dragChosen(surface, press) : undefined;
}

function heldAt(
  surface: ToolSurface,
  { point }: Press,
): { readonly pick?: Pick; readonly filament?: Filament } | undefined {
  const pick = pickUnder(surface, point);
  if (pick) return { pick };
  const { picks } = surface.app;
  const at = surface.pixelAt(point);
  const hit = filamentAt(picks.shownFilaments(), at, endReach(surface), axisReach(surface));
  return hit && { filament: hit.filament };
}

function dragChosen({ app, pixelAt }: ToolSurface, { point }: Press): ToolDrag {
  const { selection } = app;
  const from = pixelAt(point);
  let isMoved = false;
  const by = (to: Press['point']) => {
    const at = pixelAt(to);
    return { x: at.x - from.x, y: at.y - from.y };
  };
  return {
    move: (to) => {
      isMoved ||= hasMoved(point, to);
      if (isMoved) selection.setOffset(by(to));
    },
    end: (at) => {
      if (isMoved) selection.moveSoon(by(at));
    },
    cancel: () => selection.setOffset({ x: 0, y: 0 }),
  };
}
