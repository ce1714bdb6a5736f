/** Writes STAR files the way RELION 3.1 does. */
export interface StarTable {
  /** What follows "data_"; RELION's per-micrograph files have none. */
  readonly block: string;
  /** Labels without the underscore. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** @param comments lines put before the first block; line breaks in them become spaces. */
export function writeStar(tables: readonly StarTable[], comments: readonly string[] = []): string {
  const lines = ['', '# version 30001'];
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

/** Numbers with six decimals in columns, as RELION writes them; very large and very small ones with an exponent. */
function cell(value: string | number): string {
  if (typeof value === 'string') return quote(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e12) return String(value).padStart(12);
  const size = Math.abs(value);
  return (size >= 1e-3 && size < 1e12 ? value.toFixed(6) : value.toExponential(6)).padStart(12);
}

/** RELION reads words only, so quotes are used for nothing but what would not survive without. */
function quote(value: string): string {
  const oneLine = value.replace(/[\r\n]+/g, ' ');
  if (oneLine !== '' && !/\s|^["'#_]|^(data_|loop_)/i.test(oneLine)) return oneLine;
  // A quote followed by white space would close the cell early.
  return /"(\s|$)/.test(oneLine) ? `'${oneLine}'` : `"${oneLine}"`;
}
