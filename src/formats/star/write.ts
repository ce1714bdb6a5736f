/** Writes STAR files the way RELION 3.1 does. */
import { numberCell, quoteCell } from './document.ts';

export interface StarTable {
  /** What follows "data_"; RELION's per-micrograph files have none. */
  readonly block: string;
  /** Labels without the underscore. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface StarWriteOptions {
  /** The line "# version 30001" of RELION 3.1 and later; 3.0 has none. */
  readonly version?: boolean;
}

/** @param comments lines put before the first block; line breaks in them become spaces. */
export function writeStar(
  tables: readonly StarTable[],
  comments: readonly string[] = [],
  options: StarWriteOptions = {},
): string {
  const lines = options.version === false ? [''] : ['', '# version 30001'];
  for (const comment of comments) lines.push(`# ${comment.replace(/\s+/g, ' ').trim()}`);
  for (const { block, columns, rows } of tables) {
    lines.push('', `data_${block}`, '', 'loop_');
    columns.forEach((column, i) => {
      lines.push(`_${column} #${i + 1}`);
    });
    for (const row of rows) lines.push(row.map(cell).join(' '));
    // RELION wants the blank line: it ends the table.
    lines.push('');
  }
  return `${lines.join('\n')}\n`;
}

function cell(value: string | number): string {
  return typeof value === 'string' ? quoteCell(value) : numberCell(value).padStart(12);
}
