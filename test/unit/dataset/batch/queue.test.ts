import { describe, expect, test } from 'vitest';
import {
  afterReload,
  type BatchItem,
  begun,
  countStates,
  failed,
  finished,
  median,
  newItem,
  nextWaiting,
  secondsLeft,
  triesAgain,
  waitingAgain,
} from '../../../../src/dataset/batch/queue.ts';
import { result } from './fixtures.ts';

const queue = (count: number): BatchItem[] =>
  Array.from({ length: count }, (_, i) => newItem({ key: `s/${i}.mrc`, name: `${i}.mrc`, folder: '' }, i));
const at = (items: readonly BatchItem[], place: number): BatchItem => {
  const item = items[place];
  if (!item) throw new Error(`There is no item ${place}.`);
  return item;
};
/** The queue with one item changed. */
const change = (items: readonly BatchItem[], place: number, step: (item: BatchItem) => BatchItem) =>
  items.map((item) => (item.place === place ? step(item) : item));
const done = (seconds: number) => (item: BatchItem) => finished(begun(item), result(), seconds);

describe('a queue', () => {
  test('goes through its items in order, past what failed', () => {
    let items: BatchItem[] = queue(3);
    items = change(items, 0, done(2));
    items = change(items, 1, (item) => failed(begun(item), '1.mrc is cut off.'));
    expect(nextWaiting(items)?.place).toBe(2);
    items = change(items, 2, done(2));
    expect(nextWaiting(items)).toBeUndefined();
    expect(countStates(items)).toEqual({ all: 3, waiting: 0, running: 0, done: 2, failed: 1 });
    expect(at(items, 1)).toMatchObject({ error: '1.mrc is cut off.', attempts: 1 });
  });

  test('does nothing twice after its tab was killed but what was under way', () => {
    const items = change(change(queue(4), 0, done(2)), 1, begun);
    const again = afterReload(items);
    expect(again.map(({ state }) => state)).toEqual(['done', 'waiting', 'waiting', 'waiting']);
    expect(nextWaiting(again)?.place).toBe(1);
    // That it was begun is not forgotten.
    expect(at(again, 1).attempts).toBe(1);
    expect(begun(at(again, 1)).attempts).toBe(2);
  });

  test('takes what failed again when it is told to, and forgets why it failed', () => {
    const items = change(queue(2), 0, (item) => failed(begun(item), 'It was deleted.'));
    const again = waitingAgain(at(items, 0));
    expect(again).toMatchObject({ state: 'waiting', error: undefined });
  });

  test('keeps what is known of a micrograph while it is done anew', () => {
    const item = begun(waitingAgain(at(change(queue(1), 0, done(3)), 0)));
    expect(item.result).toBeDefined();
    expect(item.seconds).toBe(3);
  });

  test('tries by itself once more after a lost device, not for ever and not for other failures', () => {
    expect([triesAgain(true, 1), triesAgain(true, 2), triesAgain(false, 1)]).toEqual([true, false, false]);
  });
});

describe('the time left', () => {
  test('is not known before one is done', () => {
    expect(secondsLeft(change(queue(3), 0, begun), 5)).toBeUndefined();
  });

  test('goes by the median, so that a slow first one does not count for all', () => {
    let items = queue(6);
    items = change(items, 0, done(100));
    items = change(items, 1, done(2));
    items = change(items, 2, done(4));
    expect(secondsLeft(items)).toBe(3 * 4);
    items = change(items, 3, begun);
    expect(secondsLeft(items, 3)).toBe(2 * 4 + 1);
    // One that takes longer than usual is nearly done for all that is known.
    expect(secondsLeft(items, 9)).toBe(2 * 4);
  });

  test('is nothing where all are done or failed', () => {
    const items = change(change(queue(2), 0, done(1)), 1, (item) => failed(begun(item), 'x'));
    expect(secondsLeft(items)).toBe(0);
  });
});

test('the median of an even number is between the two in the middle', () => {
  expect([median([]), median([3]), median([9, 1]), median([5, 1, 3])]).toEqual([undefined, 3, 5, 3]);
});
