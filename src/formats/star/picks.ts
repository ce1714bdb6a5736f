/** Particle coordinates in STAR files. RELION counts pixels as we do: centres, the first element is (0, 0). */
import { FormatError } from '../../core/errors.ts';
import { type Coordinate, micrographStem, parseDecimal } from '../coordinates.ts';
import { parseStar, type StarBlock, type StarLoop } from './parse.ts';
import { writeStar } from './write.ts';

export interface StarCoordinate extends Coordinate {
  /** The file's `_rlnMicrographName`, or undefined where it has no such column. */
  readonly micrograph: string | undefined;
  /** Row of the table, from 0. */
  readonly row: number;
}

export const STAR_LABELS = {
  x: 'rlnCoordinateX',
  y: 'rlnCoordinateY',
  score: 'rlnAutopickFigureOfMerit',
  micrograph: 'rlnMicrographName',
  tube: 'rlnHelicalTubeID',
  /** RELION has none for what a person calls a pick: rlnClassNumber is the class of a classification. It leaves this one alone. */
  className: 'cryolitePickClass',
} as const;
const { x: X, y: Y, score: SCORE } = STAR_LABELS;
/** What RELION's manual picker writes where it has nothing to say; `<NA>` is crYOLO's word for it. */
export const PLACEHOLDER = -999;
const NO_SCORE = /^(nan|<na>)$/i;

/**
 * The particles in a STAR file: one micrograph's picks, or particles of many micrographs.
 * @throws FormatError bad-star, or missing-columns naming what is missing and what is there.
 */
export function readStarPicks(file: string, text: string): StarCoordinate[] {
  return readStarTable(file, parseStar(file, text));
}

/** The same from a file that is parsed already. */
export function readStarTable(file: string, blocks: readonly StarBlock[]): StarCoordinate[] {
  const loop = findCoordinates(file, blocks);
  const column = (label: string) => loop.columns.indexOf(label);
  const [atX, atY, atScore, atName] = [column(X), column(Y), column(SCORE), column(STAR_LABELS.micrograph)];
  const [atTube, atClass] = [column(STAR_LABELS.tube), column(STAR_LABELS.className)];
  return loop.rows.map((row, i) => {
    const number = (at: number, label: string): number => {
      const value = parseDecimal(row[at] ?? '');
      if (value !== undefined) return value;
      throw new FormatError(
        'bad-star',
        file,
        `is not a good STAR file: on line ${loop.lines[i]}, _${label} is "${row[at]}", not a number.`,
      );
    };
    const score = atScore < 0 || NO_SCORE.test(row[atScore] ?? '') ? PLACEHOLDER : number(atScore, SCORE);
    return {
      x: number(atX, X),
      y: number(atY, Y),
      score: score === PLACEHOLDER ? undefined : score,
      micrograph: atName < 0 ? undefined : row[atName],
      row: i,
      ...(atTube < 0 ? {} : { tube: number(atTube, STAR_LABELS.tube) }),
      ...(atClass < 0 ? {} : { className: row[atClass] }),
    };
  });
}

/**
 * The particles of one micrograph: all when the file names none, else those whose name agrees without folders
 * and extension (RELION names the aligned image, users open a copy).
 */
export function picksOfMicrograph(picks: readonly StarCoordinate[], micrograph: string): StarCoordinate[] {
  const wanted = micrographStem(micrograph);
  return picks.filter(({ micrograph: named }) => named === undefined || micrographStem(named) === wanted);
}

/**
 * One micrograph's picks as RELION's autopicker writes them. Picks without a score get RELION's −999, those without a pose class
 * and angle 0; the angles of a view are there where a pick has one, and the names of classes.
 * @param comments for people: program, parameters.
 */
export function writeStarPicks(picks: readonly Coordinate[], comments: readonly string[] = []): string {
  const hasViews = picks.some(({ pose }) => pose && (pose.rotDegrees !== 0 || pose.tiltDegrees !== 0));
  const views = hasViews ? ['rlnAngleRot', 'rlnAngleTilt'] : [];
  const hasClasses = picks.some(({ className }) => className !== undefined);
  const classes = hasClasses ? [STAR_LABELS.className] : [];
  const columns = [X, Y, 'rlnClassNumber', 'rlnAnglePsi', SCORE, ...views, ...classes];
  const rows = picks.map(({ x, y, score = PLACEHOLDER, pose, className }) => {
    const view = hasViews ? [pose?.rotDegrees ?? 0, pose?.tiltDegrees ?? 0] : [];
    return [
      x,
      y,
      pose?.classNumber ?? 0,
      pose?.psiDegrees ?? 0,
      score,
      ...view,
      ...(hasClasses ? [className ?? ''] : []),
    ];
  });
  return writeStar([{ block: '', columns, rows }], comments);
}

/** Columns that an error names: enough to know the file by, not a page of them. */
const COLUMNS_NAMED = 8;

/** The table with coordinates; RELION calls it "particles" where there is more than one block. */
export function findCoordinates(file: string, blocks: readonly StarBlock[]): StarLoop {
  const ordered = [...blocks].sort((a, b) => Number(b.name === 'particles') - Number(a.name === 'particles'));
  const loops = ordered.flatMap((block) => block.loops);
  const found = loops.find(({ columns }) => columns.includes(X) && columns.includes(Y));
  if (found) return found;
  if (blocks.some(({ name }) => name === 'coordinate_files')) {
    throw new FormatError(
      'missing-columns',
      file,
      'is a list of coordinate files and holds no coordinates itself: open the files that it names.',
    );
  }
  const missing = [X, Y].filter((label) => !loops.some(({ columns }) => columns.includes(label)));
  const all = [...new Set(loops.flatMap(({ columns }) => columns))];
  const there = all.slice(0, COLUMNS_NAMED).map((label) => `_${label}`);
  if (all.length > COLUMNS_NAMED) there.push(`${all.length - COLUMNS_NAMED} more`);
  throw new FormatError(
    'missing-columns',
    file,
    missing.length > 0
      ? `has no ${missing.map((label) => `_${label}`).join(' and ')}; its columns are ${there.join(', ') || 'none'}.`
      : `has _${X} and _${Y} in different tables, so they can't be joined.`,
  );
}
