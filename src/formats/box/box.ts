/**
 * EMAN1's .box files, which crYOLO, Topaz and most others write too: x and y of the box's lower-valued corner, width,
 * height and, mostly, a score, one box a line. The centre is corner + size / 2; boxes of size 0 are centres.
 */
import { FormatError } from '../../core/errors.ts';
import { type Coordinate, decimal, type FilamentEnds, parseDecimal } from '../coordinates.ts';

/** EMAN1 writes −3 in the fifth column of every box, −1 and −2 at the ends of a filament. */
const EMAN1_FLAGS = new Set([-3, -2, -1]);
const [START, END] = [-1, -2];

/** A file without boxes is a micrograph without picks. @throws FormatError bad-box, naming the line. */
export function readBoxes(file: string, text: string): Coordinate[] {
  const boxes: Coordinate[] = [];
  let width: number | undefined;
  let number = 0;
  for (const line of text.split(/\r\n|\n|\r/)) {
    number++;
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const cells = content.split(/[\s,]+/);
    const fail = (explanation: string): never => {
      throw new FormatError('bad-box', file, `is not a good box file: line ${number} ${explanation}.`);
    };
    if (cells.length < 4) {
      fail(`has ${cells.length} values where x, y, width and height should be`);
    }
    width ??= cells.length;
    if (cells.length !== width) fail(`has ${cells.length} values, those before it ${width}`);
    const at = (i: number): number =>
      parseDecimal(cells[i] ?? '') ?? fail(`has "${cells[i]}" where a number should be`);
    const [x, y, boxWidth, boxHeight] = [at(0), at(1), at(2), at(3)];
    if (boxWidth < 0 || boxHeight < 0) fail('has a box of negative size');
    const score = parseDecimal(cells[4] ?? '');
    boxes.push({ x: x + boxWidth / 2, y: y + boxHeight / 2, score, boxWidth, boxHeight });
  }
  const isFlags = boxes.every(({ score }) => score === undefined || EMAN1_FLAGS.has(score));
  return isFlags ? withTubes(boxes) : boxes;
}

/** A start and the end that follows it are one filament. */
function withTubes(boxes: readonly Coordinate[]): Coordinate[] {
  let tube = 0;
  return boxes.map(({ score, ...box }, i) => {
    const isStart = score === START && boxes[i + 1]?.score === END;
    const isEnd = score === END && boxes[i - 1]?.score === START;
    if (isStart) tube++;
    return { ...box, score: undefined, ...(isStart || isEnd ? { tube } : {}) };
  });
}

/**
 * Ends of filaments as EMAN1's helix boxer writes them and RELION reads them: the corners of two boxes as wide as the
 * filament, −1 for its start and −2 for its end. Whole corners.
 * @param widthPx of the filaments.
 */
export function writeHelixBoxes(filaments: readonly FilamentEnds[], widthPx: number): string {
  const line = ({ x, y }: FilamentEnds['start'], flag: number): string => {
    const corner = (centre: number): number => Math.round(centre - widthPx / 2);
    return `${[corner(x), corner(y), widthPx, widthPx, flag].join('\t')}\n`;
  };
  return filaments.map(({ start, end }) => line(start, START) + line(end, END)).join('');
}

/**
 * Whole corners, as EMAN1 and crYOLO's trainer want them, so centres come back within half a pixel; with `exact`, corners
 * have the decimals they need. The score is the fifth column, which all of these read or pass over; a missing one is 1.
 * @param boxSizePx side of the boxes that have no size of their own.
 */
export function writeBoxes(
  picks: readonly Coordinate[],
  boxSizePx: number,
  options: { readonly exact?: boolean } = {},
): string {
  const hasScores = picks.some(({ score }) => score !== undefined);
  return picks
    .map(({ x, y, score = 1, boxWidth, boxHeight }) => {
      const [width, height] = [boxWidth || boxSizePx, boxHeight || boxSizePx];
      const corner = (centre: number, size: number): string =>
        options.exact ? decimal(centre - size / 2) : String(Math.round(centre - size / 2));
      const cells = [corner(x, width), corner(y, height), decimal(width), decimal(height)];
      return `${[...cells, ...(hasScores ? [decimal(score)] : [])].join('\t')}\n`;
    })
    .join('');
}
