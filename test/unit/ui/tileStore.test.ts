import { describe, expect, it } from 'vitest';
import type { TilePixels } from '../../../src/rpc/contract.ts';
import { type ImageSource, type TileRequest, TileStore } from '../../../src/ui/viewer/tileStore.ts';

const source: ImageSource = { id: 1, kind: 'raw', version: '' };
const request = (column: number): TileRequest => ({ source, address: { level: 0, column, row: 0 } });
const pixels: TilePixels = { width: 1, height: 1, data: new Uint16Array(1) };

/** A store whose fetches are answered by hand. */
function setUp(budgetBytes = 1000, maxInFlight = 2) {
  const asked: number[] = [];
  const released: number[] = [];
  const failures: unknown[] = [];
  const answers = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let last = -1;
  const store = new TileStore<{ readonly bytes: number; readonly column: number }>({
    fetch: ({ address }) => {
      asked.push(address.column);
      return new Promise((resolve, reject) => {
        const answer = (): void => {
          last = address.column;
          resolve(pixels);
        };
        answers.set(address.column, { resolve: answer, reject });
      });
    },
    upload: () => ({ bytes: 100, column: last }),
    release: ({ column }) => released.push(column),
    budgetBytes,
    maxInFlight,
    onArrival: () => {},
    onFailure: (error) => failures.push(error),
  });
  const answer = async (column: number): Promise<void> => {
    answers.get(column)?.resolve();
    await new Promise((done) => setTimeout(done));
  };
  const fail = async (column: number): Promise<void> => {
    answers.get(column)?.reject(new Error('no such tile'));
    await new Promise((done) => setTimeout(done));
  };
  const has = (column: number): boolean => store.has(source, request(column).address);
  return { store, asked, released, failures, answer, fail, has };
}

describe('the tile store', () => {
  it('asks in the order given and keeps only a few on their way', async () => {
    const { store, asked, answer, has } = setUp();
    store.request([0, 1, 2, 3].map(request));
    expect(asked).toEqual([0, 1]);
    await answer(0);
    expect(asked).toEqual([0, 1, 2]);
    expect(has(0)).toBe(true);
  });

  it('drops what is queued when the view changes, but keeps what is under way', async () => {
    const { store, asked, answer, has } = setUp();
    store.request([0, 1, 2, 3].map(request));
    store.request([8, 9].map(request));
    await answer(0);
    await answer(1);
    expect(asked).toEqual([0, 1, 8, 9]);
    expect(has(1)).toBe(true);
  });

  it('asks for no tile twice', () => {
    const { store, asked } = setUp();
    store.request([request(0)]);
    store.request([request(0)]);
    expect(asked).toEqual([0]);
  });

  it('lets the least recently used tile go when the budget is full', async () => {
    const { store, answer, released, has } = setUp(250);
    for (const column of [0, 1]) {
      store.request([request(column)]);
      await answer(column);
    }
    store.use(source, request(0).address);
    store.request([request(2)]);
    await answer(2);
    expect(released).toEqual([1]);
    expect([has(0), has(1), has(2)]).toEqual([true, false, true]);
    expect(store.bytes).toBe(200);
  });

  it('tells other pictures and other versions apart', async () => {
    const { store, answer } = setUp();
    store.request([request(0)]);
    await answer(0);
    expect(store.has({ ...source, version: 'other' }, request(0).address)).toBe(false);
    expect(store.has({ ...source, kind: 'filtered' }, request(0).address)).toBe(false);
  });

  it('reports a failed tile once and does not ask for it again', async () => {
    const { store, asked, fail, failures } = setUp();
    store.request([request(0)]);
    await fail(0);
    store.request([request(0)]);
    expect(failures).toHaveLength(1);
    expect(asked).toEqual([0]);
    expect(store.hasFailed(source, request(0).address)).toBe(true);
  });

  it('forgets everything on clear, and what arrives later too', async () => {
    const { store, answer, released, has } = setUp();
    store.request([0, 1].map(request));
    await answer(0);
    store.clear();
    await answer(1);
    expect(released).toEqual([0]);
    expect([has(0), has(1), store.bytes]).toEqual([false, false, 0]);
  });
});
