import { type Accessor, createSignal } from 'solid-js';
import { askToPersist, type StorageState, storageState } from '../../platform/browser/storage.ts';

/** What the browser lets us keep. */
export interface BrowserStorage {
  /** Undefined until it was looked at. */
  readonly state: Accessor<StorageState | undefined>;
  refresh(): Promise<void>;
  /** Asks the browser not to throw away what is kept; the reason was shown before. */
  askToPersist(): Promise<void>;
  /** Whether the browser has refused that since the page was loaded. */
  readonly isRefused: Accessor<boolean>;
}

export function createStorage(): BrowserStorage {
  const [state, setState] = createSignal<StorageState>();
  const [isRefused, setRefused] = createSignal(false);
  const refresh = async (): Promise<void> => {
    setState(await storageState());
  };
  return {
    state,
    refresh,
    isRefused,
    askToPersist: async () => {
      setRefused(!(await askToPersist()));
      await refresh();
    },
  };
}
