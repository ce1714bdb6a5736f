import type { Pick, PickOrigin } from '../../dataset/picks.ts';

export type Rgb = readonly [number, number, number];

/**
 * Colours from the palette of Okabe and Ito (2008), which stays distinct in every kind of colour blindness; line
 * patterns say the same again: candidates are plain, manual picks have a dot, imported ones are dashed.
 */
export const pickColours: Readonly<Record<PickOrigin, Rgb>> = {
  cnn: [0.96, 0.68, 0.13],
  log: [0.96, 0.68, 0.13],
  manual: [0.34, 0.79, 1.0],
  imported: [0.93, 0.55, 0.8],
};

/** Numbers of the origins in the shader. */
export const originIndex: Readonly<Record<PickOrigin, number>> = { cnn: 0, log: 1, manual: 2, imported: 3 };

/** How picks are drawn. */
export interface PickStyle {
  readonly visible: boolean;
  /** Radius in image px. */
  readonly radius: number;
  /** Screen line width, CSS px, whatever the zoom. */
  readonly lineWidth: number;
  /** Below it, all but manual picks are left out. */
  readonly threshold: number;
  /** The pick under the cursor. */
  readonly highlighted: Pick | undefined;
}

/** Circles never get smaller than this on the screen, CSS px. */
export const leastScreenRadius = 2.5;

/** Four floats a pick (x, y, score, origin) for the GPU. */
export function packPicks(picks: readonly Pick[]): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(picks.length * 4);
  picks.forEach((pick, i) => {
    packed.set([pick.x, pick.y, pick.score, originIndex[pick.origin]], i * 4);
  });
  return packed;
}

export function cssColour([r, g, b]: Rgb, alpha = 1): string {
  const byte = (value: number): number => Math.round(value * 255);
  return `rgb(${byte(r)} ${byte(g)} ${byte(b)} / ${alpha})`;
}
