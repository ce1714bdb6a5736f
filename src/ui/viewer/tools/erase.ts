import { distanceToSegment, segmentsNear } from '../../../dataset/filaments.ts';
import type { Filament } from '../../../dataset/picks.ts';
import { PlaceIndex } from '../../../dataset/placeIndex.ts';
import type { Point } from '../transform.ts';
import type { Press, ToolDrag, ToolSurface } from './tool.ts';

/** Takes away what the disc of the eraser goes over, as one step. */
export function erase({ app, pixelAt, pixels }: ToolSurface, { point }: Press): ToolDrag {
  const { picks, selection, template, view } = app;
  const radius = pixels(view.eraser());
  const shown = picks.index();
  const ghosts = new PlaceIndex(template.ghosts(), radius);
  const filaments = new Set<Filament>();
  let last = point;
  const along = (to: Point): void => {
    const [a, b] = [pixelAt(last), pixelAt(to)];
    last = to;
    const hit = [...shown.along(a, b, radius), ...ghosts.along(a, b, radius)];
    const fresh = hit.filter((pick) => !picks.isErasing(pick));
    if (fresh.length > 0) picks.previewErasing(fresh);
    for (const filament of picks.shownFilaments()) {
      const { start, end } = filament;
      const isHit =
        a.x === b.x && a.y === b.y
          ? distanceToSegment(a, start, end) <= radius
          : segmentsNear(a, b, start, end, radius);
      if (isHit) filaments.add(filament);
    }
    if (filaments.size > 0) selection.choose([], filaments);
  };
  const finish = (): void => picks.commitErasing(filaments);
  along(point);
  return { move: along, end: finish, cancel: finish };
}
