/**
 * Work on 50,000 picks takes a few passes over them. Each is short; all of them in one task would keep the page from
 * answering a key or drawing a frame.
 */
import { type Accessor, createEffect, createSignal, on, onCleanup, untrack } from 'solid-js';

/** Resolves in a task of its own, so that the page answers and draws in between. Not held up in a hidden tab, as timers are. */
export function nextTask(): Promise<void> {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(undefined);
  });
}

/**
 * Follows `source` in a task of its own: for counts and plots, which nobody waits for. Of values that come quickly one after
 * another only the last is taken. Call it inside a root.
 */
export function inOwnTask<T>(source: Accessor<T>): Accessor<T> {
  const [value, setValue] = createSignal(untrack(source));
  let isDue = false;
  let isDisposed = false;
  createEffect(
    on(
      source,
      () => {
        if (isDue) return;
        isDue = true;
        void nextTask().then(() => {
          isDue = false;
          if (!isDisposed) setValue(() => untrack(source));
        });
      },
      { defer: true },
    ),
  );
  onCleanup(() => {
    isDisposed = true;
  });
  return value;
}
