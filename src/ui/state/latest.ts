/** Work that is asked for faster than it can be done, as by dragging a slider. */
export interface Latest<T> {
  /** Asks for `wish`; one that still waits is forgotten. @returns when nothing is under way any more. */
  ask(wish: T): Promise<void>;
  /** Forgets the wish that waits. */
  drop(): void;
  /** Whether a wish waits. */
  isWaiting(): boolean;
}

/** One piece of work at a time; of the wishes that come meanwhile only the last is done. `work` must not throw. */
export function createLatest<T>(work: (wish: T) => Promise<void>): Latest<T> {
  let waiting: { readonly wish: T } | undefined;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    try {
      while (waiting) {
        const { wish } = waiting;
        waiting = undefined;
        await work(wish);
      }
    } finally {
      running = undefined;
    }
  };
  return {
    ask: (wish) => {
      waiting = { wish };
      running ??= run();
      return running;
    },
    drop: () => {
      waiting = undefined;
    },
    isWaiting: () => waiting !== undefined,
  };
}
