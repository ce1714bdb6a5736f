/** Which micrographs of the list are shown, and in what order. */
import { naturalKey, sortedBy } from '../../core/naturalOrder.ts';
import type { AcceptanceFilter, ListOrder, ListSort } from '../../dataset/listView.ts';
import { itemFilter } from './factFilter.ts';
import type { LibraryItem } from './library.ts';
import { itemPath } from './library.ts';

export const wholeDataset: ListOrder = { text: '', acceptance: 'all', sort: 'opened', isReversed: false };

type Ordered = Pick<
  LibraryItem,
  'name' | 'folder' | 'acceptance' | 'quality' | 'pickCount' | 'defocusAngstrom' | 'modified'
>;

/** Undefined is not known: it comes last, whichever way round. */
const numbers: Partial<Record<ListSort, (item: Ordered) => number | undefined>> = {
  date: ({ modified }) => modified,
  // The best first, as one looks for them.
  quality: ({ quality }) => quality && -quality.score,
  ice: ({ quality }) => quality?.ice,
  picks: ({ pickCount }) => (pickCount === undefined ? undefined : -pickCount),
  defocus: ({ defocusAngstrom }) => defocusAngstrom,
  acceptance: ({ acceptance }) => (acceptance === undefined ? 1 : acceptance === 'accepted' ? 0 : 2),
};

const keeps: Readonly<Record<AcceptanceFilter, (item: Ordered) => boolean>> = {
  all: () => true,
  kept: ({ acceptance }) => acceptance !== 'rejected',
  accepted: ({ acceptance }) => acceptance === 'accepted',
  undecided: ({ acceptance }) => acceptance === undefined,
  rejected: ({ acceptance }) => acceptance === 'rejected',
  unpicked: isUnpicked,
};

/** Without picks; one that was rejected needs none. */
export function isUnpicked({ acceptance, pickCount }: Pick<Ordered, 'acceptance' | 'pickCount'>): boolean {
  return acceptance !== 'rejected' && !pickCount;
}

/** The items to show, in order; equals stay in the order of opening. */
export function orderedItems<T extends Ordered>(items: readonly T[], view: ListOrder): T[] {
  const matches = view.text.trim() === '' ? undefined : itemFilter(view.text);
  const isKept = keeps[view.acceptance];
  const found = items.filter((item) => isKept(item) && (!matches || matches(item)));
  const direction = view.isReversed ? -1 : 1;
  const value = numbers[view.sort];
  if (value) {
    const keyed = found.map((item) => ({ item, value: value(item) }));
    return keyed.sort((a, b) => compareNumbers(a.value, b.value, direction)).map(({ item }) => item);
  }
  if (view.sort === 'opened') return view.isReversed ? found.reverse() : found;
  const text = view.sort === 'name' ? ({ name }: Ordered) => name : itemPath;
  return sortedBy(found, (item) => naturalKey(text(item)), direction);
}

function compareNumbers(a: number | undefined, b: number | undefined, direction: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return direction * (a - b);
}

/** How many there are of what. */
export interface DatasetCounts {
  readonly all: number;
  readonly shown: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Without picks, the rejected left out. */
  readonly unpicked: number;
  /** Whose files can't be found. */
  readonly lost: number;
}

/** "412 of 600 shown, 35 rejected, 12 without picks". Before the first is picked nobody needs to be told that none is. */
export function countWords({ all, shown, accepted, rejected, unpicked, lost }: DatasetCounts): string {
  const part = shown === all ? `${all} micrograph${all === 1 ? '' : 's'}` : `${shown} of ${all} shown`;
  const isBegun = unpicked > 0 && unpicked < all - rejected;
  return [
    part,
    accepted > 0 ? `${accepted} accepted` : '',
    rejected > 0 ? `${rejected} rejected` : '',
    isBegun ? `${unpicked} without picks` : '',
    lost > 0 ? `${lost} can’t be found` : '',
  ]
    .filter(Boolean)
    .join(', ');
}
