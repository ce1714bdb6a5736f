import { describe, expect, test } from 'vitest';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { createAhead, hasRoomAhead } from '../../../src/ui/state/batchAhead.ts';
import { createGain } from '../../../src/ui/state/gain.ts';
import { fakeCompute, image, movie, parameters } from './fixtures.ts';

const pattern = { parameters, pattern: undefined };
const item = (name: string) => ({ key: name, name });

/** What is open, and every opening that was asked for; one waits until it is let go. */
function setUp() {
  const open = new Set<string>();
  const asked: string[] = [];
  const waiting = new Map<string, () => void>();
  const files = new Map(['a', 'b', 'c'].map((name) => [name, new File([name], name, { lastModified: 1 })]));
  const compute = fakeCompute({
    open: async ({ name }, _, options) => {
      asked.push(name);
      await new Promise<void>((go) => waiting.set(name, go));
      // As the worker does: cancelled too late, it has opened the file all the same.
      if (options?.signal?.aborted && name === 'c') throw options.signal.reason;
      open.add(name);
      return { ...image, id: name.charCodeAt(0), name };
    },
    close: async (id) => void open.delete(String.fromCharCode(id)),
  });
  const ahead = createAhead({
    ...{ compute, gain: createGain(), store: Promise.resolve(memorySessionStore()) },
    library: {
      file: (key) => ({
        ...{ name: key, folder: '' },
        getFile: async () => files.get(key) ?? Promise.reject(new Error('gone')),
      }),
    },
  });
  const settle = () => new Promise((done) => setTimeout(done, 5));
  /** Waits until its opening was asked for. */
  const asking = async (name: string): Promise<void> => {
    for (let i = 0; i < 500 && !waiting.has(name); i++) await settle();
  };
  const letGo = async (name: string): Promise<void> => {
    await asking(name);
    waiting.get(name)?.();
    waiting.delete(name);
    await settle();
  };
  return { ahead, open, asked, files, asking, letGo };
}

describe('the next micrograph of a batch', () => {
  test('is opened once, while the one before is worked on', async () => {
    const { ahead, open, asked, letGo } = setUp();
    ahead.begin(pattern, item('a'));
    await letGo('a');
    expect([...open]).toEqual(['a']);
    const taken = await ahead.take(pattern, item('a'), {});
    expect([taken.opened.name, asked]).toEqual(['a', ['a']]);
    // It is the taker's now.
    ahead.drop();
    expect([...open]).toEqual(['a']);
  });

  test('is let go where another one comes, or the batch stops, however far it is', async () => {
    const { ahead, open, asked, asking, letGo } = setUp();
    ahead.begin(pattern, item('a'));
    await letGo('a');
    const taking = ahead.take(pattern, item('b'), {});
    await letGo('b');
    await taking;
    expect([...open]).toEqual(['b']);
    ahead.begin(pattern, item('a'));
    await asking('a');
    ahead.drop();
    await letGo('a');
    expect([...open]).toEqual(['b']);
    ahead.begin(pattern, item('c'));
    await asking('c');
    ahead.drop();
    await letGo('c');
    expect([[...open], asked]).toEqual([['b'], ['a', 'b', 'a', 'c']]);
  });

  test('is opened anew where its file has changed, or could not be opened ahead', async () => {
    const { ahead, open, asked, files, letGo } = setUp();
    ahead.begin(pattern, item('a'));
    await letGo('a');
    files.set('a', new File(['more of a'], 'a', { lastModified: 2 }));
    const taking = ahead.take(pattern, item('a'), {});
    await letGo('a');
    expect([(await taking).file.size, asked, [...open]]).toEqual([9, ['a', 'a'], ['a']]);
    files.delete('b');
    ahead.begin(pattern, item('b'));
    await expect(ahead.take(pattern, item('b'), {})).rejects.toThrow(/b can't be read/);
  });

  test('is closed where the batch is cancelled while it waits for it', async () => {
    const { ahead, open, asking, letGo } = setUp();
    const stop = new AbortController();
    ahead.begin(pattern, item('a'));
    await asking('a');
    const taking = ahead.take(pattern, item('a'), { signal: stop.signal });
    const refused = expect(taking).rejects.toMatchObject({ name: 'AbortError' });
    stop.abort();
    await Promise.all([refused, letGo('a')]);
    expect([...open]).toEqual([]);
  });

  test('is read ahead only where there is room beside the one on the screen', () => {
    const side = (px: number) => ({ width: px, height: px });
    expect(hasRoomAhead({ ...image, ...side(4096) })).toBe(true);
    expect(hasRoomAhead({ ...image, ...side(9000) })).toBe(false);
    // A movie takes twice as much.
    expect(hasRoomAhead({ ...image, ...side(6000) })).toBe(true);
    expect(hasRoomAhead({ ...movie, ...side(6000) })).toBe(false);
  });
});
