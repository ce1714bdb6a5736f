import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openThumbnailCache } from '../../../src/platform/browser/thumbnailCache.ts';
import { type KeptThumbnail, thumbnailKey } from '../../../src/tiles/thumbnailCache.ts';

const facts = {
  ...{ fingerprint: 'f', width: 400, height: 200, frames: 1 },
  ...{ pixelSizeAngstrom: 2, defocusAngstrom: undefined },
};
const thumbnail = (grey: number): KeptThumbnail => ({
  ...{ width: 10, height: 10, facts },
  data: new Uint8Array(100).fill(grey),
});

describe('kept thumbnails', () => {
  beforeEach(() => {
    globalThis.indexedDB = new IDBFactory();
  });
  afterEach(() => void vi.useRealTimers());

  test('come back in another visit, with what the file said of itself', async () => {
    const first = await openThumbnailCache(1000);
    await first.put('a', thumbnail(7));
    const later = await openThumbnailCache(1000);
    expect(await later.get('a')).toEqual(thumbnail(7));
    expect(await later.facts('a')).toEqual(facts);
    expect(await later.get('b')).toBeUndefined();
    expect(await later.usage()).toEqual({ bytes: 100, budget: 1000, thumbnails: 1 });
    await later.clear();
    expect(await (await openThumbnailCache(1000)).facts('a')).toBeUndefined();
  });

  test('those used longest ago go when there are too many', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const cache = await openThumbnailCache(300);
    for (const [i, key] of ['a', 'b', 'c'].entries()) {
      vi.setSystemTime(i);
      await cache.put(key, thumbnail(i));
    }
    // A day later one of them is looked at.
    vi.setSystemTime(25 * 3_600_000);
    await cache.get('a');
    await cache.put('d', thumbnail(9));
    expect((await cache.usage()).bytes).toBeLessThanOrEqual(300);
    expect(await cache.facts('b')).toBeUndefined();
    expect([await cache.facts('a'), await cache.facts('d')]).toEqual([facts, facts]);
  });

  test('without storage nothing is kept and nothing fails', async () => {
    vi.spyOn(globalThis.indexedDB, 'open').mockImplementation(() => {
      throw new Error('refused');
    });
    const cache = await openThumbnailCache();
    await cache.put('a', thumbnail(1));
    expect(await cache.get('a')).toBeUndefined();
  });
});

test('a file is known by name, size and date', () => {
  const file = { name: 'a.mrc', size: 5, lastModified: 7 };
  const keys = [file, { ...file, name: 'b.mrc' }, { ...file, size: 6 }, { ...file, lastModified: 8 }].map(
    thumbnailKey,
  );
  expect(new Set(keys).size).toBe(4);
});
