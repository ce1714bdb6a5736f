/**
 * crYOLO's .cbox files. The old ones are tab-separated lines without a header (x y width height confidence estimated
 * width, estimated height), the new ones STAR with `data_global` and `data_cryolo` and `<NA>` where nothing is known.
 * Both give the box's lower-valued corner, z the section; the centre is corner + size / 2.
 */
import { FormatError } from '../../core/errors.ts';
import { readBoxes } from '../box/box.ts';
import { type Coordinate, decimal, parseDecimal } from '../coordinates.ts';
import { parseStar } from '../star/parse.ts';
import { writeStar } from '../star/write.ts';

const NA = '<NA>';
const BLOCK = 'cryolo';

/** Whether a text is one of the new files. */
export function isNewCbox(text: string): boolean {
  return /^\s*data_cryolo\s*$/m.test(text);
}

/** @throws FormatError bad-star or missing-columns (new), bad-box (old). */
export function readCbox(file: string, text: string): Coordinate[] {
  return isNewCbox(text) ? readNew(file, text) : readBoxes(file, text);
}

function readNew(file: string, text: string): Coordinate[] {
  const table = parseStar(file, text).find(({ name }) => name === BLOCK)?.loops[0];
  const columns = table?.columns ?? [];
  const missing = ['CoordinateX', 'CoordinateY', 'Width', 'Height'].filter((one) => !columns.includes(one));
  if (!table || missing.length > 0) {
    throw new FormatError(
      'missing-columns',
      file,
      `has no ${missing.map((label) => `_${label}`).join(', ')} in data_cryolo.`,
    );
  }
  return table.rows.map((row, i) => {
    const optional = (label: string): number | undefined => {
      const value = row[columns.indexOf(label)];
      if (value === undefined || /^(<na>|nan|none)$/i.test(value)) return undefined;
      const number = parseDecimal(value);
      if (number === undefined) return fail(label, value);
      return number;
    };
    const fail = (label: string, value: string | undefined): never => {
      throw new FormatError(
        'bad-star',
        file,
        `is not a good .cbox file: on line ${table.lines[i]}, _${label} is "${value}", not a number.`,
      );
    };
    const number = (label: string): number => optional(label) ?? fail(label, NA);
    const [boxWidth, boxHeight] = [number('Width'), number('Height')];
    // Boxes of flat images have no z, or, from some versions, depth 1 and z 0.
    const depth = optional('Depth') ?? 0;
    const z = optional('CoordinateZ');
    return {
      x: number('CoordinateX') + boxWidth / 2,
      y: number('CoordinateY') + boxHeight / 2,
      score: optional('Confidence'),
      boxWidth,
      boxHeight,
      ...(z === undefined || (depth <= 1 && z === 0) ? {} : { z }),
    };
  });
}

/** A new .cbox of one flat image; six decimals. Picks without a score are certain: confidence 1. */
export function writeCbox(picks: readonly Coordinate[], boxSizePx: number): string {
  const columns = [
    ...['CoordinateX', 'CoordinateY', 'CoordinateZ', 'Width', 'Height', 'Depth'],
    ...['EstWidth', 'EstHeight', 'Confidence', 'NumBoxes', 'Angle'],
  ];
  const rows = picks.map(({ x, y, score = 1, boxWidth, boxHeight }) => {
    const [width, height] = [boxWidth || boxSizePx, boxHeight || boxSizePx];
    const cells = [x - width / 2, y - height / 2, NA, width, height, 1, width, height, score, 1, NA];
    return cells.map((cell) => (typeof cell === 'string' ? cell : decimal(cell)));
  });
  const table = writeStar([{ block: BLOCK, columns, rows }], [], { version: false });
  return `\ndata_global\n\n_cbox_format_version 1.0\n${table}`;
}
