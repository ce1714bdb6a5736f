import type { Selection } from '../state/selection.ts';
import { placeAfterKey } from './galleryGeometry.ts';

/** What of a key event counts. */
export type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/**
 * The keys that choose in any grid: arrows go, with Shift they choose all on the way, Space adds or takes away, Ctrl+A is
 * all. @returns whether the key was one of them.
 */
export function selectByKey<T>(
  selection: Pick<Selection<T>, 'cursor' | 'only' | 'through' | 'toggle' | 'all'>,
  { key, shiftKey, ctrlKey, metaKey, altKey }: Key,
  grid: { readonly count: number; readonly columns: number; readonly rowsInSight: number },
): boolean {
  const isControl = ctrlKey || metaKey;
  if (isControl && key.toLowerCase() === 'a') selection.all();
  else if (isControl || altKey || grid.count === 0) return false;
  else if (key === ' ') {
    const cursor = selection.cursor();
    if (cursor !== undefined) selection.toggle(cursor);
  } else {
    const next = placeAfterKey(key, selection.cursor() ?? -1, grid.count, grid.columns, grid.rowsInSight);
    if (next === undefined) return false;
    if (shiftKey) selection.through(next);
    else selection.only(next);
  }
  return true;
}
