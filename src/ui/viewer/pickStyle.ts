import type { Pick, PickOrigin } from '../../dataset/picks.ts';

export type Rgb = readonly [number, number, number];

/** A pick is drawn by its origin; a candidate is none yet. */
export type DrawnAs = PickOrigin | 'candidate';

/**
 * Colours from the palette of Okabe and Ito (2008), which stays distinct in every kind of colour blindness; line
 * patterns say the same again: what a method picked is plain, manual picks have a dot, imported ones are dashed, and
 * candidates that nobody has accepted yet are dotted.
 */
export const pickColours: Readonly<Record<DrawnAs, Rgb>> = {
  cnn: [0.96, 0.68, 0.13],
  log: [0.96, 0.68, 0.13],
  template: [0.96, 0.68, 0.13],
  matching: [0.96, 0.68, 0.13],
  consensus: [0.96, 0.68, 0.13],
  manual: [0.34, 0.79, 1.0],
  imported: [0.93, 0.55, 0.8],
  candidate: [0.3, 0.86, 0.66],
};

/** Numbers of the origins in the shader. */
const order: readonly DrawnAs[] = ['cnn', 'log', 'manual', 'imported', 'template', 'candidate'];
/** What any method picked looks alike. */
const numberOf = (kind: DrawnAs): number => Math.max(0, order.indexOf(kind));

/** Red, green, blue, 1 for each number, for the shader. */
export const colourTable: readonly number[] = order.flatMap((kind) => [...pickColours[kind], 1]);

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

/** Four floats a pick (x, y, score, origin) for the GPU; candidates behind them. */
export function packPicks(
  picks: readonly Pick[],
  candidates: readonly Pick[] = [],
): Float32Array<ArrayBuffer> {
  const packed = new Float32Array((picks.length + candidates.length) * 4);
  const pack = ({ x, y, score }: Pick, kind: DrawnAs, at: number): void =>
    packed.set([x, y, score, numberOf(kind)], at * 4);
  picks.forEach((pick, i) => {
    pack(pick, pick.origin, i);
  });
  candidates.forEach((candidate, i) => {
    pack(candidate, 'candidate', picks.length + i);
  });
  return packed;
}

export function cssColour([r, g, b]: Rgb, alpha = 1): string {
  const byte = (value: number): number => Math.round(value * 255);
  return `rgb(${byte(r)} ${byte(g)} ${byte(b)} / ${alpha})`;
}
