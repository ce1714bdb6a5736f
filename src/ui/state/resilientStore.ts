import { CryoliteError } from '../../core/errors.ts';
import type { ItemNote, MicrographSession } from '../../dataset/session.ts';
import type { RecentSource, SessionStore } from '../../platform/browser/sessions.ts';

/** Why what is done now is not kept. */
export type NotKept = 'full' | 'refused' | 'elsewhere';

export interface ResilientStore extends SessionStore {
  /** What is only in memory: it would be gone with the tab. */
  unsaved(): Unsaved;
  /** Whether the last that was given of a micrograph is written; waits until that is known. */
  isKept(fingerprint: string): Promise<boolean>;
  /** Writes what could not be written before. @returns whether all of it is written now. */
  retry(): Promise<boolean>;
}

export interface Unsaved {
  readonly micrographs: readonly MicrographSession[];
  readonly items: readonly ItemNote[];
}

/**
 * A store that always takes what it is given: what can't be written stays in memory, from where it is read again, and is
 * written as soon as that works.
 * @param mayWrite whether the session is this tab's.
 * @param report hears why something is not kept, and undefined when all is kept again.
 */
export function resilientStore(
  store: SessionStore,
  mayWrite: () => boolean,
  report: (problem: NotKept | undefined) => void,
): ResilientStore {
  const micrographs = new Map<string, MicrographSession>();
  const items = new Map<string, ItemNote>();
  /** What was opened or forgotten without the right to write; undefined where it was forgotten. */
  const sources = new Map<string, RecentSource | undefined>();
  /** What became of the last attempt to write each. */
  const attempts = new Map<string, Promise<boolean>>();
  const isAllKept = (): boolean => micrographs.size + items.size === 0;

  /** @returns whether it was written. */
  const attempt = async (write: () => Promise<void>): Promise<boolean> => {
    if (!mayWrite()) return false;
    try {
      await write();
      return true;
    } catch (error) {
      report(problemOf(error));
      return false;
    }
  };
  const writeMicrograph = async (session: MicrographSession): Promise<boolean> => {
    micrographs.set(session.fingerprint, session);
    const written = attempt(() => store.save(session));
    attempts.set(session.fingerprint, written);
    const isWritten = await written;
    // Meanwhile there may be a newer one.
    if (isWritten && micrographs.get(session.fingerprint) === session)
      micrographs.delete(session.fingerprint);
    return isWritten;
  };
  const writeItems = async (notes: readonly ItemNote[]): Promise<boolean> => {
    for (const note of notes) items.set(note.key, note);
    const isWritten = await attempt(() => store.saveItems(notes));
    if (isWritten) {
      for (const note of notes) if (items.get(note.key) === note) items.delete(note.key);
    }
    return isWritten;
  };
  /** One after the other, until one fails: a full disk is not asked a thousand times. */
  const retry = async (): Promise<boolean> => {
    if (items.size > 0 && !(await writeItems([...items.values()]))) return false;
    for (const fingerprint of [...micrographs.keys()]) {
      // As it is now: one that was changed while those before were written must not fall back.
      const session = micrographs.get(fingerprint);
      if (session && !(await writeMicrograph(session))) return false;
    }
    report(undefined);
    return isAllKept();
  };
  let isBehind = false;
  /** After something could be written, the rest may be, too. */
  const after = async (isWritten: boolean): Promise<void> => {
    if (!isWritten) isBehind = true;
    else if (isBehind) isBehind = !(await retry());
  };
  return {
    sessionId: store.sessionId,
    load: async (fingerprint) => micrographs.get(fingerprint) ?? (await store.load(fingerprint)),
    save: async (session) => after(await writeMicrograph(session)),
    items: async () => {
      const kept = await store.items();
      const known = new Map(kept.map((note) => [note.key, note]));
      for (const [key, note] of items) known.set(key, note);
      return [...known.values()];
    },
    saveItems: async (notes) => after(await writeItems(notes)),
    view: () => store.view(),
    saveView: async (view) => after(await attempt(() => store.saveView(view))),
    recent: async () => {
      const kept = (await store.recent()).filter(({ id }) => !sources.has(id));
      const own = [...sources.values()].filter((source) => source !== undefined);
      return [...kept, ...own].sort((a, b) => b.openedAt - a.openedAt);
    },
    remember: async (source) => {
      if (await attempt(() => store.remember(source))) sources.delete(source.id);
      else sources.set(source.id, source);
    },
    forget: async (id) => {
      if (await attempt(() => store.forget(id))) sources.delete(id);
      else sources.set(id, undefined);
    },
    // Its own keeper holds what can't be written.
    keepStar: (star) => store.keepStar(star),
    loadStar: (hash) => store.loadStar(hash),
    isKept: async (fingerprint) => (await attempts.get(fingerprint)) ?? true,
    unsaved: () => ({ micrographs: [...micrographs.values()], items: [...items.values()] }),
    retry: async () => {
      isBehind = !(await retry());
      return !isBehind;
    },
  };
}

function problemOf(error: unknown): NotKept {
  if (error instanceof CryoliteError) return 'elsewhere';
  return error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'refused';
}
