import { createRoot, createSignal } from 'solid-js';
import { describe, expect, it } from 'vitest';
import type { FrameRange } from '../../../src/dataset/exposure.ts';
import type { ComputeClient } from '../../../src/rpc/client.ts';
import type { Exposure, OpenedMicrograph } from '../../../src/rpc/contract.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createGain } from '../../../src/ui/state/gain.ts';
import type { Jobs } from '../../../src/ui/state/jobs.ts';
import { createMovie } from '../../../src/ui/state/movie.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { exposureResult, fakeCompute, gainReference, image, movie } from './fixtures.ts';

const settled = (): Promise<void> => new Promise((next) => setTimeout(next));

/** A movie on the screen, and a worker whose answers the test gives by hand. */
function setUp(opened: OpenedMicrograph = movie, expose?: ComputeClient['expose']) {
  return createRoot((dispose) => {
    const [shown, setShown] = createSignal<OpenedMicrograph | undefined>(opened);
    const asked: Exposure[] = [];
    const answers: { give: () => void; fail: (error: Error) => void }[] = [];
    const compute = fakeCompute({
      expose:
        expose ??
        ((_, exposure, options) =>
          new Promise((resolve, reject) => {
            asked.push(exposure);
            options?.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
            answers.push({ give: () => resolve(exposureResult(exposure)), fail: reject });
          })),
    });
    const notices = createNotices();
    let renewed = 0;
    const document = {
      opened: shown,
      setExposed: ({ version, exposure, hotPixels, defects }) =>
        setShown((before) => before && { ...before, version, exposed: { exposure, hotPixels, defects } }),
    } satisfies Partial<Document>;
    const jobs = {
      renewFiltered: async () => {
        renewed++;
      },
    } satisfies Partial<Jobs>;
    const gain = createGain();
    const parameters = createParameters();
    const tasks = createTasks(notices);
    const state = createMovie({
      compute,
      document: document as unknown as Document,
      jobs: jobs as unknown as Jobs,
      gain,
      parameters,
      tasks,
      notices,
    });
    const ranges = (): FrameRange[] => asked.map(({ range }) => range);
    return {
      state,
      shown,
      setShown,
      asked,
      answers,
      ranges,
      gain,
      notices,
      tasks,
      parameters,
      renewed: () => renewed,
      dispose,
    };
  });
}

describe('the exposure of a movie', () => {
  it('follows a dragged slider: one sum at a time, the last wish wins', async () => {
    const { state, shown, answers, ranges, renewed } = setUp();
    for (let first = 1; first <= 9; first++) void state.setRange({ first, last: 39 });
    // The slider is where the finger is, though the picture is not there yet.
    expect(state.exposure()?.range.first).toBe(9);
    expect(shown()?.version).toBe('raw');
    answers[0]?.give();
    await settled();
    expect(shown()?.version).toBe('sum-1-39');
    expect(state.exposure()?.range.first).toBe(9);
    answers[1]?.give();
    await settled();
    expect(ranges().map(({ first }) => first)).toEqual([1, 9]);
    expect(shown()?.version).toBe('sum-9-39');
    expect(renewed()).toBe(2);
  });

  it('asks for nothing that is there already', async () => {
    const { state, asked } = setUp();
    await state.setRange({ first: 0, last: 39 });
    await state.setRemoveHotPixels(true);
    expect(asked).toEqual([]);
  });

  it('shows what is on the screen again when a sum fails, and says why', async () => {
    const { state, answers, notices } = setUp();
    const asked = state.setRange({ first: 3, last: 5 });
    answers[0]?.fail(new Error('m.mrc is cut off.'));
    await asked;
    expect(state.exposure()?.range).toEqual({ first: 0, last: 39 });
    expect(notices.list().map(({ text }) => text)).toEqual(['m.mrc is cut off.']);
  });

  it('forgets what waits when the user cancels', async () => {
    const { state, ranges, tasks, notices } = setUp();
    const asked = state.setRange({ first: 3, last: 39 });
    void state.setRange({ first: 8, last: 39 });
    tasks.cancelAll();
    await asked;
    expect(ranges()).toHaveLength(1);
    expect(state.exposure()?.range).toEqual({ first: 0, last: 39 });
    expect(notices.list()).toEqual([]);
  });

  it('keeps a late sum away from the next movie', async () => {
    const { state, setShown, shown, answers, notices } = setUp();
    const asked = state.setRange({ first: 3, last: 39 });
    setShown({ ...movie, id: 2, name: 'next.mrc' });
    answers[0]?.give();
    await asked;
    expect(shown()?.version).toBe('raw');
    expect(state.exposure()?.range.first).toBe(0);
    expect(notices.list()).toEqual([]);
  });

  it('steps through single frames and comes back to the sum', async () => {
    const { state } = setUp(movie, async (_, exposure) => exposureResult(exposure));
    await state.setRange({ first: 2, last: 20 });
    await state.setSingle(true);
    expect([state.isSingle(), state.exposure()?.range]).toEqual([true, { first: 2, last: 2 }]);
    await state.step(1);
    await state.step(-9);
    expect(state.exposure()?.range).toEqual({ first: 0, last: 0 });
    await state.setSingle(false);
    expect([state.isSingle(), state.exposure()?.range]).toEqual([false, { first: 2, last: 20 }]);
    // A step moves all frames of a sum, and stops at the end.
    await state.step(30);
    expect(state.exposure()?.range).toEqual({ first: 21, last: 39 });
  });

  it('is none of a picture that is no movie', async () => {
    const { state, asked } = setUp(image);
    expect(state.exposure()).toBeUndefined();
    await state.setRange({ first: 0, last: 0 });
    await state.setSingle(true);
    expect(asked).toEqual([]);
  });

  it('takes the gain reference in force where it fits, and only there', async () => {
    const { state, asked, gain, parameters } = setUp(movie, async (_, exposure) => {
      asked.push(exposure);
      return exposureResult(exposure);
    });
    gain.set({ ...gainReference, operation: 'multiply', orientation: 1 });
    await state.applyGain();
    expect(asked).toEqual([]);
    gain.set({ ...gainReference, operation: 'multiply', orientation: 4 });
    await state.applyGain();
    expect(asked.at(-1)?.gain).toEqual({ gain: 7, operation: 'multiply', orientation: 4 });
    expect(parameters.snapshot().gain).toEqual({ name: 'gain.mrc', operation: 'multiply', orientation: 4 });
    gain.set(undefined);
    await state.applyGain();
    expect(asked.at(-1)?.gain).toBeUndefined();
    expect(parameters.snapshot().gain).toBeUndefined();
  });
});
