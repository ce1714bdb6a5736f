import { createEffect, onCleanup } from 'solid-js';
import type { MicrographSession } from '../../dataset/session.ts';
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
  const keep = async (session: MicrographSession): Promise<void> => {
    try {
      await (await store).save(session);
    } catch {
      if (!warned)
        notices.error('Picks can’t be kept over a reload here: the browser’s storage is full or refused.');
      warned = true;
    }
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
  return { flush, keep, watch };
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
