/** Finding a text by a few of its letters. */

export interface Hit {
  /** Higher is better. */
  readonly score: number;
  /** Places of the letters that were found, ascending: to be shown. */
  readonly at: readonly number[];
}

/**
 * Looks for every word of a query in a text, in any order; the letters of a word have to come one after another, with
 * gaps where there is no other way. Case and accents don't matter. The whole word beats its beginning, the beginning of
 * a word beats its middle, letters together beat letters apart.
 * @returns undefined where a word of the query is missing.
 */
export function fuzzyFind(query: string, text: string): Hit | undefined {
  const words = plainText(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return { score: 0, at: [] };
  const plain = plainText(text);
  let score = 0;
  const at = new Set<number>();
  for (const word of words) {
    const hit = findTogether(word, plain) ?? findApart(word, plain);
    if (!hit) return undefined;
    score += hit.score;
    for (const place of hit.at) at.add(place);
  }
  // Of two that hold the same the shorter one is meant.
  return { score: score - text.length / 200, at: [...at].sort((a, b) => a - b) };
}

const nothingToTakeOff = /^[ -~]*$/;

/** Lower case without accents; as long as the text itself. */
function plainText(text: string): string {
  // Names of files, by the thousand at every letter typed: letter by letter they would take a tenth of a second.
  if (nothingToTakeOff.test(text)) return text.toLowerCase();
  return [...text]
    .map((letter) => {
      const plain = letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
      return plain.length === letter.length ? plain : letter;
    })
    .join('');
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ');
}

function findTogether(word: string, text: string): Hit | undefined {
  let best: Hit | undefined;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const end = at + word.length;
    const isStart = startsWord(text, at);
    const isWhole = isStart && (end === text.length || !/[\p{L}\p{N}]/u.test(text[end] ?? ''));
    const score = 4 * word.length + (isStart ? 6 : 0) + (isWhole ? 2 : 0) + (at === 0 ? 2 : 0);
    if (!best || score > best.score) best = { score, at: Array.from(word, (_, i) => at + i) };
  }
  return best;
}

/** Letters in their order with gaps: each next one preferably at the beginning of a word. */
function findApart(word: string, text: string): Hit | undefined {
  const at: number[] = [];
  let score = 0;
  let from = 0;
  for (const letter of word) {
    let place = text.indexOf(letter, from);
    if (place < 0) return undefined;
    const isNext = place === from && at.length > 0;
    if (!isNext) {
      for (let start = place; start >= 0; start = text.indexOf(letter, start + 1)) {
        if (startsWord(text, start)) {
          place = start;
          break;
        }
      }
    }
    score += isNext ? 2 : startsWord(text, place) ? 2 : 0;
    at.push(place);
    from = place + 1;
  }
  // A letter here and a letter there is no word.
  return score >= word.length ? { score, at } : undefined;
}
