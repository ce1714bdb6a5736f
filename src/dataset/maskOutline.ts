import type { MaskBitmap } from './maskBitmap.ts';
import type { Place } from './picks.ts';

/**
 * The borders of a mask as closed polygons along the cells' edges, in image points (px from the outer corner of the first
 * pixel). The mask lies to the right of the way, so outer borders run clockwise on the screen and holes the other way;
 * cells that touch at a corner alone are apart.
 */
export function maskOutline({ width, height, cellPx, data }: MaskBitmap): Place[][] {
  const isIn = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && data[y * width + x] === 1;
  const corners = width + 1;
  // Edges by their first corner and way: 0 right, 1 down, 2 left, 3 up; each is left once.
  const waiting = new Uint8Array(corners * (height + 1));
  const add = (x: number, y: number, way: number): void => {
    const at = y * corners + x;
    waiting[at] = (waiting[at] ?? 0) | (1 << way);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] !== 1) continue;
      if (!isIn(x, y - 1)) add(x, y, 0);
      if (!isIn(x + 1, y)) add(x + 1, y, 1);
      if (!isIn(x, y + 1)) add(x + 1, y + 1, 2);
      if (!isIn(x - 1, y)) add(x, y + 1, 3);
    }
  }
  const polygons: Place[][] = [];
  for (let start = 0; start < waiting.length; start++) {
    while (waiting[start] !== 0) polygons.push(follow(waiting, corners, start, cellPx));
  }
  return polygons;
}

const dx = [1, 0, -1, 0] as const;
const dy = [0, 1, 0, -1] as const;

/** Takes the edges of one border away; corners on a straight line are left out. */
function follow(waiting: Uint8Array, corners: number, start: number, cellPx: number): Place[] {
  const polygon: Place[] = [];
  let at = start;
  let last = -1;
  do {
    const open = waiting[at] ?? 0;
    // Right first: cells that touch at a corner alone stay apart.
    const turns = last < 0 ? [0, 1, 2, 3] : [(last + 1) % 4, last, (last + 3) % 4];
    const way = turns.find((turn) => (open & (1 << turn)) !== 0) ?? 0;
    if (way !== last) polygon.push({ x: (at % corners) * cellPx, y: Math.floor(at / corners) * cellPx });
    waiting[at] = open & ~(1 << way);
    at += (dx[way] ?? 0) + (dy[way] ?? 0) * corners;
    last = way;
  } while (at !== start);
  return polygon;
}
