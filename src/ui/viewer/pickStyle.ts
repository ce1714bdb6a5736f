import type { Pick, PickOrigin, Place } from '../../dataset/picks.ts';

export type Rgb = readonly [number, number, number];

/** A pick is drawn by its origin; a candidate is none yet. */
export type DrawnAs = PickOrigin | 'candidate';

/**
 * After the palette of Okabe and Ito (2008), lightened and moved apart until eyes without any one kind of cone tell them
 * from one another (their green and sky blue are one to tritanopes); line
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
  imported: [0.91, 0.47, 0.71],
  candidate: [0.66, 0.94, 0.63],
};

/** Numbers of the origins in the shader. */
const order: readonly DrawnAs[] = ['cnn', 'log', 'manual', 'imported', 'template', 'candidate'];
/** What any method picked looks alike. */
const numbers = new Map(order.map((kind, i) => [kind, i]));
const numberOf = (kind: DrawnAs): number => numbers.get(kind) ?? 0;

/** Red, green, blue, 1 for each number, for the shader. */
export const colourTable: readonly number[] = order.flatMap((kind) => [...pickColours[kind], 1]);

export const PICK_SHAPES = ['circle', 'box', 'dot'] as const;
export type PickShape = (typeof PICK_SHAPES)[number];

/** What a class adds: its colour, and the number of its mark in the middle. */
export interface ClassLook {
  readonly colour: Rgb;
  readonly glyph: number;
}

/** What the user has chosen of how picks look. */
export interface PickLook {
  readonly shape: PickShape;
  /** By the numbers of the classes. Those of the first are drawn by their origin, and by hand in its colour. */
  readonly classes: readonly ClassLook[];
  /** How far chosen picks are dragged at the moment, image px. */
  readonly offset: Place;
}

/** What is said of single picks. */
export interface PickMarks {
  classNumberOf(pick: Pick): number;
  isChosen(pick: Pick): boolean;
}

/** Classes that the shader has colours for. */
const classSlots = 16;

/** Floats of the shader's `Look`. */
export const lookFloats = 4 + 4 * classSlots;

export function packLook({ shape, classes, offset }: PickLook): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(lookFloats);
  packed.set([offset.x, offset.y, PICK_SHAPES.indexOf(shape), 0]);
  classes.slice(0, classSlots).forEach(({ colour, glyph }, i) => {
    packed.set([...colour, glyph], 4 + 4 * i);
  });
  return packed;
}

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
  readonly look: PickLook;
}

/** Circles never get smaller than this on the screen, CSS px. */
export const leastScreenRadius = 2.5;
/** Marks appear in the middle from this radius on, CSS px. */
export const leastMarked = 6;

/** Steps of the number that tells all of a pick but its place and score. */
const classStep = 8;
const chosenStep = classStep * classSlots;

/** Four floats a pick (x, y, score, kind) for the GPU; candidates behind them. The kind is origin + 8 · class + 128 · chosen. */
export function packPicks(
  picks: readonly Pick[],
  candidates: readonly Pick[] = [],
  marks?: PickMarks,
): Float32Array<ArrayBuffer> {
  const packed = new Float32Array((picks.length + candidates.length) * 4);
  let at = 0;
  const pack = ({ x, y, score }: Pick, kind: number): void => {
    packed[at] = x;
    packed[at + 1] = y;
    packed[at + 2] = score;
    packed[at + 3] = kind;
    at += 4;
  };
  let origin: PickOrigin = 'manual';
  let kindOfOrigin = numberOf(origin);
  for (const pick of picks) {
    // Mostly the same as of the one before.
    if (pick.origin !== origin) {
      origin = pick.origin;
      kindOfOrigin = numberOf(origin);
    }
    const classNumber = Math.min(classSlots - 1, marks?.classNumberOf(pick) ?? 0);
    const chosen = marks?.isChosen(pick) ? chosenStep : 0;
    pack(pick, kindOfOrigin + classStep * classNumber + chosen);
  }
  for (const candidate of candidates) pack(candidate, numberOf('candidate'));
  return packed;
}

/** "#57c9ff" */
export function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

export function cssColour([r, g, b]: Rgb, alpha = 1): string {
  const byte = (value: number): number => Math.round(value * 255);
  return `rgb(${byte(r)} ${byte(g)} ${byte(b)} / ${alpha})`;
}

/** Lengths of dashes and gaps, as parts of the radius, where the shader draws them so; none for a whole line. */
const dashes: Partial<Readonly<Record<DrawnAs, readonly number[]>>> = {
  imported: [0.4, 0.23],
  candidate: [0.26, 0.26],
};

export function dashesOf(kind: DrawnAs): readonly number[] {
  return dashes[kind] ?? [];
}
