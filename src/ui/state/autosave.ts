import { createEffect } from 'solid-js';
import type { ListView } from '../../dataset/listView.ts';
import type { ItemNote, MicrographParameters, MicrographSession } from '../../dataset/session.ts';
import type { RecentSource, SessionStore } from '../../platform/browser/sessions.ts';
import type { Document } from './document.ts';
import { onLeaving } from './leaving.ts';
import type { Mask } from './mask.ts';
import type { Notices } from './notices.ts';
import type { Parameters } from './parameters.ts';
import { notesOfSession, type PicksState } from './picks.ts';

/** What a tab that is killed may lose at most. */
const pauseMilliseconds = 400;

export interface Autosave {
  /** Writes what has changed, now. */
  flush(): Promise<void>;
  /** Saves the session of a micrograph that is not on the screen. */
  keep(session: MicrographSession): Promise<void>;
  /**
   * Changes what is saved of a micrograph that is not on the screen: its picks become those it has in this tab, and of its
   * parameters these. All else stays as it was saved last; changes follow one another.
   */
  change(fingerprint: string, parameters?: Partial<MicrographParameters>): Promise<void>;
  /**
   * The same where the parameters alone change of a micrograph whose picks this tab need not know: they are not read into it, and
   * nobody hears of it.
   * @returns whether anything was saved of it to be changed.
   */
  changeParameters(fingerprint: string, parameters: Partial<MicrographParameters>): Promise<boolean>;
  /** Hears of every change of a micrograph that is not on the screen, once it is saved. */
  onChanged(listener: (fingerprint: string) => void): void;
  /** Begins to watch; call once, inside a root. */
  watch(document: Document): void;
}

/** Saves the session shortly after every change, and at once when the page goes out of sight. */
export function createAutosave(
  store: Promise<SessionStore>,
  parameters: Parameters,
  picks: PicksState,
  mask: Mask,
  notices: Notices,
): Autosave {
  let unsaved: MicrographSession | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let warned = false;

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const session = unsaved;
    unsaved = undefined;
    if (session) await keep(session);
  };
  const attempt = async (work: (sessions: SessionStore) => Promise<void>): Promise<void> => {
    try {
      await work(await store);
    } catch {
      if (!warned)
        notices.error('Picks can’t be kept over a reload here: the browser’s storage is full or refused.');
      warned = true;
    }
  };
  const keep = (session: MicrographSession): Promise<void> => attempt((sessions) => sessions.save(session));
  let changed = Promise.resolve();
  const inTurn = (work: (sessions: SessionStore) => Promise<void>): Promise<void> => {
    changed = changed.then(() => attempt(work));
    return changed;
  };
  const listeners: ((fingerprint: string) => void)[] = [];
  const change = (fingerprint: string, parametersChange?: Partial<MicrographParameters>): Promise<void> =>
    inTurn(async (sessions) => {
      const saved = await sessions.load(fingerprint);
      if (!saved) return;
      const now = picks.picksOf(fingerprint, saved.picks, notesOfSession(saved));
      await sessions.save({
        ...saved,
        ...picks.notesOf(fingerprint),
        picks: now,
        parameters: { ...saved.parameters, ...parametersChange },
        updatedAt: Date.now(),
      });
    }).then(() => {
      for (const listener of listeners) listener(fingerprint);
    });
  const changeParameters = async (
    fingerprint: string,
    parametersChange: Partial<MicrographParameters>,
  ): Promise<boolean> => {
    let isSaved = false;
    await inTurn(async (sessions) => {
      const saved = await sessions.load(fingerprint);
      if (!saved) return;
      const next = { ...saved.parameters, ...parametersChange };
      await sessions.save({ ...saved, parameters: next, updatedAt: Date.now() });
      isSaved = true;
    });
    return isSaved;
  };
  const watch = (document: Document): void => {
    let shown: string | undefined;
    createEffect(() => {
      const opened = document.opened();
      const session = opened && {
        fingerprint: opened.fingerprint,
        name: opened.name,
        parameters: parameters.snapshot(),
        picks: picks.all(),
        star: picks.star(),
        rejected: picks.rejected(),
        filaments: picks.filaments(),
        classes: picks.classes.toKeep(),
        mask: mask.saved(),
        provenance: document.provenance(),
      };
      if (!session) return;
      // Opening is not a change.
      if (shown !== session.fingerprint) {
        shown = session.fingerprint;
        return;
      }
      // What was done to the one before while this one was opened is still to be written.
      if (unsaved && unsaved.fingerprint !== session.fingerprint) void flush();
      unsaved = { ...session, updatedAt: Date.now() };
      // Not put off by further changes: whoever paints for a minute must not lose a minute.
      timer ??= setTimeout(() => void flush(), pauseMilliseconds);
    });
    onLeaving(() => void flush());
  };
  const onChanged = (listener: (fingerprint: string) => void): void => void listeners.push(listener);
  return { flush, keep, change, changeParameters, onChanged, watch };
}

/** Stands in where the browser refuses storage: everything works until the page is closed. */
export function memorySessionStore(): SessionStore {
  const sessions = new Map<string, MicrographSession>();
  const recent = new Map<string, RecentSource>();
  const stars = new Map<string, string>();
  const notes = new Map<string, ItemNote>();
  let view: ListView | undefined;
  return {
    sessionId: 'memory',
    load: async (fingerprint) => sessions.get(fingerprint),
    save: async (session) => {
      sessions.set(session.fingerprint, session);
    },
    items: async () => [...notes.values()],
    saveItems: async (changed) => {
      for (const note of changed) notes.set(note.key, note);
    },
    view: async () => view,
    saveView: async (next) => {
      view = next;
    },
    recent: async () => [...recent.values()].sort((a, b) => b.openedAt - a.openedAt),
    remember: async (source) => {
      recent.set(source.id, source);
    },
    forget: async (id) => {
      recent.delete(id);
    },
    keepStar: async ({ hash, text }) => {
      stars.set(hash, text);
    },
    loadStar: async (hash) => stars.get(hash),
  };
}
