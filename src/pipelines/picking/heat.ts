import type { GpuContext } from '../../gpu/context.ts';
import { reachOf, receptiveField } from '../../nn/field.ts';
import type { Graph } from '../../nn/layers.ts';
import type { NamedTensors } from '../../nn/train/parameters.ts';
import type { Picture, Point } from '../template/profile.ts';
import { awayFromEdges, type Candidate, suppressNeighbours } from './candidates.ts';
import { scorePlane } from './dense.ts';

/** A network's result over a whole picture. Cell i lies at stride · i + (stride − 1) / 2 px. */
export interface HeatMap {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
}

/** Runs a network over a picture that is mirrored beyond its edges, as the picker does. */
export async function heatMap(
  context: GpuContext,
  graph: Graph,
  tensors: NamedTensors,
  picture: Picture,
): Promise<HeatMap> {
  const field = receptiveField(graph);
  const { x } = field;
  // All that a cell at the edge looks at.
  const margin = Math.ceil(reachOf(field).x / x.period) * x.period;
  const inner = {
    width: Math.ceil(picture.width / x.period) * x.period,
    height: Math.ceil(picture.height / x.period) * x.period,
  };
  const size = { width: inner.width + 2 * margin, height: inner.height + 2 * margin };
  const buffer = context.upload('picture to score', mirrored(picture, margin, size));
  try {
    const { plane } = await scorePlane(context, { buffer, ...size }, { graph, tensors });
    try {
      const all = new Float32Array(await context.read(plane.buffer, plane.width * plane.height * 4));
      const [width, height] = [inner.width / x.stride, inner.height / x.stride];
      const skip = margin / x.stride;
      const data = new Float32Array(width * height);
      for (let row = 0; row < height; row++) {
        const start = (row + skip) * plane.width + skip;
        data.set(all.subarray(start, start + width), row * width);
      }
      return { data, width, height, stride: x.stride };
    } finally {
      context.free(plane.buffer);
    }
  } finally {
    context.free(buffer);
  }
}

function mirrored(
  picture: Picture,
  margin: number,
  size: { readonly width: number; readonly height: number },
): Float32Array<ArrayBuffer> {
  const inside = (at: number, length: number): number => {
    const folded = ((at % (2 * length)) + 2 * length) % (2 * length);
    return folded < length ? folded : 2 * length - 1 - folded;
  };
  const result = new Float32Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    const row = inside(y - margin, picture.height) * picture.width;
    for (let x = 0; x < size.width; x++) {
      result[y * size.width + x] = picture.data[row + inside(x - margin, picture.width)] ?? 0;
    }
  }
  return result;
}

/**
 * Local maxima of the heat, best first, px of the picture, no nearer to each other than `separationPx` and not at its edges; scores are the
 * heat itself. Places between cells by a parabola along each axis.
 */
export function peaksOf(
  heat: HeatMap,
  picture: { readonly width: number; readonly height: number },
  diameterPx: number,
  separationPx: number,
): Candidate[] {
  const { data, width, height, stride } = heat;
  const found: Candidate[] = [];
  const at = (x: number, y: number): number => data[y * width + x] ?? 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const value = at(x, y);
      if (!isHighest(at, x, y, value)) continue;
      const place = (cell: number, before: number, after: number): number =>
        stride * (cell + vertex(before, value, after)) + (stride - 1) / 2;
      found.push({
        x: place(x, at(x - 1, y), at(x + 1, y)),
        y: place(y, at(x, y - 1), at(x, y + 1)),
        score: value,
      });
    }
  }
  return suppressNeighbours(found.filter(awayFromEdges(picture, diameterPx)), separationPx);
}

/** Of equal neighbours the first in reading order is the peak. */
function isHighest(at: (x: number, y: number) => number, x: number, y: number, value: number): boolean {
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) {
      const other = at(x + dx, y + dy);
      const isBefore = dy < 0 || (dy === 0 && dx < 0);
      if (other > value || (isBefore && other === value)) return false;
    }
  return true;
}

function vertex(before: number, value: number, after: number): number {
  const bend = before - 2 * value + after;
  return bend < 0 ? Math.min(0.5, Math.max(-0.5, (before - after) / (2 * bend))) : 0;
}

/** The heat between cells, bilinear; at the edges that of the nearest cell. @param place px of the picture. */
export function heatAt({ data, width, height, stride }: HeatMap, place: Point): number {
  const along = (px: number, cells: number): number =>
    Math.min(cells - 1, Math.max(0, (px - (stride - 1) / 2) / stride));
  const [x, y] = [along(place.x, width), along(place.y, height)];
  const [left, top] = [Math.min(width - 2, Math.floor(x)), Math.min(height - 2, Math.floor(y))];
  const [dx, dy] = [x - left, y - top];
  const value = (column: number, row: number): number => data[row * width + column] ?? 0;
  const upper = value(left, top) * (1 - dx) + value(left + 1, top) * dx;
  const lower = value(left, top + 1) * (1 - dx) + value(left + 1, top + 1) * dx;
  return upper * (1 - dy) + lower * dy;
}
