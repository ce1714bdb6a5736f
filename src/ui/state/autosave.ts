import { createEffect, onCleanup } from 'solid-js';
import type { MicrographParameters, MicrographSession } from '../../dataset/session.ts';
import type { RecentSource, SessionStore } from '../../platform/browser/sessions.ts';
import type { Document } from './document.ts';
import type { Mask } from './mask.ts';
import type { Notices } from './notices.ts';
import type { Parameters } from './parameters.ts';
import type { PicksState } from './picks.ts';

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
  const change = (fingerprint: string, parametersChange?: Partial<MicrographParameters>): Promise<void> => {
    const work = async (sessions: SessionStore): Promise<void> => {
      const saved = await sessions.load(fingerprint);
      if (!saved) return;
      const { star, rejected = [] } = saved;
      const now = picks.picksOf(fingerprint, saved.picks, { star, rejected });
      await sessions.save({
        ...saved,
        ...picks.notesOf(fingerprint),
        picks: now,
        parameters: { ...saved.parameters, ...parametersChange },
        updatedAt: Date.now(),
      });
    };
    changed = changed.then(() => attempt(work));
    return changed;
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
        mask: mask.saved(),
        provenance: document.provenance(),
      };
      if (!session) return;
      // Opening is not a change.
      if (shown !== session.fingerprint) {
        shown = session.fingerprint;
        return;
      }
      unsaved = { ...session, updatedAt: Date.now() };
      clearTimeout(timer);
      timer = setTimeout(() => void flush(), pauseMilliseconds);
    });
    const onHide = (): void => {
      if (globalThis.document.visibilityState === 'hidden') void flush();
    };
    const onLeave = (): void => void flush();
    globalThis.document.addEventListener('visibilitychange', onHide);
    window.addEventListener('pagehide', onLeave);
    onCleanup(() => {
      globalThis.document.removeEventListener('visibilitychange', onHide);
      window.removeEventListener('pagehide', onLeave);
    });
  };
  return { flush, keep, change, watch };
}

/** Stands in where the browser refuses storage: everything works until the page is closed. */
export function memorySessionStore(): SessionStore {
  const sessions = new Map<string, MicrographSession>();
  const recent = new Map<string, RecentSource>();
  const stars = new Map<string, string>();
  return {
    load: async (fingerprint) => sessions.get(fingerprint),
    save: async (session) => {
      sessions.set(session.fingerprint, session);
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
