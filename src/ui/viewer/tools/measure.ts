import type { Point } from '../transform.ts';
import type { Press, ToolDrag, ToolSurface } from './tool.ts';

export interface Measurement {
  /** Pick coordinates, file px. */
  readonly from: Point;
  readonly to: Point;
}

/** Told of a measurement while it is drawn, and when it is done; without one where it was given up. */
export type OnMeasure = (measurement: Measurement | undefined, isDone: boolean) => void;

export function measure({ pixelAt }: ToolSurface, { point }: Press, onMeasure: OnMeasure): ToolDrag {
  const from = pixelAt(point);
  return {
    move: (to) => onMeasure({ from, to: pixelAt(to) }, false),
    end: (at) => onMeasure({ from, to: pixelAt(at) }, true),
    cancel: () => onMeasure(undefined, true),
  };
}
