import type { Library, LibraryItem } from './library.ts';
import { type FoundItems, foundItems } from './lost.ts';

/** Which micrographs of the list a batch takes. */
export type BatchScope = 'all' | 'todo' | 'selected';

export interface ScopeDependencies {
  readonly library: Pick<Library, 'plain'>;
  /** Keys that are selected of the list. */
  readonly selected: ReadonlySet<string>;
  /** Whether the last batch has done it. */
  readonly isDone: (key: string) => boolean;
}

/** The micrographs that a batch would take, and those that it would take if their files were there. */
export function itemsInScope(
  scope: BatchScope,
  { library, selected, isDone }: ScopeDependencies,
): FoundItems {
  const isWanted = ({ key, pickCount }: LibraryItem): boolean => {
    if (scope === 'selected') return selected.has(key);
    return scope === 'all' || (!isDone(key) && !pickCount);
  };
  const { there, lost } = foundItems(library);
  return { there: there.filter(isWanted), lost: lost.filter(isWanted) };
}
