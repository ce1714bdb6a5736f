import { type Accessor, createMemo, createSignal, onCleanup } from 'solid-js';
import { nextTask } from '../state/nextTask.ts';

/**
 * A list that grows to what is wanted a few elements a task, so that the page answers while a screen full of them is made;
 * what is not wanted any more goes at once. Call it inside a root.
 * @param most new ones a task
 */
export function inSteps<T>(wanted: Accessor<readonly T[]>, most: number): Accessor<readonly T[]> {
  const [step, setStep] = createSignal(0);
  let isDue = false;
  let isDisposed = false;
  onCleanup(() => {
    isDisposed = true;
  });
  const goOn = async (): Promise<void> => {
    if (isDue) return;
    isDue = true;
    await nextTask();
    isDue = false;
    if (!isDisposed) setStep((count) => count + 1);
  };
  return createMemo<readonly T[]>((before) => {
    step();
    const there = new Set(before);
    const all = wanted();
    let room = most;
    const now = all.filter((one) => there.has(one) || room-- > 0);
    if (now.length < all.length) void goOn();
    return now;
  }, []);
}
