/** Tables and numbers for people. */

/** Text in columns two blanks apart; those from `firstNumber` on end flush. */
export function columns(rows: readonly (readonly string[])[], firstNumber: number): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i >= firstNumber ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** With a prefix: "1.23 G" */
export function scaled(value: number): string {
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];
  const power = Math.min(Math.max(0, Math.floor(Math.log10(Math.max(value, 1)) / 3)), prefixes.length - 1);
  return `${Number((value / 1000 ** power).toPrecision(3))} ${prefixes[power]}`;
}

/** "12.3 ms" */
export function timeText(seconds: number): string {
  const three = (value: number): number => Number(value.toPrecision(3));
  if (seconds < 1e-6) return '< 1 µs';
  if (seconds >= 1) return `${three(seconds)} s`;
  return seconds >= 1e-3 ? `${three(seconds * 1e3)} ms` : `${three(seconds * 1e6)} µs`;
}
