/** Files of the list that were moved, deleted or forbidden: what is done with all goes on without them, and says so. */
import { saysGone } from './document.ts';
import { countedItems, type Library, type LibraryItem } from './library.ts';

export function isLost({ status, error }: Pick<LibraryItem, 'status' | 'error'>): boolean {
  return status === 'failed' && saysGone(error);
}

/** Micrographs that count, those that can be read apart from those that can't be found. */
export interface FoundItems {
  readonly there: readonly LibraryItem[];
  readonly lost: readonly LibraryItem[];
}

export function foundItems(library: Pick<Library, 'plain'>): FoundItems {
  const counted = countedItems(library);
  return { there: counted.filter((item) => !isLost(item)), lost: counted.filter(isLost) };
}

/** "3 files can’t be found and were left out." */
export function leftOutWords(lost: number): string {
  return lost === 1
    ? '1 file can’t be found and was left out.'
    : `${lost} files can’t be found and were left out.`;
}

/**
 * The list learns that a file has gone where a job has found it so.
 * @param shown fingerprint of what is on the screen, which is there still.
 */
export function noteLost(
  library: Pick<Library, 'peek' | 'update'>,
  key: string,
  sentence: string,
  shown: string | undefined,
): void {
  const own = library.peek(key)?.fingerprint;
  if (!saysGone(sentence) || (own !== undefined && own === shown)) return;
  library.update(key, { status: 'failed', error: sentence });
}
