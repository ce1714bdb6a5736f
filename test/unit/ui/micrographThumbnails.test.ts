import { createRoot, createSignal } from 'solid-js';
import { describe, expect, test, vi } from 'vitest';
import type { MicrographLook } from '../../../src/rpc/contract.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createMicrographThumbnails, nextThumbnail } from '../../../src/ui/state/micrographThumbnails.ts';

/** Patient: the machine may be busy. */
const soon = (probe: () => void): Promise<void> => vi.waitFor(probe, 20_000);

describe('which file is looked at next', () => {
  const state = (shown: string, known: string, busy: string) => ({
    isShown: (key: string) => shown.includes(key),
    isKnown: (key: string) => known.includes(key),
    isBusy: (key: string) => busy.includes(key),
  });
  test.each([
    ['what is in sight first', 'cd', 'abcd', state('', '', ''), { key: 'c', wantsPicture: true }],
    ['also where it lies in the cache', 'cd', 'abcd', state('c', 'cd', ''), { key: 'd', wantsPicture: true }],
    ['then the rest', 'cd', 'abcd', state('cd', 'acd', ''), { key: 'b', wantsPicture: false }],
    ['nothing twice', 'cd', 'cd', state('', '', 'cd'), undefined],
    ['nothing while something else is more important', 'c', '', state('c', 'c', ''), undefined],
  ] as const)('%s', (_, sight, rest, now, next) => {
    expect(nextThumbnail(sight, rest, now)).toEqual(next);
  });
});

describe('thumbnails of the list', () => {
  /** A worker that answers when it is told to. */
  function setUp(count: number) {
    const asked: { name: string; wantsPicture: boolean; answer(error?: Error): Promise<void> }[] = [];
    const lookAtFile = (file: File, wantsPicture: boolean): Promise<MicrographLook> =>
      new Promise((done, fail) => {
        const facts = { fingerprint: file.name, width: 8, height: 4, frames: 1, pixelSizeAngstrom: 1 };
        asked.push({
          name: file.name,
          wantsPicture,
          answer: async (error) => {
            if (error) fail(error);
            else {
              const data = new Uint8Array(32);
              const picture = wantsPicture ? { width: 8, height: 4, data } : undefined;
              done({ facts: { ...facts, defocusAngstrom: 9000 }, picture });
            }
            await new Promise((later) => setTimeout(later));
          },
        });
      });
    return createRoot((dispose) => {
      const library = createLibrary();
      const [isWorking, setWorking] = createSignal(true);
      const keys = library.add(
        's',
        Array.from({ length: count }, (_, i) => {
          const name = `${i}.mrc`;
          return { name, folder: '', getFile: async () => new File([name], name) };
        }),
      );
      const thumbnails = createMicrographThumbnails({ compute: { lookAtFile }, library, isWorking });
      return { thumbnails, library, keys, asked, setWorking, dispose };
    });
  }

  test('come in sight first and alone while the user works, two at a time in the background after that', async () => {
    const { thumbnails, library, keys, asked, setWorking, dispose } = setUp(5);
    thumbnails.want('grid', keys.slice(3));
    await soon(() => expect(asked.map(({ name }) => name)).toEqual(['3.mrc']));
    await asked[0]?.answer();
    expect(asked.map(({ name }) => name)).toEqual(['3.mrc', '4.mrc']);
    await asked[1]?.answer();
    expect(asked).toHaveLength(2);
    expect(thumbnails.find(keys[4] ?? '')?.width).toBe(8);
    expect(library.find(keys[4])).toMatchObject({
      size: { width: 8, height: 4 },
      fingerprint: '4.mrc',
      defocusAngstrom: 9000,
    });
    expect(thumbnails.progress()).toEqual({ done: 2, total: 5 });
    setWorking(false);
    await soon(() => expect(asked).toHaveLength(4));
    expect(asked.slice(2).map(({ name, wantsPicture }) => [name, wantsPicture])).toEqual([
      ['0.mrc', false],
      ['1.mrc', false],
    ]);
    // What is looked at now is made before the rest.
    thumbnails.want('list', keys.slice(0, 1));
    await asked[2]?.answer();
    expect(asked.at(-1)).toMatchObject({ name: '0.mrc', wantsPicture: true });
    thumbnails.setPaused(true);
    await asked[3]?.answer();
    await asked[4]?.answer();
    expect(asked).toHaveLength(5);
    thumbnails.setPaused(false);
    await soon(() => expect(asked).toHaveLength(6));
    dispose();
  });

  test('a broken file says so and stops nothing', async () => {
    const { thumbnails, library, keys, asked, setWorking, dispose } = setUp(2);
    setWorking(false);
    await soon(() => expect(asked).toHaveLength(2));
    await asked[0]?.answer(new Error('0.mrc is cut off.'));
    await asked[1]?.answer();
    expect(library.find(keys[0])).toMatchObject({ status: 'failed', error: '0.mrc is cut off.' });
    expect(library.find(keys[1])?.status).toBe('unread');
    expect(thumbnails.progress()).toEqual({ done: 2, total: 2 });
    library.clear();
    expect(thumbnails.progress()).toEqual({ done: 0, total: 0 });
    dispose();
  });
});
