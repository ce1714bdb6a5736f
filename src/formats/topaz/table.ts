/**
 * Topaz's table of particles: tab-separated image_name, x_coord, y_coord and, mostly, score; centres, rows counted from
 * the first; image names without folders and extension, many of them in one file.
 */
import {
  type Coordinate,
  decimal,
  groupByMicrograph,
  type MicrographCoordinates,
  micrographStem,
} from '../coordinates.ts';
import { readCsvTable } from '../csv/picks.ts';

/** Whether a first line is that of Topaz's tables. */
export function isTopazHeader(line: string): boolean {
  return /^\uFEFF?image_name\tx_coord\ty_coord(\t|$)/.test(line.trimEnd());
}

/** A file that holds a header only is a micrograph in which nothing was found. @throws FormatError, see `readCsvTable`. */
export function readTopaz(file: string, text: string): MicrographCoordinates[] {
  const groups = groupByMicrograph(readCsvTable(file, text), ({ micrograph }) => micrograph);
  return groups.length > 0 ? groups : [{ name: undefined, coordinates: [] }];
}

/** Whole pixels, as Topaz writes and expects them, so centres come back within half a pixel. */
export function writeTopaz(micrographs: readonly MicrographCoordinates[]): string {
  const all: readonly Coordinate[] = micrographs.flatMap(({ coordinates }) => coordinates);
  const hasScores = all.some(({ score }) => score !== undefined);
  const best = all.reduce((top, { score = top }) => Math.max(top, score), 0);
  const lines = micrographs.flatMap(({ name = 'micrograph', coordinates }) =>
    coordinates.map(({ x, y, score = best }) => {
      const cells = [micrographStem(name), Math.round(x), Math.round(y)];
      return [...cells, ...(hasScores ? [decimal(score)] : [])].join('\t');
    }),
  );
  const header = `image_name\tx_coord\ty_coord${hasScores ? '\tscore' : ''}`;
  return `${[header, ...lines].join('\n')}\n`;
}
