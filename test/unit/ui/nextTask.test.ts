import { createRoot, createSignal } from 'solid-js';
import { describe, expect, it } from 'vitest';
import { inSteps } from '../../../src/ui/panels/inSteps.ts';
import { inOwnTask, nextTask } from '../../../src/ui/state/nextTask.ts';

describe('tasks of their own', () => {
  it('follow a value after the task that changed it, and take the last of several', async () => {
    const [value, setValue] = createSignal(1);
    const seen: number[] = [];
    const { late, dispose } = createRoot((dispose) => {
      const late = inOwnTask(() => {
        seen.push(value());
        return value();
      });
      return { late, dispose };
    });
    expect(late()).toBe(1);
    setValue(2);
    setValue(3);
    expect(late()).toBe(1);
    await nextTask();
    expect(late()).toBe(3);
    setValue(4);
    dispose();
    await nextTask();
    expect(late()).toBe(3);
  });

  it('make a long list grow by a few elements each, and let go of what is not wanted at once', async () => {
    const [wanted, setWanted] = createSignal<readonly number[]>([1, 2, 3, 4, 5]);
    const { made, dispose } = createRoot((dispose) => ({ made: inSteps(wanted, 2), dispose }));
    expect(made()).toEqual([1, 2]);
    await nextTask();
    expect(made()).toEqual([1, 2, 3, 4]);
    setWanted([3, 4, 5, 6, 7, 8]);
    expect(made()).toEqual([3, 4, 5, 6]);
    await nextTask();
    expect(made()).toEqual([3, 4, 5, 6, 7, 8]);
    dispose();
  });
});
