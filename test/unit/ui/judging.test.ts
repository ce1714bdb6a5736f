import { createRoot } from 'solid-js';
import { describe, expect, test } from 'vitest';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';
import type { MicrographSession, Provenance } from '../../../src/dataset/session.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import type { QualityRequest } from '../../../src/rpc/contract.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { createGain } from '../../../src/ui/state/gain.ts';
import { createJudging } from '../../../src/ui/state/judging.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { fakeCompute, image, parameters as values } from './fixtures.ts';

const names = ['a.mrc', 'b.mrc', 'c.mrc', 'd.mrc'];
const fileOf = (name: string): File => new File([`pixels of ${name}`], name);
const good = { score: 0.9, mark: 'good', reason: 'Good.', ice: 0.1 };
const provenance: Provenance = {
  ...{ program: 'Cryolite', version: '1', adapter: 'test', method: 'log' },
  ...{ diameterAngstrom: 120, pixelSizeAngstrom: 1.5 },
};

/** @param judge what the worker says, by the file's name. */
function setUp(judge: (name: string) => Promise<typeof good>) {
  const open: string[] = [];
  const asked = new Map<string, QualityRequest>();
  const store = memorySessionStore();
  return createRoot(() => {
    const library = createLibrary();
    library.add(
      's',
      names.map((name) => ({ name, folder: '', getFile: async () => fileOf(name) })),
    );
    const notices = createNotices();
    const tasks = createTasks(notices);
    const compute = fakeCompute({
      open: async (file) => {
        open.push(file.name);
        return { ...image, id: names.indexOf(file.name), name: file.name, pixelSizeAngstrom: 1.5 };
      },
      close: async (id) => void open.splice(open.indexOf(names[id] ?? ''), 1),
      quality: async (id, request, options) => {
        const name = names[id] ?? '';
        asked.set(name, request);
        const found = await judge(name);
        options?.signal?.throwIfAborted();
        return found;
      },
    });
    const judging = createJudging({
      ...{ compute, library, tasks, notices, gain: createGain(), store: Promise.resolve(store) },
      ...{ parameters: createParameters(), document: { opened: () => undefined } },
    });
    const scores = () => library.plain().map(({ quality }) => quality?.score);
    const said = () => notices.list().map(({ text }) => text);
    return { judging, library, tasks, store, asked, open, scores, said };
  });
}

describe('judging all micrographs', () => {
  test('leaves out those that are judged or rejected, and closes what it opens', async () => {
    const { judging, library, asked, open, scores } = setUp(async () => good);
    library.update('s/b.mrc', { quality: { ...good, score: 0.2 } });
    library.update('s/d.mrc', { acceptance: 'rejected' });
    expect(judging.left()).toBe(2);
    await judging.judgeAll();
    expect(scores()).toEqual([0.9, 0.2, 0.9, undefined]);
    expect([...asked.keys()]).toEqual(['a.mrc', 'c.mrc']);
    expect([judging.left(), open]).toEqual([0, []]);
    expect(library.peek('s/a.mrc')).toMatchObject({ fingerprint: 'f', size: { width: 100, height: 80 } });
  });

  test('counts the picks that a method has found before, and no others', async () => {
    const { judging, store, asked } = setUp(async () => good);
    const of = (name: string) => fingerprint(browserFileSource(fileOf(name)), 0);
    const pick = (score: number) => ({ x: 20 + 5 * score, y: 40, score, origin: 'log' as const });
    const left = (found: string, from: Provenance | undefined): MicrographSession => ({
      ...{ fingerprint: found, name: 'x', parameters: values, updatedAt: 0 },
      ...{ picks: [pick(9), pick(3)], provenance: from },
    });
    await store.save(left(await of('a.mrc'), provenance));
    await store.save(left(await of('b.mrc'), undefined));
    await judging.judgeAll();
    expect(asked.get('a.mrc')).toMatchObject({ picks: 1, pixelSizeAngstrom: 1.5, diameterAngstrom: 120 });
    expect(asked.get('b.mrc')?.picks).toBeUndefined();
  });

  test('names what can’t be judged and goes on with the others', async () => {
    const { judging, scores, said } = setUp(async (name) => {
      if (name === 'b.mrc') throw new Error('It is cut off.');
      return good;
    });
    await judging.judgeAll();
    expect(scores()).toEqual([0.9, undefined, 0.9, 0.9]);
    expect(said().some((text) => text.includes('b.mrc') && text.includes('It is cut off.'))).toBe(true);
  });

  test('stops when it is cancelled, and goes on with the rest', async () => {
    let isStopping = true;
    const { judging, tasks, open, scores, said, asked } = setUp(async (name) => {
      if (isStopping && name === 'c.mrc') tasks.cancel('judge');
      return good;
    });
    await judging.judgeAll();
    expect(scores()).toEqual([0.9, 0.9, undefined, undefined]);
    expect(open).toEqual([]);
    expect(said()).toEqual([expect.stringContaining('2 of 4 are left')]);
    isStopping = false;
    asked.clear();
    await judging.judgeAll();
    expect([...asked.keys()]).toEqual(['c.mrc', 'd.mrc']);
    expect(judging.left()).toBe(0);
  });

  test('leaves out files that have gone, counts them apart, and says so once', async () => {
    const { judging, library, asked, said } = setUp(async () => good);
    const gone = "a.mrc can't be read: it was moved, renamed or deleted, or the permission has ended.";
    library.update('s/a.mrc', { status: 'failed', error: gone });
    expect(judging.left()).toBe(3);
    // This one is found gone on the way.
    const getFile = () => Promise.reject(new DOMException('gone', 'NotFoundError'));
    library.add('s', [{ name: 'c.mrc', folder: '', getFile }]);
    await judging.judgeAll();
    expect([...asked.keys()]).toEqual(['b.mrc', 'd.mrc']);
    expect(said()).toEqual([
      '2 micrographs were judged: sort by quality or ice to see them. 2 files can’t be found and were left out.',
    ]);
    expect(judging.left()).toBe(0);
  });
});
