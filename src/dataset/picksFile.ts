/** From a coordinate file of any kind to the picks of one micrograph. */
import type { ByteSource } from '../core/bytes.ts';
import { FormatError } from '../core/errors.ts';
import type { Coordinate } from '../formats/coordinates.ts';
import { PROBLEMS } from './coordinates/detect.ts';
import {
  type CoordinateFile,
  findMicrograph,
  type ReadOptions,
  readCoordinates,
} from './coordinates/read.ts';
import { applyReading, type ImageSize, ownReading } from './coordinates/readings.ts';
import type { Filament, Pick } from './picks.ts';

export interface PicksOptions extends ReadOptions {
  /** Of the micrograph, px; needed where a file has fractions of a size that it does not say. */
  readonly size?: ImageSize | undefined;
}

/**
 * Reads a coordinate file of any program in its program's own convention. Picks without a score were made by a person,
 * so they count as manual: no threshold hides them.
 * @param micrograph name of the micrograph they are wanted for; a file that names several gives its picks only.
 * @throws FormatError when the file can't be read or names other micrographs only.
 */
export async function readPicksFile(
  source: ByteSource,
  micrograph: string,
  options: PicksOptions = {},
): Promise<Pick[]> {
  const file = await readCoordinates(source, options);
  const { coordinates } = requireMicrograph(file, micrograph);
  if (file.unit === 'pixel') return toPicks(coordinates);
  if (!options.size) {
    throw new FormatError(
      PROBLEMS[file.format],
      file.name,
      'gives positions as fractions of a micrograph whose size it does not say: open the micrograph first.',
    );
  }
  return toPicks(applyReading(coordinates, ownReading(file), options.size));
}

/** @throws FormatError when the file holds several micrographs and none of this name. */
export function requireMicrograph(file: CoordinateFile, micrograph: string) {
  const found = findMicrograph(file, micrograph);
  if (found) return found;
  const { micrographs } = file;
  const some = micrographs.slice(0, 3).map(({ name }) => name ?? '(no name)');
  throw new FormatError(
    PROBLEMS[file.format],
    file.name,
    `holds particles of ${micrographs.length} micrographs (${some.join(', ')}${micrographs.length > 3 ? ', …' : ''}), but none of ${micrograph}.`,
  );
}

/** Ends of filaments among coordinates: tubes of exactly two; longer ones are particles along a filament. */
export function splitFilaments(
  coordinates: readonly Coordinate[],
  classOf: ClassByName,
): { readonly places: readonly Coordinate[]; readonly filaments: readonly Filament[] } {
  const tubes = new Map<number, Coordinate[]>();
  for (const one of coordinates) {
    if (one.tube === undefined) continue;
    const tube = tubes.get(one.tube);
    if (tube) tube.push(one);
    else tubes.set(one.tube, [one]);
  }
  const filaments: Filament[] = [];
  const ends = new Set<Coordinate>();
  for (const [start, end, ...more] of tubes.values()) {
    if (!start || !end || more.length > 0) continue;
    ends.add(start).add(end);
    const classId = start.className ? classOf(start.className) : undefined;
    const axis = { start: { x: start.x, y: start.y }, end: { x: end.x, y: end.y } };
    filaments.push(classId === undefined ? axis : { ...axis, classId });
  }
  return { places: coordinates.filter((one) => !ends.has(one)), filaments };
}

/** Finds the class of a name, or makes it; undefined for the first. */
export type ClassByName = (name: string) => string | undefined;

/** Picks without a score are a person's. @param classOf without it classes are passed over. */
export function toPicks(coordinates: readonly Coordinate[], classOf?: ClassByName): Pick[] {
  return coordinates.map(({ x, y, score, row, className }) => {
    const classId = className ? classOf?.(className) : undefined;
    const at = { ...(row === undefined ? {} : { row }), ...(classId === undefined ? {} : { classId }) };
    return score === undefined
      ? { x, y, score: 1, origin: 'manual', ...at }
      : { x, y, score, origin: 'imported', ...at };
  });
}
