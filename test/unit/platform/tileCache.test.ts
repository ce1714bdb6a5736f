import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openTileCache } from '../../../src/platform/browser/tileCache.ts';
import type { CachedTile } from '../../../src/tiles/cache.ts';

const tile = (value: number, count = 100): CachedTile => ({
  width: count,
  height: 1,
  data: new Uint16Array(count).fill(value),
});

describe('the tile cache', () => {
  let now = 1000;
  beforeEach(() => {
    globalThis.indexedDB = new IDBFactory();
    vi.spyOn(Date, 'now').mockImplementation(() => ++now);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  test('gives back what was put, also after it is opened again', async () => {
    const cache = await openTileCache(10_000);
    await cache.put('a', tile(1));
    expect(await cache.get('a')).toEqual(tile(1));
    expect(await cache.get('b')).toBeUndefined();
    const again = await openTileCache(10_000);
    expect(await again.get('a')).toEqual(tile(1));
    expect(await again.usage()).toEqual({ bytes: 200, budget: 10_000, tiles: 1, evicted: 0 });
  });

  test('counts a tile that is put twice once', async () => {
    const cache = await openTileCache(10_000);
    await cache.put('a', tile(1));
    await cache.put('a', tile(2, 50));
    expect(await cache.usage()).toMatchObject({ bytes: 100, tiles: 1, evicted: 0 });
    expect(await cache.get('a')).toEqual(tile(2, 50));
  });

  test('drops the longest unused over the budget, for good', async () => {
    const cache = await openTileCache(1000);
    for (const key of ['a', 'b', 'c', 'd', 'e']) await cache.put(key, tile(1));
    await cache.get('a');
    await cache.put('f', tile(1));
    // 1200 bytes down to 900: b and c, since a has been used.
    expect(
      await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(async (key) => !!(await cache.get(key)))),
    ).toEqual([true, false, false, true, true, true]);
    expect((await cache.usage()).evicted).toBe(2);
    expect(await (await openTileCache(1000)).usage()).toMatchObject({ bytes: 800, tiles: 4 });
  });

  test('remembers over a reload what was used last', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const cache = await openTileCache(1000);
    for (const key of ['a', 'b', 'c', 'd', 'e']) await cache.put(key, tile(1));
    await cache.get('a');
    await vi.advanceTimersByTimeAsync(3000);
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const again = await openTileCache(1000);
    await again.put('f', tile(1));
    expect(await again.get('a')).toBeDefined();
    expect(await again.get('b')).toBeUndefined();
  });

  test('forgets half when the disk is full, and never throws', async () => {
    const cache = await openTileCache(1e6);
    for (const key of ['a', 'b', 'c', 'd']) await cache.put(key, tile(1));
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await cache.put('e', tile(1));
    put.mockRestore();
    expect(await cache.get('e')).toBeUndefined();
    // 800 bytes down to nine tenths of 400.
    expect(await cache.usage()).toMatchObject({ bytes: 200, tiles: 1, evicted: 3 });
    expect(await cache.get('d')).toEqual(tile(1));
    await cache.put('f', tile(1));
    expect(await cache.get('f')).toEqual(tile(1));
  });

  test('clears the tiles of other tabs too', async () => {
    const cache = await openTileCache(10_000);
    const other = await openTileCache(10_000);
    await other.put('theirs', tile(1));
    await cache.put('ours', tile(1));
    await cache.clear();
    expect(await cache.usage()).toMatchObject({ bytes: 0, tiles: 0, evicted: 0 });
    expect(await (await openTileCache(10_000)).usage()).toMatchObject({ bytes: 0, tiles: 0, evicted: 0 });
    expect(await other.get('theirs')).toBeUndefined();
  });

  test('does without storage where there is none', async () => {
    vi.spyOn(globalThis.indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('refused', 'SecurityError');
    });
    const cache = await openTileCache(10);
    await cache.put('a', tile(1));
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.usage()).toEqual({ bytes: 0, budget: 10, tiles: 0, evicted: 0 });
    await cache.clear();
  });
});

describe('summaries of pictures', () => {
  beforeEach(() => {
    globalThis.indexedDB = new IDBFactory();
  });

  test('are there again after a reload, until the cache is cleared', async () => {
    const summary = {
      statistics: { min: 0, max: 9, mean: 4, standardDeviation: 2, nonFinite: 0 },
      contrast: { black: -2, white: 2 },
    };
    await (await openTileCache()).putSummary('a', summary);
    const again = await openTileCache();
    expect(await again.summary('a')).toEqual(summary);
    expect(await again.summary('b')).toBeUndefined();
    await again.clear();
    expect(await again.summary('a')).toBeUndefined();
  });
});
