/** Particle coordinates as comma-separated values with a header line; CryoPPP's too. */
import { FormatError } from '../../core/errors.ts';
import {
  type Coordinate,
  type FilamentEnds,
  type MicrographCoordinates,
  parseDecimal,
} from '../coordinates.ts';

/** Names of columns, in lower case without spaces, dashes and underscores, the best first. */
const X_NAMES = ['x', 'xcoord', 'xcoordinate', 'coordinatex', 'rlncoordinatex'];
const Y_NAMES = ['y', 'ycoord', 'ycoordinate', 'coordinatey', 'rlncoordinatey'];
const DIAMETER_NAMES = ['diameter', 'diameterpx'];
const MICROGRAPH_NAMES = ['micrograph', 'micrographname', 'imagename', 'rlnmicrographname', 'filename'];
const CLASS_NAMES = ['class', 'pickclass', 'cryolitepickclass'];
const SCORE_NAMES = ['score', 'figureofmerit', 'rlnautopickfigureofmerit', 'confidence', 'probability'];

/** A pick and the micrograph it names, if it does. */
export interface CsvCoordinate extends Coordinate {
  readonly micrograph: string | undefined;
}

/** The picks alone, for files of one micrograph. @throws FormatError, see `readCsvTable`. */
export function readCsvPicks(file: string, text: string): Coordinate[] {
  return readCsvTable(file, text).map(({ micrograph: _, ...pick }) => pick);
}

/**
 * Reads centres in pixels from columns x and y (any case, "X-Coordinate" too) and, if they are there, score (its cells
 * may be empty), diameter (px, as in CryoPPP) and micrograph. Commas, tabs or semicolons; quotes; lines that are blank
 * or begin with # are passed over.
 * @throws FormatError empty; bad-csv, naming the line; missing-columns.
 */
export function readCsvTable(file: string, text: string): CsvCoordinate[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((content, i) => ({ content, number: i + 1 }))
    .filter(({ content }) => content.trim() !== '' && !content.startsWith('#'));
  const [header, ...rows] = lines;
  if (!header) throw new FormatError('empty', file, 'holds nothing.');

  const separator = [',', '\t', ';'].find((mark) => header.content.includes(mark)) ?? ',';
  const names = splitCells(header.content, separator).map((name) =>
    name.toLowerCase().replace(/[\s_-]+/g, ''),
  );
  const find = (wanted: readonly string[]) =>
    names.indexOf(wanted.find((name) => names.includes(name)) ?? '?');
  const [atX, atY, atScore] = [find(X_NAMES), find(Y_NAMES), find(SCORE_NAMES)];
  const [atDiameter, atMicrograph] = [find(DIAMETER_NAMES), find(MICROGRAPH_NAMES)];
  const atClass = find(CLASS_NAMES);
  if (atX < 0 || atY < 0) {
    const missing = [atX < 0 ? 'x' : '', atY < 0 ? 'y' : ''].filter(Boolean).join(' and no column ');
    throw new FormatError(
      'missing-columns',
      file,
      `has no column ${missing}: its first line must name the columns, such as "x,y,score", but is "${header.content.slice(0, 200)}".`,
    );
  }

  return rows.map(({ content, number: line }) => {
    const cells = splitCells(content, separator);
    const fail = (explanation: string): never => {
      throw new FormatError('bad-csv', file, `is not a good table: line ${line} ${explanation}.`);
    };
    if (cells.length !== names.length) fail(`has ${cells.length} values under ${names.length} columns`);
    const number = (at: number): number =>
      parseDecimal(cells[at] ?? '') ?? fail(`has "${cells[at]}" where a number should be`);
    return {
      x: number(atX),
      y: number(atY),
      score: atScore < 0 || cells[atScore] === '' ? undefined : number(atScore),
      ...(atDiameter < 0 || cells[atDiameter] === '' ? {} : { diameterPx: number(atDiameter) }),
      ...(atClass < 0 || cells[atClass] === '' ? {} : { className: cells[atClass] }),
      micrograph: atMicrograph < 0 ? undefined : cells[atMicrograph],
    };
  });
}

/**
 * A line `x,y,score` for each pick, with all digits that matter; the cell of a missing score is empty. The names of classes follow
 * where there are any.
 */
export function writeCsvPicks(picks: readonly Coordinate[]): string {
  const hasClasses = picks.some(({ className }) => className !== undefined);
  const lines = picks.map(({ x, y, score, className = '' }) => {
    const named = hasClasses ? `,${quoted(className)}` : '';
    return `${x},${y},${score ?? ''}${named}\n`;
  });
  return [hasClasses ? 'x,y,score,class\n' : 'x,y,score\n', ...lines].join('');
}

/** A line for each filament: both ends of its axis, px, and its class where there are any. */
export function writeCsvFilaments(filaments: readonly FilamentEnds[]): string {
  const hasClasses = filaments.some(({ className }) => className !== undefined);
  const lines = filaments.map(({ start, end, className = '' }) => {
    const named = hasClasses ? `,${quoted(className)}` : '';
    return `${start.x},${start.y},${end.x},${end.y}${named}\n`;
  });
  return [`start_x,start_y,end_x,end_y${hasClasses ? ',class' : ''}\n`, ...lines].join('');
}

/** The same over many micrographs, with the name in front. */
export function writeCsvFilamentTable(
  micrographs: readonly { readonly name: string; readonly filaments: readonly FilamentEnds[] }[],
): string {
  const hasClasses = micrographs.some(({ filaments }) =>
    filaments.some(({ className }) => className !== undefined),
  );
  const lines = micrographs.flatMap(({ name, filaments }) =>
    filaments.map(({ start, end, className = '' }) => {
      const named = hasClasses ? `,${quoted(className)}` : '';
      return `${quoted(name)},${start.x},${start.y},${end.x},${end.y}${named}\n`;
    }),
  );
  return [`micrograph,start_x,start_y,end_x,end_y${hasClasses ? ',class' : ''}\n`, ...lines].join('');
}

/** Picks of many micrographs, with the name in front. */
export function writeCsvTable(micrographs: readonly MicrographCoordinates[]): string {
  const hasClasses = micrographs.some(({ coordinates }) =>
    coordinates.some(({ className }) => className !== undefined),
  );
  const lines = micrographs.flatMap(({ name = '', coordinates }) =>
    coordinates.map(({ x, y, score, className = '' }) => {
      const named = hasClasses ? `,${quoted(className)}` : '';
      return `${quoted(name)},${x},${y},${score ?? ''}${named}\n`;
    }),
  );
  return [hasClasses ? 'micrograph,x,y,score,class\n' : 'micrograph,x,y,score\n', ...lines].join('');
}

function quoted(text: string): string {
  const oneLine = text.replace(/[\r\n]+/g, ' ');
  return /[",]|^#|^\s|\s$/.test(oneLine) ? `"${oneLine.replaceAll('"', '""')}"` : oneLine;
}

/** RFC 4180: a cell in quotes may hold the separator, and a quote as two; here not a line break. */
function splitCells(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const letter = line.charAt(i);
    if (letter === '"' && quoted && line.charAt(i + 1) === '"') {
      cell += '"';
      i++;
    } else if (letter === '"') {
      quoted = !quoted;
    } else if (letter === separator && !quoted) {
      cells.push(cell.trim());
      cell = '';
    } else {
      cell += letter;
    }
  }
  return [...cells, cell.trim()];
}
