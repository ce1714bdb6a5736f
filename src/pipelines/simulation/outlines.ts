import type { Random } from '../../core/random.ts';
import type { Outline } from './specimen.ts';

/** Å, from the centre of pixel (0, 0). */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** The outline of something in the beam, as numbers; lengths in Å. */
export type Shape = Place & {
  readonly radius: number;
  /** No part is farther from (x, y). */
  readonly reachAngstrom: number;
} & (
    | { readonly kind: 'polygon'; readonly sides: readonly Side[] }
    /** Round, n waves about it. */
    | { readonly kind: 'wavering'; readonly waves: readonly TurnWave[] }
    /** All that is outside of a wavy circle. */
    | { readonly kind: 'rim'; readonly waves: readonly RimWave[] }
  );

/** The half-plane where x·cos + y·sin < at. */
export interface Side {
  readonly cos: number;
  readonly sin: number;
  readonly at: number;
}

export interface TurnWave {
  readonly n: number;
  readonly height: number;
  readonly phase: number;
}

export interface RimWave {
  readonly length: number;
  readonly height: number;
  readonly phase: number;
}

/** Corners of polygons are cut at so many radii. */
export const cornerRadii = 2.2;

/** Five to seven straight edges. */
export function polygon(random: Random, { x, y }: Place, radius: number): Shape {
  const edges = 5 + random.integer(3);
  const start = random.between(0, 2 * Math.PI);
  const sides = Array.from({ length: edges }, (_, i) => {
    const angle = start + (2 * Math.PI * (i + random.between(-0.3, 0.3))) / edges;
    return { cos: Math.cos(angle), sin: Math.sin(angle), at: radius * random.between(0.65, 1) };
  });
  // Corners of edges that lie 0.6 more than a seventh of a turn apart are within 2.3 radii.
  return { kind: 'polygon', x, y, radius, reachAngstrom: 2.3 * radius, sides };
}

/** A round thing whose outline wavers by the given part of its radius, with two to five waves about it. */
export function wavering(random: Random, { x, y }: Place, radius: number, part: number): Shape {
  const waves = [2, 3, 4, 5].map((n) => ({
    n,
    height: (radius * part * random.normal()) / n,
    phase: random.between(0, 2 * Math.PI),
  }));
  const most = waves.reduce((sum, { height }) => sum + Math.abs(height), 0);
  return { kind: 'wavering', x, y, radius, reachAngstrom: radius + most, waves };
}

export function rimOfHole(
  { x, y }: Place,
  radius: number,
  waves: readonly RimWave[],
  reachAngstrom: number,
): Shape {
  return { kind: 'rim', x, y, radius, reachAngstrom, waves };
}

/** How far places are outside of a shape. */
export function outlineOf(shape: Shape): Outline {
  const { x, y, radius, reachAngstrom } = shape;
  switch (shape.kind) {
    case 'polygon':
      return {
        x,
        y,
        reachAngstrom,
        distance: (dx, dy) => {
          let farthest = Number.NEGATIVE_INFINITY;
          for (const { cos, sin, at } of shape.sides) farthest = Math.max(farthest, dx * cos + dy * sin - at);
          return Math.max(farthest, Math.hypot(dx, dy) - cornerRadii * radius);
        },
      };
    case 'wavering':
      return {
        x,
        y,
        reachAngstrom,
        distance: (dx, dy) => {
          const angle = Math.atan2(dy, dx);
          let edge = radius;
          for (const { n, height, phase } of shape.waves) edge += height * Math.cos(n * angle + phase);
          return Math.hypot(dx, dy) - edge;
        },
      };
    case 'rim':
      return {
        x,
        y,
        reachAngstrom,
        distance: (dx, dy) => {
          const along = Math.atan2(dy, dx) * radius;
          let edge = radius;
          for (const wave of shape.waves)
            edge += wave.height * Math.sin((2 * Math.PI * along) / wave.length + wave.phase);
          return edge - Math.hypot(dx, dy);
        },
      };
  }
}
