/** Work on several pictures that can't all be in memory: it is done picture by picture. */
export interface TileTurns {
  /** Runs `work` when it is the turn of this picture. */
  run<T>(id: number, work: () => Promise<T>): Promise<T>;
}

/** The turn stays with a picture while it has work, so that none is read anew for every tile of another. */
export function createTileTurns(): TileTurns {
  const waiting = new Map<number, (() => void)[]>();
  let current: number | undefined;
  let running = 0;
  const next = (): void => {
    const [first] = waiting;
    if (!first) return;
    const [id, starts] = first;
    waiting.delete(id);
    current = id;
    // Counted before they go on, so that nobody comes in between.
    running = starts.length;
    for (const start of starts) start();
  };
  const enter = (id: number): Promise<void> | undefined => {
    if (running === 0 || current === id) {
      current = id;
      running++;
      return undefined;
    }
    return new Promise((start) => {
      waiting.set(id, [...(waiting.get(id) ?? []), start]);
    });
  };
  return {
    run: async (id, work) => {
      await enter(id);
      try {
        return await work();
      } finally {
        running--;
        if (running === 0) next();
      }
    },
  };
}
