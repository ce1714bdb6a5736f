import type { ShownKind } from '../../rpc/contract.ts';
import type { Document } from '../state/document.ts';
import type { ImageSource } from './tileStore.ts';

/** Where the tiles of a picture come from; undefined while it is still to be made. */
export function imageSource(document: Document, kind: ShownKind): ImageSource | undefined {
  const opened = document.opened();
  if (!opened) return undefined;
  if (kind === 'raw') return { id: opened.id, kind: 'raw', version: document.picture() };
  const made = kind === 'residual' ? document.filtered() : document.made(kind);
  return made && { id: opened.id, kind, version: made.version };
}
