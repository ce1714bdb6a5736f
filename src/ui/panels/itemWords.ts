/** What the list and the grid say about a micrograph. */
import type { LibraryItem } from '../state/library.ts';

type Size = NonNullable<LibraryItem['size']>;

/** "Grid3 · 412 picks · 1.85 µm"; empty where nothing is known. */
export function itemWords(
  { status, folder, pickCount, defocusAngstrom }: LibraryItem,
  showsFolder: boolean,
): string {
  if (status === 'opening') return 'opening…';
  const picks = pickCount ? `${pickCount} pick${pickCount === 1 ? '' : 's'}` : '';
  const defocus = defocusAngstrom === undefined ? '' : `${(defocusAngstrom / 1e4).toFixed(2)}\u00a0µm`;
  const inside = showsFolder ? folder.slice(folder.indexOf('/') + 1) : '';
  return [picks, defocus, inside].filter(Boolean).join(' · ');
}

/** Told where a picture is of another size than most. */
export function sizeWarning(
  { name, size }: Pick<LibraryItem, 'name' | 'size'>,
  usual: Size | undefined,
): string | undefined {
  if (!size || !usual || (size.width === usual.width && size.height === usual.height)) return undefined;
  return `${name} has ${sizeWords(size)}, most others ${sizeWords(usual)}: picks can’t be copied between them, and its pixel size may differ.`;
}

function sizeWords({ width, height }: Size): string {
  return `${width} × ${height} px`;
}
