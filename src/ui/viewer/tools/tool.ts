import type { Pick } from '../../../dataset/picks.ts';
import type { App } from '../../state/app.ts';
import type { Point } from '../transform.ts';

/** A press that moves less than this is a click, CSS px. */
export const clickSlop = 4;

/** What a pressed pointer does until it is let go. Points are on the surface, CSS px. */
export interface ToolDrag {
  move(to: Point): void;
  /** It was let go. */
  end(at: Point): void;
  /** It was taken away, by a second finger or the system. */
  cancel(): void;
}

/** What tools know of the picture under the pointer. */
export interface ToolSurface {
  readonly app: App;
  /** Pick coordinates, file px. */
  pixelAt(point: Point): Point;
  /** Whether a pixel of the picture is there. */
  isInside(pixel: Point): boolean;
  /** File px that so many CSS px are. */
  pixels(css: number): number;
  /** Radius of a particle, file px. */
  reach(): number;
  /** The shown pick or candidate nearest to a point. @param radius file px. */
  nearest(point: Point, radius: number): Pick | undefined;
  /** Marks what is under the pointer. */
  highlight(point: Point | undefined): void;
}

/** How the pointer was pressed. */
export interface Press {
  readonly point: Point;
  readonly shift: boolean;
}

/** The shown pick under a press; candidates of a template are none. */
export function pickUnder({ app, pixelAt, pixels, reach }: ToolSurface, point: Point): Pick | undefined {
  return app.picks.index().nearest(pixelAt(point), Math.max(reach(), pixels(6)));
}

/** Filaments are as wide as particles. */
export function axisReach({ reach, pixels }: ToolSurface): number {
  return Math.max(0.5 * reach(), pixels(6));
}

export function endReach({ pixels }: ToolSurface): number {
  return pixels(9);
}

/** @returns whether a pointer went further than a click does. */
export function hasMoved(from: Point, to: Point): boolean {
  return Math.hypot(to.x - from.x, to.y - from.y) > clickSlop;
}
