/**
 * Coordinates in columns. A list of 50,000 objects takes a structured clone tens of milliseconds at either end; as many
 * numbers in a few arrays take one or two.
 */
import type { Coordinate } from '../../formats/coordinates.ts';

/** Of numbers that are all known, as a typed array: the cheapest to hand over. */
type Column = Float64Array<ArrayBuffer> | readonly (number | undefined)[];
type Numbers = 'x' | 'y' | 'score' | 'z' | 'boxWidth' | 'boxHeight' | 'diameterPx' | 'tube' | 'row';
type Pose = NonNullable<Coordinate['pose']>;

const numbers = [
  'x',
  'y',
  'score',
  'z',
  'boxWidth',
  'boxHeight',
  'diameterPx',
  'tube',
  'row',
] as const satisfies readonly Numbers[];

export interface PackedCoordinates {
  readonly count: number;
  /** Only those in which something is known. */
  readonly numbers: { readonly [K in Numbers]?: Column };
  readonly pose?: { readonly [K in keyof Pose]: Column } | undefined;
  readonly classNames?: readonly (string | undefined)[] | undefined;
}

export function packCoordinates(all: readonly Coordinate[]): PackedCoordinates {
  const columns: { [K in Numbers]?: Column } = {};
  for (const key of numbers) {
    if (all.some((one) => one[key] !== undefined)) columns[key] = columnOf(all.map((one) => one[key]));
  }
  const pose = (key: keyof Pose): Column => columnOf(all.map((one) => one.pose?.[key]));
  return {
    count: all.length,
    numbers: columns,
    ...(all.some((one) => one.pose) && {
      pose: {
        classNumber: pose('classNumber'),
        rotDegrees: pose('rotDegrees'),
        tiltDegrees: pose('tiltDegrees'),
        psiDegrees: pose('psiDegrees'),
      },
    }),
    ...(all.some((one) => one.className !== undefined) && { classNames: all.map((one) => one.className) }),
  };
}

/** The way back: what was not known is not there. */
export function unpackCoordinates(packed: PackedCoordinates): Coordinate[] {
  const { count, classNames, pose } = packed;
  const { x, y, score, ...others } = packed.numbers;
  const rest = numbers.flatMap((key) => {
    const column = key === 'x' || key === 'y' || key === 'score' ? undefined : others[key];
    return column ? [{ key, column }] : [];
  });
  return Array.from({ length: count }, (_, i) => {
    const one: { -readonly [K in keyof Coordinate]: Coordinate[K] } = {
      x: x?.[i] ?? Number.NaN,
      y: y?.[i] ?? Number.NaN,
      score: score?.[i],
    };
    for (const { key, column } of rest) {
      const value = column[i];
      if (value !== undefined) one[key] = value;
    }
    const className = classNames?.[i];
    if (className !== undefined) one.className = className;
    const classNumber = pose?.classNumber[i];
    if (pose && classNumber !== undefined) {
      one.pose = {
        classNumber,
        rotDegrees: pose.rotDegrees[i] ?? 0,
        tiltDegrees: pose.tiltDegrees[i] ?? 0,
        psiDegrees: pose.psiDegrees[i] ?? 0,
      };
    }
    return one;
  });
}

function columnOf(values: readonly (number | undefined)[]): Column {
  const isKnown = (value: number | undefined): value is number => value !== undefined;
  return values.every(isKnown) ? Float64Array.from(values) : values;
}
