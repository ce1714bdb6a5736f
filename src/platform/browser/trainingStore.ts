import { type DBSchema, openDB } from 'idb';
import type { LabelledNote } from '../../dataset/session.ts';

interface Schema extends DBSchema {
  labelled: { key: string; value: LabelledNote };
  unfinished: { key: string; value: unknown };
}

const databaseName = 'cryolite-training';
const databaseVersion = 1;
/** One training at a time. */
const only = 'last';

/** What training in the page keeps over a reload. `U` is a training that was not finished. */
export interface TrainingStore<U> {
  labelled(): Promise<LabelledNote[]>;
  noteLabelled(note: LabelledNote): Promise<void>;
  forgetLabelled(fingerprint: string): Promise<void>;
  unfinished(): Promise<U | undefined>;
  keepUnfinished(training: U): Promise<void>;
  forgetUnfinished(): Promise<void>;
}

/**
 * Opens the database.
 * @param isTraining whether what is kept is a training as this page knows it: an earlier page may have kept another.
 * @throws when the browser refuses storage.
 */
export async function openTrainingStore<U>(
  isTraining: (kept: unknown) => kept is U,
): Promise<TrainingStore<U>> {
  const database = await openDB<Schema>(databaseName, databaseVersion, {
    upgrade(db) {
      db.createObjectStore('labelled', { keyPath: 'fingerprint' });
      db.createObjectStore('unfinished');
    },
    // A newer page in another tab wants to change the layout: let it.
    blocking: (_current, _blocked, event) => {
      if (event.target instanceof IDBDatabase) event.target.close();
    },
  });
  return {
    labelled: () => database.getAll('labelled'),
    noteLabelled: async (note) => {
      await database.put('labelled', note);
    },
    forgetLabelled: (fingerprint) => database.delete('labelled', fingerprint),
    unfinished: async () => {
      const kept = await database.get('unfinished', only);
      return isTraining(kept) ? kept : undefined;
    },
    keepUnfinished: async (training) => {
      await database.put('unfinished', training, only);
    },
    forgetUnfinished: () => database.delete('unfinished', only),
  };
}

/** Stands in where the browser refuses storage: a training is gone with the page. */
export function memoryTrainingStore<U>(): TrainingStore<U> {
  const notes = new Map<string, LabelledNote>();
  let last: U | undefined;
  return {
    labelled: async () => [...notes.values()],
    noteLabelled: async (note) => void notes.set(note.fingerprint, note),
    forgetLabelled: async (fingerprint) => void notes.delete(fingerprint),
    unfinished: async () => last,
    keepUnfinished: async (training) => {
      last = training;
    },
    forgetUnfinished: async () => {
      last = undefined;
    },
  };
}
