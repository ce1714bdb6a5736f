/** What a filter field finds: text anywhere in a path, or a pattern with stars that is the whole of it. */

/** Whether a path ("Grid3/raw/a_avg.mrc") is meant. */
export type PathFilter = (path: string) => boolean;

/**
 * Several words, separated by spaces, must all be found; case makes no difference. A word with `*`, `?` or `[…]` is a
 * pattern: `*` and `?` stay inside a folder's name, `**` goes through folders, and a pattern without a slash is held
 * against the file's name alone. A word that begins with `!` or `-` must not be found.
 */
export function pathFilter(text: string): PathFilter {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const tests = words.map((word) => {
    const isNegated = /^[!-]./.test(word);
    const test = wordFilter(isNegated ? word.slice(1) : word);
    return (path: string, name: string): boolean => test(path, name) !== isNegated;
  });
  return (path) => {
    const lower = path.toLowerCase();
    const name = lower.slice(lower.lastIndexOf('/') + 1);
    return tests.every((test) => test(lower, name));
  };
}

function wordFilter(word: string): (path: string, name: string) => boolean {
  if (!/[*?[]/.test(word)) return (path) => path.includes(word);
  const hasFolder = word.includes('/');
  const pattern = globPattern(word.replace(/^\.?\//, ''));
  // The opened folder's own name leads every path: a pattern may begin with it or below it.
  const inside = (path: string): string => path.slice(path.indexOf('/') + 1);
  return hasFolder
    ? (path) => pattern.test(path) || pattern.test(inside(path))
    : (_, name) => pattern.test(name);
}

/** A pattern as a regular expression over a whole path. A bracket that does not end is a bracket. */
export function globPattern(glob: string): RegExp {
  let source = '';
  for (let i = 0; i < glob.length; ) {
    const rest = glob.slice(i);
    const bracket = /^\[([!^]?)([^\]/]+)\]/.exec(rest);
    if (rest.startsWith('**/')) {
      source += '(?:[^/]+/)*';
      i += 3;
    } else if (rest.startsWith('**')) {
      source += '.*';
      i += 2;
    } else if (bracket) {
      const [whole, negation = '', content = ''] = bracket;
      source += `[${negation ? '^' : ''}${content.replace(/[\\\]^[]/g, '\\$&')}]`;
      i += whole.length;
    } else {
      const letter = rest[0] ?? '';
      if (letter === '*') source += '[^/]*';
      else if (letter === '?') source += '[^/]';
      else source += letter.replace(/[.+^${}()|[\]\\]/g, '\\$&');
      i += 1;
    }
  }
  try {
    return new RegExp(`^${source}$`);
  } catch {
    // A range the wrong way round, "[z-a]": it matches nothing.
    return /^(?!)/;
  }
}
