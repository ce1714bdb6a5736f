import { describe, expect, it } from 'vitest';
import { createLatest } from '../../../src/ui/state/latest.ts';

/** Work that ends when the test says so. */
function setUp() {
  const done: number[] = [];
  const endings: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const latest = createLatest<number>(async (wish) => {
    most = Math.max(most, ++running);
    await new Promise<void>((end) => endings.push(end));
    running--;
    done.push(wish);
  });
  const finishNext = async (): Promise<void> => {
    endings.shift()?.();
    await new Promise((next) => setTimeout(next));
  };
  return { latest, done, finishNext, most: () => most };
}

describe('wishes that come faster than they can be fulfilled', () => {
  it('are done one at a time, and of those that come meanwhile only the last', async () => {
    const { latest, done, finishNext, most } = setUp();
    const all = [1, 2, 3, 4].map((wish) => latest.ask(wish));
    expect(latest.isWaiting()).toBe(true);
    await finishNext();
    expect(latest.isWaiting()).toBe(false);
    await finishNext();
    await Promise.all(all);
    expect([done, most()]).toEqual([[1, 4], 1]);
  });

  it('are taken up again after a rest', async () => {
    const { latest, done, finishNext } = setUp();
    const first = latest.ask(1);
    await finishNext();
    await first;
    const second = latest.ask(2);
    await finishNext();
    await second;
    expect(done).toEqual([1, 2]);
  });

  it('can be dropped while they wait', async () => {
    const { latest, done, finishNext } = setUp();
    const first = latest.ask(1);
    void latest.ask(2);
    latest.drop();
    await finishNext();
    await first;
    expect(done).toEqual([1]);
  });
});
