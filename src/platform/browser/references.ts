import { type DBSchema, openDB } from 'idb';
import type { PlaceSet } from '../../dataset/picks.ts';

/** What picks on one micrograph are set beside; kept under its fingerprint, apart from its picks. */
export interface KeptReferences {
  readonly fingerprint: string;
  /** Coordinates of true particles. */
  readonly reference: PlaceSet | undefined;
  /** Picks of before, to be compared with those of now. */
  readonly remembered: PlaceSet | undefined;
}

interface Stored extends KeptReferences {
  /** Milliseconds since 1970. */
  readonly savedAt: number;
}

interface Schema extends DBSchema {
  references: { key: string; value: Stored; indexes: { savedAt: number } };
}

/** Best effort, as the sessions are: where storage is refused, they last until the page is closed. */
export interface ReferenceStore {
  load(fingerprint: string): Promise<KeptReferences | undefined>;
  save(kept: KeptReferences): Promise<void>;
}

const mostMicrographs = 20_000;

/** Opens the database. @throws when the browser refuses storage. @param most those saved longest ago go first. */
export async function openReferenceStore(most = mostMicrographs): Promise<ReferenceStore> {
  const database = await openDB<Schema>('cryolite-references', 1, {
    upgrade(db) {
      db.createObjectStore('references', { keyPath: 'fingerprint' }).createIndex('savedAt', 'savedAt');
    },
    // A newer page in another tab wants to change the layout: let it.
    blocking: (_current, _blocked, event) => {
      if (event.target instanceof IDBDatabase) event.target.close();
    },
  });
  return {
    load: (fingerprint) => database.get('references', fingerprint),
    save: async (kept) => {
      const { store, done } = database.transaction('references', 'readwrite');
      if (kept.reference || kept.remembered) await store.put({ ...kept, savedAt: Date.now() });
      else await store.delete(kept.fingerprint);
      const excess = (await store.count()) - most;
      let cursor = excess > 0 ? await store.index('savedAt').openCursor() : null;
      for (let gone = 0; cursor && gone < excess; gone++) {
        await cursor.delete();
        cursor = await cursor.continue();
      }
      await done;
    },
  };
}
