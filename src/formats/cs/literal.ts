/**
 * The Python literals in NumPy headers (dictionaries, lists, tuples, strings, whole numbers, True, False, None), read by
 * a small parser: a header is data, never a program.
 */
export type Literal = string | number | boolean | null | readonly Literal[] | ReadonlyMap<string, Literal>;

/** Deeper nesting than any header has. */
const MAX_DEPTH = 16;

/** The literal at the start of a text, or undefined when it is none. */
export function parseLiteral(text: string): Literal | undefined {
  // Blanks; strings in either quote with escapes; numbers; words; marks.
  const tokens = /\s*(?:[bu]?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(-?\d+)L?|([A-Za-z]+)|([{}[\]():,]))/y;
  let token = next();

  function next(): RegExpExecArray | undefined {
    return tokens.exec(text) ?? undefined;
  }
  function mark(): string | undefined {
    return token?.[4];
  }
  function value(depth: number): Literal | undefined {
    if (!token || depth > MAX_DEPTH) return undefined;
    const [, quoted, digits, word, open] = token;
    if (open === '{') return dictionary(depth);
    if (open === '[' || open === '(') return list(open === '[' ? ']' : ')', depth);
    if (open !== undefined) return undefined;
    token = next();
    if (quoted !== undefined) return withoutEscapes(quoted.slice(1, -1));
    if (digits !== undefined) return Number(digits);
    const words = new Map<string | undefined, Literal>([
      ['True', true],
      ['False', false],
      ['None', null],
    ]);
    return words.get(word);
  }
  function list(close: string, depth: number): Literal | undefined {
    const items: Literal[] = [];
    token = next();
    while (mark() !== close) {
      const item = value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      if (mark() === ',') token = next();
      else if (mark() !== close) return undefined;
    }
    token = next();
    return items;
  }
  function dictionary(depth: number): Literal | undefined {
    const entries = new Map<string, Literal>();
    token = next();
    while (mark() !== '}') {
      const key = value(depth + 1);
      if (typeof key !== 'string' || mark() !== ':') return undefined;
      token = next();
      const item = value(depth + 1);
      if (item === undefined) return undefined;
      entries.set(key, item);
      if (mark() === ',') token = next();
      else if (mark() !== '}') return undefined;
    }
    token = next();
    return entries;
  }
  return value(0);
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
