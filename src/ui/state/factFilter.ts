/** What a filter field finds by numbers: "quality>0.6 picks<10" beside words and patterns of names. */
import { itemPath, type LibraryItem } from './library.ts';
import { pathFilter } from './namePattern.ts';

/** What can be asked about an item of the list. */
export type FilteredItem = Pick<LibraryItem, 'name' | 'folder' | 'quality' | 'pickCount' | 'defocusAngstrom'>;

const angstromPerMicron = 10_000;

/** As the list tells them: defocus in µm. Undefined is not known. */
const facts: Readonly<Record<string, (item: FilteredItem) => number | undefined>> = {
  quality: ({ quality }) => quality?.score,
  ice: ({ quality }) => quality?.ice,
  picks: ({ pickCount = 0 }) => pickCount,
  defocus: ({ defocusAngstrom }) =>
    defocusAngstrom === undefined ? undefined : defocusAngstrom / angstromPerMicron,
};
const compares: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '=': (value, limit) => value === limit,
};
/** A number that is still to be typed is no reason to show nothing. */
const comparison = /^(quality|ice|picks|defocus)(<=|>=|<|>|=)(-?\d*\.?\d*)$/;

/**
 * All words have to be true of an item: of its path as `pathFilter` says, or of what is known of it. What is not known is neither
 * more nor less than anything.
 */
export function itemFilter(text: string): (item: FilteredItem) => boolean {
  const names: string[] = [];
  const tests: ((item: FilteredItem) => boolean)[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const [whole, fact = '', sign = '', number = ''] = comparison.exec(word.toLowerCase()) ?? [];
    if (whole === undefined) {
      names.push(word);
      continue;
    }
    const limit = Number.parseFloat(number);
    if (Number.isNaN(limit)) continue;
    tests.push((item) => {
      const value = facts[fact]?.(item);
      return value !== undefined && compares[sign]?.(value, limit) === true;
    });
  }
  const isNamed = pathFilter(names.join(' '));
  return (item) => isNamed(itemPath(item)) && tests.every((test) => test(item));
}
