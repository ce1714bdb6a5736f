/**
 * Parses STAR files as RELION (3.0 to 5), cryoSPARC exports and Xmipp write them: `data_` blocks that hold a table
 * (`loop_`) or single entries, quotes, comments, LF or CRLF. The grammar is that of Hall, J. Chem. Inf. Comput.
 * Sci. 31, 326 (1991), without multi-line strings and `save_` frames, which no cryo-EM program writes, and with
 * RELION's rule that a blank line ends a table.
 */
import { FormatError } from '../../core/errors.ts';

export interface StarLoop {
  /** Labels without the leading underscore: "rlnCoordinateX". */
  readonly columns: readonly string[];
  /** As many cells as columns, quotes taken off. */
  readonly rows: readonly (readonly string[])[];
  /** Line of each row in the file, from 1. */
  readonly lines: readonly number[];
  /** The last line of the table, a row's or, where it has none, a label's or that of "loop_". */
  readonly lastLine: number;
}

export interface StarBlock {
  /** What follows "data_"; may be empty. */
  readonly name: string;
  readonly entries: ReadonlyMap<string, string>;
  readonly loops: readonly StarLoop[];
}

interface OpenLoop {
  readonly columns: string[];
  readonly rows: string[][];
  readonly lines: number[];
  lastLine: number;
}

interface OpenBlock {
  readonly name: string;
  readonly entries: Map<string, string>;
  readonly loops: OpenLoop[];
}

/**
 * All blocks of a STAR file, in order.
 * @throws FormatError bad-star, naming the line; empty when there is nothing but white space.
 */
export function parseStar(file: string, text: string): StarBlock[] {
  const blocks: OpenBlock[] = [];
  let block: OpenBlock | undefined;
  /** The table that labels and rows go to. */
  let loop: OpenLoop | undefined;
  let inRows = false;
  let lineNumber = 0;
  const fail = (explanation: string): never => {
    throw new FormatError('bad-star', file, `is not a good STAR file: line ${lineNumber} ${explanation}.`);
  };

  for (const line of splitLines(text)) {
    lineNumber++;
    const content = line.trim();
    const cells = splitCells(content) ?? fail('has a quote that is not closed');
    const [first, second] = cells;
    // Of the line, not of the cell: "_x" in quotes is a value.
    const isLabel = /^_\S/.test(content);
    if (first === undefined) {
      // A comment does not end a table, a blank line does; pyStarDB puts one between labels and rows.
      if (inRows && content === '') loop = undefined;
    } else if (/^data_\S*(\s+#.*)?$/i.test(content)) {
      block = { name: first.slice(5), entries: new Map(), loops: [] };
      blocks.push(block);
      loop = undefined;
      inRows = false;
    } else if (!block) {
      fail('comes before any "data_" line');
    } else if (/^loop_(\s+#.*)?$/i.test(content)) {
      loop = { columns: [], rows: [], lines: [], lastLine: lineNumber };
      block.loops.push(loop);
      inRows = false;
    } else if (loop && !inRows && isLabel) {
      loop.columns.push(first.slice(1));
      loop.lastLine = lineNumber;
    } else if (loop) {
      if (cells.length !== loop.columns.length) {
        fail(`has ${count(cells.length, 'value')} in a table of ${count(loop.columns.length, 'column')}`);
      }
      inRows = true;
      loop.rows.push(cells);
      loop.lines.push(lineNumber);
      loop.lastLine = lineNumber;
    } else if (isLabel && second !== undefined) {
      block.entries.set(first.slice(1), second);
    } else {
      fail(isLabel ? `gives no value to ${first}` : 'is neither a label nor in a table');
    }
  }
  if (blocks.length === 0) {
    throw new FormatError('empty', file, 'holds nothing: there is no "data_" line in it.');
  }
  return blocks;
}

/** LF, CRLF and the lone CR of old Macs. One line at a time, so that a big file is not held twice. */
export function* splitLines(text: string): Generator<string> {
  const ends = /\r\n|\n|\r/g;
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  for (let end = ends.exec(text); end; end = ends.exec(text)) {
    yield text.slice(start, end.index);
    start = ends.lastIndex;
  }
  yield text.slice(start);
}

/** Cells of a trimmed line without its comment; undefined when a quote is not closed. */
function splitCells(line: string): string[] | undefined {
  if (line === '') return [];
  if (!/["'#]/.test(line)) return line.split(/\s+/);
  return findCells(line)?.map(({ value }) => value);
}

/** A cell and where it stands in its line, its quotes included. */
export interface StarCell {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The cells of a line with their places; undefined when a quote is not closed. */
export function findCells(line: string): StarCell[] | undefined {
  const cells: StarCell[] = [];
  // A quote closes only before white space, so that 'it's' is one cell; quotes and # inside a word are its letters.
  const cell = /\s*(?:#.*|'(.*?)'(?=\s|$)|"(.*?)"(?=\s|$)|([^\s"'#]\S*)|$)/y;
  while (cell.lastIndex < line.length) {
    const match = cell.exec(line);
    if (!match) return undefined;
    const value = match[1] ?? match[2] ?? match[3];
    if (value === undefined) continue;
    const quotes = match[3] === undefined ? 2 : 0;
    cells.push({ value, start: cell.lastIndex - value.length - quotes, end: cell.lastIndex });
  }
  return cells;
}

function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`;
}
