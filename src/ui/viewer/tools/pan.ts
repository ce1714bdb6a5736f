import { panBy } from '../transform.ts';
import { hasMoved, type Press, type ToolDrag, type ToolSurface } from './tool.ts';

/** Drags the picture. @param onClick where it was let go without having moved. */
export function pan({ app }: ToolSurface, { point }: Press, onClick?: () => void): ToolDrag {
  const { view } = app;
  let last = point;
  let isMoved = false;
  return {
    move: (to) => {
      isMoved ||= hasMoved(point, to);
      if (!isMoved) return;
      view.move(panBy(view.view(), to.x - last.x, to.y - last.y));
      last = to;
    },
    end: () => {
      if (!isMoved) onClick?.();
    },
    cancel: () => {},
  };
}
