import type { FigureKind } from '../../state/measuring.ts';
import type { Point } from '../transform.ts';
import { hasMoved, type Press, type ToolDrag, type ToolSurface } from './tool.ts';

/** Draws what measures: a ruler, a line for a profile, a rectangle. It stays; a click takes it away. */
export function figure({ app, pixelAt }: ToolSurface, { point, shift }: Press, kind: FigureKind): ToolDrag {
  const { measuring } = app;
  const from = pixelAt(point);
  let isMoved = false;
  const to = (at: Point): void => {
    isMoved ||= hasMoved(point, at);
    if (!isMoved) return;
    const end = pixelAt(at);
    measuring.draw({ kind, from, to: shift && kind !== 'region' ? straight(from, end) : end });
  };
  return {
    move: to,
    end: (at) => {
      to(at);
      if (!isMoved) measuring.clear();
    },
    // A pinch zooms: what was measured before stays.
    cancel: () => {
      if (isMoved) measuring.clear();
    },
  };
}

/** With Shift a line is level, upright or in the diagonal. */
function straight(from: Point, to: Point): Point {
  const eighth = Math.PI / 4;
  const angle = Math.round(Math.atan2(to.y - from.y, to.x - from.x) / eighth) * eighth;
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  return { x: from.x + length * Math.cos(angle), y: from.y + length * Math.sin(angle) };
}
