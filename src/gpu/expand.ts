/** Values put into a shader's text: `#if NAME`, `#if NAME == VALUE` and `$NAME` see them. */
export type Defines = Readonly<Record<string, number | string | boolean>>;

/**
 * The small text expansion in front of the WGSL compiler. Line directives:
 * - `#include "lib/name.wgsl"` once per shader; later repeats vanish;
 * - `#if NAME`, `#if !NAME`, `#if NAME == VALUE`, `#else`, `#endif`;
 * - `#for I 0 4` … `#endfor` repeats its lines with `$I` = 0, 1, 2, 3: Tint does not unroll loops by itself;
 * - `$NAME` anywhere is replaced by its define or loop counter, `$(2 * $A + $B)` by what it comes to, in whole numbers.
 * @param read gives the text of an included path.
 * @throws Error naming the shader and line for an unknown name or an unclosed block.
 */
export function expandShader(path: string, defines: Defines, read: (path: string) => string): string {
  const included = new Set<string>();
  const expandFile = (file: string): string[] => {
    const lines = read(file).split('\n');
    const { output, next } = expandLines(lines, 0, defines, file, (inner) => {
      if (included.has(inner)) return [];
      included.add(inner);
      return expandFile(inner);
    });
    if (next !== lines.length)
      throw new Error(`${file}:${next + 1}: #else, #endif or #endfor without a start.`);
    return output;
  };
  return `${expandFile(path).join('\n')}\n`;
}

type Include = (path: string) => string[];

interface Expanded {
  readonly output: string[];
  /** Index of the line that ended the block, or the number of lines. */
  readonly next: number;
}

const blockEnd = /^\s*#(else|endif|endfor)\b/;

function expandLines(
  lines: readonly string[],
  start: number,
  defines: Defines,
  file: string,
  include: Include,
): Expanded {
  const output: string[] = [];
  let at = start;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (blockEnd.test(line)) return { output, next: at };
    const directive = /^\s*#(\w+)\s*(.*)$/.exec(line);
    if (!directive) {
      output.push(substitute(line, defines, file, at));
      at++;
      continue;
    }
    const [, name, rest = ''] = directive;
    if (name === 'include') {
      // In a block that is not taken it must not count as included.
      if (defines !== skipping) output.push(...include(rest.trim().replace(/^"|"$/g, '')));
      at++;
    } else if (name === 'if') {
      const chosen = holds(rest.trim(), defines, file, at);
      const first = expandLines(lines, at + 1, chosen ? defines : skipping, file, include);
      let end = first.next;
      let second: string[] = [];
      if (/^\s*#else\b/.test(lines[end] ?? '')) {
        const other = expandLines(lines, end + 1, chosen ? skipping : defines, file, include);
        second = other.output;
        end = other.next;
      }
      expectEnd(lines, end, 'endif', file, at);
      output.push(...(chosen ? first.output : second));
      at = end + 1;
    } else if (name === 'for') {
      const [counter = '', low = '', high = ''] = rest.trim().split(/\s+/);
      const from = loopBound(low, defines, file, at);
      const to = loopBound(high, defines, file, at);
      // An empty loop still has to find its end.
      let body = expandLines(lines, at + 1, skipping, file, include);
      for (let i = from; i < to; i++) {
        body = expandLines(
          lines,
          at + 1,
          defines === skipping ? skipping : { ...defines, [counter]: i },
          file,
          include,
        );
        output.push(...body.output);
      }
      expectEnd(lines, body.next, 'endfor', file, at);
      at = body.next + 1;
    } else {
      throw new Error(`${file}:${at + 1}: unknown directive #${name}.`);
    }
  }
  return { output, next: at };
}

/** Stands for "this block is not taken": names need no value in it. */
const skipping: Defines = Object.freeze({});

function substitute(line: string, defines: Defines, file: string, at: number): string {
  if (defines === skipping) return line;
  const put = (text: string): string =>
    text.replace(/\$([A-Z][A-Z0-9]*)/g, (_, name: string) => String(value(name, defines, file, at)));
  return put(line.replace(/\$\(([^()]*)\)/g, (_, sum: string) => String(calculate(put(sum), file, at))));
}

/** Sums, differences, products, quotients and remainders of whole numbers, rounded down; no brackets. */
function calculate(text: string, file: string, at: number): number {
  const parts = text.match(/\d+|\S/g) ?? [];
  const terms: number[] = [];
  let operator = '+';
  for (const [i, part] of parts.entries()) {
    if (i % 2 === 1) {
      operator = part;
      continue;
    }
    const number = /^\d+$/.test(part) ? Number(part) : Number.NaN;
    const last = terms.at(-1) ?? 0;
    if (operator === '+') terms.push(number);
    else if (operator === '-') terms.push(-number);
    else if (operator === '*') terms[terms.length - 1] = last * number;
    else if (operator === '/') terms[terms.length - 1] = Math.trunc(last / number);
    else if (operator === '%') terms[terms.length - 1] = last % number;
    else terms.push(Number.NaN);
  }
  const sum = terms.reduce((total, term) => total + term, 0);
  if (parts.length % 2 === 0 || !Number.isFinite(sum)) {
    throw new Error(`${file}:${at + 1}: ${text} is no sum of whole numbers.`);
  }
  return sum;
}

function holds(condition: string, defines: Defines, file: string, at: number): boolean {
  if (defines === skipping) return false;
  const comparison = /^(\w+)\s*==\s*(\S+)$/.exec(condition);
  if (comparison) return String(value(comparison[1] ?? '', defines, file, at)) === comparison[2];
  const negated = condition.startsWith('!');
  const truth = Boolean(value(negated ? condition.slice(1) : condition, defines, file, at));
  return negated ? !truth : truth;
}

function loopBound(text: string, defines: Defines, file: string, at: number): number {
  if (defines === skipping) return 0;
  const bound = Number(text.startsWith('$') ? value(text.slice(1), defines, file, at) : text);
  if (!Number.isInteger(bound)) throw new Error(`${file}:${at + 1}: ${text} is no whole number.`);
  return bound;
}

function value(name: string, defines: Defines, file: string, at: number): number | string | boolean {
  const found = defines[name];
  if (found === undefined) throw new Error(`${file}:${at + 1}: ${name} is not defined.`);
  return found;
}

function expectEnd(lines: readonly string[], at: number, end: string, file: string, start: number): void {
  if (!new RegExp(`^\\s*#${end}\\b`).test(lines[at] ?? ''))
    throw new Error(`${file}:${start + 1}: #${end} is missing.`);
}
