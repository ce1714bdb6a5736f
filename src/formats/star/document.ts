/**
 * A STAR file to be edited and written back. The text stays as it was read; an edit touches the lines of the rows it
 * changes and no others, so unknown columns, blocks, comments and spacing survive to the byte.
 */
import { FormatError } from '../../core/errors.ts';
import { parseDecimal } from '../coordinates.ts';
import { findCells, parseStar, type StarBlock, type StarLoop } from './parse.ts';

export interface StarDocument {
  /** The file's name, for messages. */
  readonly file: string;
  readonly text: string;
  /** Blocks in the order of the file, all cells as text. */
  readonly blocks: readonly StarBlock[];
}

/** Parses a STAR file and keeps its text. @throws FormatError, see `parseStar`. */
export function readStarDocument(file: string, text: string): StarDocument {
  return { file, text, blocks: parseStar(file, text) };
}

/** What shall become of a table. */
export interface TableEdit {
  /** Rows to take out, counted from 0. */
  readonly removed: ReadonlySet<number>;
  /** New cells of rows that stay: row → column → value. */
  readonly changed: ReadonlyMap<number, ReadonlyMap<number, string>>;
  /** Whole new rows, put behind the last. */
  readonly appended: readonly (readonly string[])[];
}

/**
 * The document with one table edited and everything else as it was.
 * @throws FormatError bad-star where a changed row can't be found in the text, which is a bug of ours.
 */
export function editTable(document: StarDocument, table: StarLoop, edit: TableEdit): StarDocument {
  // Odd elements are the line ends.
  const parts = document.text.split(/(\r\n|\n|\r)/);
  const lineEnd = parts[1] ?? '\n';
  const atLine = (line: number) => 2 * (line - 1);

  for (const [row, cells] of edit.changed) {
    const line = table.lines[row];
    if (line === undefined || edit.removed.has(row)) continue;
    parts[atLine(line)] = replaceCells(document.file, parts[atLine(line)] ?? '', cells);
  }
  for (const row of edit.removed) {
    const line = table.lines[row];
    if (line === undefined) continue;
    parts[atLine(line)] = '';
    parts[atLine(line) + 1] = '';
  }
  if (edit.appended.length > 0) {
    const added = edit.appended.map((cells) => cells.map(appendedCell).join(' '));
    const end = atLine(table.lastLine) + 1;
    // The last line of a file may lack its end; that of a removed row is gone with it.
    const before = parts[end - 1] === '' || (parts[end] ?? '') !== '' ? '' : lineEnd;
    parts[end] = `${parts[end] ?? ''}${before}${added.join(lineEnd)}${lineEnd}`;
  }
  return readStarDocument(document.file, parts.join(''));
}

/**
 * The document with one more column at the right of a table.
 * @param label without the leading underscore. @param cell what stands in each of its rows, counted from 0.
 */
export function withColumn(
  document: StarDocument,
  table: StarLoop,
  label: string,
  cell: (row: number) => string,
): StarDocument {
  const parts = document.text.split(/(\r\n|\n|\r)/);
  const lineEnd = parts[1] ?? '\n';
  // Comments and blank lines may lie between the labels and the first row.
  let last = (table.lines[0] ?? table.lastLine + 1) - 1;
  while (last > 1 && !/^\s*_/.test(parts[2 * (last - 1)] ?? '')) last--;
  for (const [row, line] of table.lines.entries()) {
    const content = parts[2 * (line - 1)] ?? '';
    const end = findCells(content)?.at(-1)?.end ?? content.length;
    parts[2 * (line - 1)] = `${content.slice(0, end)} ${quoteCell(cell(row))}${content.slice(end)}`;
  }
  parts[2 * (last - 1)] += `${lineEnd}_${label} #${table.columns.length + 1}`;
  return readStarDocument(document.file, parts.join(''));
}

/** Blanks around a number only align it. */
function appendedCell(value: string): string {
  return parseDecimal(value.trim()) === undefined ? quoteCell(value) : value;
}

/** Cells in place; columns stay aligned where the new value is no longer than the old with the blanks before it. */
function replaceCells(file: string, line: string, values: ReadonlyMap<number, string>): string {
  const cells = findCells(line) ?? [];
  let result = '';
  let from = 0;
  for (const [column, value] of [...values].sort(([a], [b]) => a - b)) {
    const cell = cells[column];
    if (!cell) throw new FormatError('bad-star', file, `has no cell ${column + 1} in "${line}".`);
    const between = line.slice(from, cell.start);
    const width = cell.end - cell.start;
    const grown = value.length - width;
    // At least one blank stays between two cells.
    const blanks = between.length - between.trimEnd().length;
    const eaten = Math.max(0, Math.min(grown, blanks - (column === 0 ? 0 : 1)));
    result += between.slice(0, between.length - eaten) + quoteCell(value).padStart(width);
    from = cell.end;
  }
  return result + line.slice(from);
}

/** RELION reads words only, so quotes are used for nothing but what would not survive without. */
export function quoteCell(value: string): string {
  const oneLine = value.replace(/[\r\n]+/g, ' ');
  if (oneLine !== '' && !/\s|^["'#_]|^(data_|loop_)/i.test(oneLine)) return oneLine;
  // A quote followed by white space would close the cell early.
  return /"(\s|$)/.test(oneLine) ? `'${oneLine}'` : `"${oneLine}"`;
}

/** A number in a column of RELION's: six decimals, an exponent for very large and very small ones. */
export function numberCell(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e12) return String(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e12 ? value.toFixed(6) : value.toExponential(6);
}

/** Whether a cell holds this number, as precisely as RELION writes numbers. */
export function holdsNumber(cell: string | undefined, value: number): boolean {
  const held = parseDecimal(cell ?? '');
  return held !== undefined && Math.abs(held - value) <= 5e-7 * Math.max(1, Math.abs(value));
}
