import { type Accessor, createSignal } from 'solid-js';
import { CryoliteError } from '../../core/errors.ts';
import { chooseSession, chosenSession } from '../../platform/browser/sessionChoice.ts';
import type { SessionList } from '../../platform/browser/sessionList.ts';
import { type SessionLock, sessionLock } from '../../platform/browser/sessionLock.ts';
import {
  type OwnedSessionStore,
  openSessionStore,
  type SessionStore,
} from '../../platform/browser/sessions.ts';
import { type NotKept, type ResilientStore, resilientStore, type Unsaved } from './resilientStore.ts';

/** Whether what is done is kept over a reload, and if not, why. */
export type KeepingState =
  | { readonly kind: 'opening' | 'kept' }
  /** The disk or the browser's share of it is full; or it keeps nothing at all, as in private windows. */
  | { readonly kind: 'full' | 'refused' }
  /** Another tab has had the session since then, milliseconds since 1970, or has taken it over. */
  | { readonly kind: 'elsewhere' | 'taken'; readonly since: number };

/** The session of this tab: where it is kept, and who may write into it. */
export interface Keeping {
  readonly state: Accessor<KeepingState>;
  /** Takes everything, whether it can be kept or not. */
  readonly store: Promise<SessionStore>;
  /** Undefined where the browser refuses storage. */
  readonly sessions: Promise<{ readonly id: string; readonly list: SessionList } | undefined>;
  /** Whether what was saved last of a micrograph outlives this tab; where nothing does, there is nothing to wait for. */
  isKept(fingerprint: string): Promise<boolean>;
  /** What is only in memory. */
  unsaved(): Promise<Unsaved>;
  /** Makes the session this tab's: the other one writes what it has, and is told. Then the page must be loaded anew. */
  takeOver(): Promise<void>;
  /** Tries again to write what could not be written. @returns whether all of it is kept now. */
  retry(): Promise<boolean>;
}

export interface KeepingDependencies {
  /** Writes what is not written yet. */
  readonly flush: () => Promise<void>;
  readonly open?: (sessionId: string | undefined, onLost: () => void) => Promise<OwnedSessionStore>;
}

export function createKeeping({ flush, open = openStore }: KeepingDependencies): Keeping {
  const [state, setState] = createSignal<KeepingState>({ kind: 'opening' });
  let lock: SessionLock | undefined;
  const mayWrite = (): boolean => state().kind !== 'elsewhere' && state().kind !== 'taken';
  const lose = (): void => {
    if (mayWrite()) setState({ kind: 'taken', since: Date.now() });
  };
  const report = (problem: NotKept | undefined): void => {
    if (problem === 'elsewhere') lose();
    else if (mayWrite()) setState({ kind: problem ?? 'kept' });
  };

  const begin = async (): Promise<{ store: ResilientStore; owned?: OwnedSessionStore }> => {
    let owned: OwnedSessionStore;
    try {
      owned = await open(chosenSession(), () => report('refused'));
    } catch {
      setState({ kind: 'refused' });
      return { store: resilientStore(refusedStore(), mayWrite, report) };
    }
    const { sessionId } = owned;
    chooseSession(sessionId);
    lock = sessionLock(sessionId, { onAsked: flush, onLost: lose });
    if (await lock.acquire()) {
      await owned.claim().then(
        () => setState({ kind: 'kept' }),
        () => setState({ kind: 'full' }),
      );
      // What was deleted long ago makes room; that it could not be is of no interest.
      owned.list.purgeOld().catch(() => {});
    } else {
      setState({ kind: 'elsewhere', since: (await owned.ownedSince()) ?? Date.now() });
    }
    return { store: resilientStore(owned, mayWrite, report), owned };
  };
  const begun = begin();
  return {
    state,
    store: begun.then(({ store }) => store),
    sessions: begun.then(({ owned }) => owned && { id: owned.sessionId, list: owned.list }),
    isKept: async (fingerprint) => {
      const { store, owned } = await begun;
      return owned === undefined || (await store.isKept(fingerprint));
    },
    unsaved: async () => (await begun).store.unsaved(),
    takeOver: async () => {
      const { owned } = await begun;
      await lock?.takeOver();
      await owned?.claim();
    },
    retry: async () => (await begun).store.retry(),
  };
}

function openStore(sessionId: string | undefined, onLost: () => void): Promise<OwnedSessionStore> {
  return openSessionStore({ sessionId, onLost });
}

/** Stands in where the browser keeps nothing: `resilientStore` holds everything in memory then. */
export function refusedStore(): SessionStore {
  const refuse = async (): Promise<never> => {
    throw new DOMException('There is no storage.', 'NotAllowedError');
  };
  return {
    sessionId: 'memory',
    load: async () => undefined,
    save: refuse,
    items: async () => [],
    saveItems: refuse,
    view: async () => undefined,
    saveView: refuse,
    recent: async () => [],
    remember: refuse,
    forget: refuse,
    keepStar: refuse,
    loadStar: async () => undefined,
  };
}

/** What can't be done where nothing is kept. */
export function noStorage(): CryoliteError {
  return new CryoliteError(
    'no-storage',
    'The browser keeps nothing here, as in a private window: there is one session, until the page is closed.',
  );
}
