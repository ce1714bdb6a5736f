/** One particle as coordinate files give it: centre in file pixels, (0, 0) the centre of the first stored element. */
export interface Coordinate {
  /** Column, px. */
  readonly x: number;
  /** Row, px. */
  readonly y: number;
  /** Figure of merit, larger is better; undefined when the file has none. */
  readonly score: number | undefined;
}

/** A decimal number as tables hold it, or undefined: no hexadecimal, no blanks, not NaN, not infinite. */
export function parseDecimal(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** What RELION and others put behind the micrograph's name in the name of a coordinate file, before the extension. */
export const coordinateSuffix = /_(autopick|manualpick|picks|particles|coords)$/i;
