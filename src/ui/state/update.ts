import { type Accessor, createSignal } from 'solid-js';
import type { AppUpdate, AppUpdateEvents } from '../../platform/browser/appUpdate.ts';

/** Of the program itself: a new version waits until the user wants it. */
export interface Update {
  /** What is offered: a version that waits, or one that another tab has let in already. */
  readonly offered: Accessor<'waiting' | 'replaced' | undefined>;
  /** Saves everything, then loads the page in the new version; says why not where something would be lost. */
  reload(): Promise<void>;
  /** Not now; the next visit asks again. */
  dismiss(): void;
}

export interface UpdateDependencies {
  /** `keepForOffline`, which tells when there is a new version. */
  readonly register: (events: AppUpdateEvents) => Promise<AppUpdate | undefined>;
  /** Writes what the session has not saved yet. @throws a sentence where something would be lost. */
  readonly settle: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

export function createUpdate({ register, settle, onFailure }: UpdateDependencies): Update {
  const [offered, setOffered] = createSignal<'waiting' | 'replaced'>();
  const registered = register({
    onWaiting: () => setOffered((now) => now ?? 'waiting'),
    onReplaced: () => setOffered('replaced'),
  });
  return {
    offered,
    reload: async () => {
      try {
        await settle();
        (await registered)?.apply();
      } catch (error) {
        onFailure(error);
      }
    },
    dismiss: () => setOffered(undefined),
  };
}
