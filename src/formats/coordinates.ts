/** What every coordinate file comes to, whatever program wrote it. */

/** How a particle lies, as RELION tells it. */
export interface ParticlePose {
  /** The reference that it looks most like, from 1. */
  readonly classNumber: number;
  /** Euler angles about z, then y, then z, that turn a map until it projects along z as the particle looks. */
  readonly rotDegrees: number;
  readonly tiltDegrees: number;
  /** In the plane: a reference turned by −psi from x (column) towards y (row) lies like the particle. */
  readonly psiDegrees: number;
}

/** One particle as coordinate files give it: centre in file pixels, (0, 0) the centre of the first stored element. */
export interface Coordinate {
  /** Column, px. */
  readonly x: number;
  /** Row, px. */
  readonly y: number;
  /** Figure of merit, larger is better; undefined when the file has none. */
  readonly score: number | undefined;
  /** Where the method tells how it lies. */
  readonly pose?: ParticlePose | undefined;
  /** Section of a volume, from 0, where the file is three-dimensional. */
  readonly z?: number | undefined;
  /** Sides of the box, px, where the file has boxes. */
  readonly boxWidth?: number | undefined;
  readonly boxHeight?: number | undefined;
  /** Diameter of the particle, px, where the file says it. */
  readonly diameterPx?: number | undefined;
  /** What the user calls it, where they tell kinds of particles apart: Cryolite's own column. */
  readonly className?: string | undefined;
  /** Number of the filament that it lies on; an end of it where a filament has two of them. */
  readonly tube?: number | undefined;
  /** Row of the file's table, from 0, for tables that can be edited (STAR). */
  readonly row?: number | undefined;
}

export type CoordinateFormat = 'star' | 'box' | 'eman2' | 'cbox' | 'topaz' | 'cs' | 'imod' | 'csv';

/** A straight piece of a filament: the ends of its axis, px, as coordinates are. */
export interface FilamentEnds {
  readonly start: { readonly x: number; readonly y: number };
  readonly end: { readonly x: number; readonly y: number };
  readonly className?: string | undefined;
}

/** The particles of one micrograph. */
export interface MicrographCoordinates {
  /** As the file names it, or undefined when it does not. */
  readonly name: string | undefined;
  readonly coordinates: readonly Coordinate[];
  /** Size of the micrograph, px, where the file knows it. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Å, where the file knows it. */
  readonly pixelSizeAngstrom?: number | undefined;
}

/** A decimal number as tables hold it, or undefined: no hexadecimal, no blanks, not NaN, not infinite. */
export function parseDecimal(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** What RELION and others put behind the micrograph's name in the name of a coordinate file, before the extension. */
export const coordinateSuffix = /_(autopick|manualpick|picks|particles|coords|info|topaz)$/i;

/** Extensions of micrographs and movies; a dot may also belong to the name, "May08_03.05.02". */
const imageExtension = /\.(mrcs?|map|ccp4|rec|st|ali|preali|tiff?|eer|dm[34]|hdf5?|png|jpe?g)(\.(gz|bz2))?$/i;

/**
 * A micrograph's name without folders, stack index, extension and cryoSPARC's number in front:
 * "000012@Extract/job1/mic.mrcs" and "J14/x/008578565574161745010_mic.mrc" are both "mic".
 */
export function micrographStem(name: string): string {
  const file = name.split(/[/\\@]/).at(-1) ?? name;
  return file.replace(imageExtension, '').replace(/^\d{15,21}_(?=.)/, '');
}

/** Rows of many micrographs in the order of the micrographs' first rows. */
export function groupByMicrograph<T extends Coordinate>(
  rows: readonly T[],
  nameOf: (row: T) => string | undefined,
): { readonly name: string | undefined; readonly coordinates: readonly T[] }[] {
  const groups = new Map<string | undefined, T[]>();
  for (const row of rows) {
    const name = nameOf(row);
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  return [...groups].map(([name, coordinates]) => ({ name, coordinates }));
}

/** A decimal with at most `digits` behind the point, without needless zeros. */
export function decimal(value: number, digits = 6): string {
  return String(Number(value.toFixed(digits)));
}
