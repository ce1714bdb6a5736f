import { createRoot } from 'solid-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';
import type { Pick } from '../../../src/dataset/picks.ts';
import type { MicrographSession } from '../../../src/dataset/session.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import type { ExtractionRequest } from '../../../src/rpc/contract.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { candidatesOf } from '../../../src/ui/state/exportedPicks.ts';
import { createExtraction } from '../../../src/ui/state/extraction.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { fakeCompute, image, parameters as values } from './fixtures.ts';

const saved = new Map<string, string>();
/** Of the file that the disk is full at. */
let fullAt: string | undefined;
beforeEach(() => {
  saved.clear();
  fullAt = undefined;
  const file = (name: string) => ({
    createWritable: async () => ({
      write: async (content: Blob) => {
        if (name === fullAt) throw new DOMException('The disk is full.', 'QuotaExceededError');
        saved.set(name, await content.text());
      },
      close: async () => {},
      abort: async () => {},
    }),
  });
  vi.stubGlobal('window', {
    showDirectoryPicker: async () => ({
      name: 'project',
      getFileHandle: async (name: string, options?: { readonly create: boolean }) => {
        if (!options?.create && !saved.has(name)) throw new DOMException('None.', 'NotFoundError');
        return file(name);
      },
      removeEntry: async (name: string) => void saved.delete(name),
    }),
  });
});
afterEach(() => vi.unstubAllGlobals());

async function mrcFile(name: string, level: number): Promise<File> {
  const sink = memorySink();
  const pixels = new Float32Array(100 * 80).fill(level);
  await writeMrc(sink, { width: 100, height: 80, pixelSizeAngstrom: 1.5 }, [pixels]);
  return new File([sink.bytes()], name);
}

const log = (x: number, score: number): Pick => ({ x, y: 20, score, origin: 'log' });

async function setUp() {
  const files = [await mrcFile('a.mrc', 1), await mrcFile('b.mrc', 2), await mrcFile('c.mrc', 3)];
  const store = memorySessionStore();
  const [, b] = files;
  const session: MicrographSession = {
    fingerprint: b ? await fingerprint(browserFileSource(b), 0) : '',
    name: 'b.mrc',
    parameters: { ...values, threshold: 6, pixelSizeAngstrom: 3 },
    picks: [log(30, 7), log(60, 5), log(90, 9)],
    provenance: undefined,
    updatedAt: 0,
  };
  await store.save(session);
  const asked: { readonly name: string; readonly request: ExtractionRequest }[] = [];
  /** Which fails or is never read: by name. */
  const trouble: { unreadable?: string; bad?: string; onExtract?: (name: string) => void } = {};
  return createRoot(() => {
    const notices = createNotices();
    const tasks = createTasks(notices);
    const parameters = createParameters();
    parameters.set(values);
    const picks = createPicks(parameters);
    picks.load('f', [log(20, 9), log(50, 1), { x: 70, y: 40, score: 1, origin: 'manual' }]);
    const library = createLibrary();
    const keys = library.add(
      's',
      files.map((one) => ({
        name: one.name,
        folder: '',
        getFile: async () => {
          if (one.name === trouble.unreadable) throw new Error('It was deleted.');
          return one;
        },
      })),
    );
    const extraction = createExtraction({
      compute: fakeCompute({
        extractParticles: async (one, request) => {
          asked.push({ name: one.name, request });
          trouble.onExtract?.(one.name);
          if (one.name === trouble.bad) throw new Error('It is no micrograph.');
          return {
            stack: new Blob([`stack of ${one.name}`]),
            label: 'made by a test',
            particles: request.picks.map(({ x, y }) => ({ x, y, remainderX: 0, remainderY: 0, score: 1 })),
            boxPx: 60,
            binnedPx: request.binTo ?? 60,
            binnedPixelSizeAngstrom: request.pixelSizeAngstrom,
            overEdge: 0,
            flat: 0,
          };
        },
      }),
      document: { key: () => keys[0], opened: () => image } as unknown as Document,
      parameters,
      picks,
      view: createViewState(),
      tasks,
      notices,
      library,
      store: Promise.resolve(store),
    });
    return { extraction, asked, notices, parameters, picks, tasks, trouble };
  });
}

describe('extraction', () => {
  test('tells what picks are called, once the user tells some apart', async () => {
    const namesAfter = async (classes: readonly string[]) => {
      saved.clear();
      const { extraction, asked, picks } = await setUp();
      for (const name of classes) picks.classes.add(name);
      await extraction.run();
      return asked[0]?.request.picks.map(({ className }) => className);
    };
    expect(await namesAfter([])).toEqual([undefined, undefined]);
    expect(await namesAfter(['Top view'])).toEqual(['Particle', 'Particle']);
  });

  test('of the micrograph on the screen: what is shown, in a box that suits the diameter', async () => {
    const { extraction, asked, notices } = await setUp();
    // 1.75 · 120 Å / 1.5 Å = 140 px, and 144 is the next good one.
    expect([extraction.boxPx(), extraction.boxAngstrom(), extraction.problem()]).toEqual([
      144,
      216,
      undefined,
    ]);
    extraction.setBinTo(48);
    await extraction.run();
    expect(asked.map(({ name, request }) => [name, request.picks.length, request.binTo])).toEqual([
      ['a.mrc', 2, 48],
    ]);
    expect(asked[0]?.request).toMatchObject({
      boxAngstrom: 216,
      pixelSizeAngstrom: 1.5,
      invert: true,
      normalise: true,
    });
    expect([...saved.keys()]).toEqual(['a.mrcs', 'particles.star']);
    expect(saved.get('particles.star')).toContain('000002@a.mrcs');
    expect(notices.list()[0]?.text).toMatch(/^2 particles of 1 micrograph were written to project: /);
    // Nothing in the folder is replaced.
    await extraction.run();
    expect(notices.list().at(-1)?.text).toContain('particles.star already');
  });

  test('of the list: each with its own threshold and pixel size, those without picks left out', async () => {
    const { extraction, asked } = await setUp();
    extraction.setScope('all');
    await extraction.run();
    expect(
      asked.map(({ name, request }) => [name, request.picks.map(({ x }) => x), request.pixelSizeAngstrom]),
    ).toEqual([
      ['a.mrc', [20, 70], 1.5],
      ['b.mrc', [30, 90], 3],
    ]);
    expect([...saved.keys()]).toEqual(['a.mrcs', 'b.mrcs', 'particles.star']);
    expect(saved.get('particles.star')?.match(/@b\.mrcs/g)).toHaveLength(2);
  });

  test('one that cannot be read or extracted is left out and said; the others get their STAR file', async () => {
    for (const [kind, sentence] of [
      ['unreadable', /^b\.mrc can't be read: it was moved, renamed or deleted, /],
      ['bad', /^b\.mrc can’t be used: It /],
    ] as const) {
      saved.clear();
      const { extraction, notices, trouble } = await setUp();
      extraction.setScope('all');
      trouble[kind] = 'b.mrc';
      await extraction.run();
      expect([...saved.keys()]).toEqual(['a.mrcs', 'particles.star']);
      expect(notices.list().find((one) => one.kind === 'error')?.text).toMatch(sentence);
      expect(notices.list().at(-1)?.text).toMatch(/^2 particles of 1 micrograph /);
    }
  });

  test('of the list, the one on the screen may be missing, too', async () => {
    const { extraction, notices, trouble } = await setUp();
    extraction.setScope('all');
    trouble.unreadable = 'a.mrc';
    await extraction.run();
    expect([...saved.keys()]).toEqual(['b.mrcs', 'particles.star']);
    expect(notices.list()[0]?.text).toMatch(/^a\.mrc can't be read: it was moved, renamed or deleted, /);
  });

  test('a file in the way is found before the first pixel is read', async () => {
    for (const name of ['particles.star', 'b.mrcs']) {
      saved.clear();
      saved.set(name, 'old');
      const { extraction, asked, notices } = await setUp();
      extraction.setScope('all');
      await extraction.run();
      expect([asked, [...saved.keys()]]).toEqual([[], [name]]);
      expect(notices.list()[0]?.text).toContain(`${name} already`);
    }
  });

  test('given up, it leaves nothing; where the disk is full, what is there is made usable', async () => {
    const first = await setUp();
    first.extraction.setScope('all');
    first.trouble.onExtract = (name) => {
      if (name === 'b.mrc') first.tasks.cancel('extract');
    };
    await first.extraction.run();
    expect([first.asked.length, saved.size, first.notices.list()]).toEqual([2, 0, []]);
    fullAt = 'b.mrcs';
    const second = await setUp();
    second.extraction.setScope('all');
    await second.extraction.run();
    expect([...saved.keys()]).toEqual(['a.mrcs', 'particles.star']);
    expect(second.notices.list()[0]?.text).toBe('b.mrcs can’t be written: The disk is full.');
  });

  test('says what is wrong before it begins', async () => {
    const { extraction, asked, parameters } = await setUp();
    extraction.setBinTo(47);
    expect(extraction.problem()).toContain('even');
    extraction.setBinTo(200);
    expect(extraction.problem()).toContain('144 px');
    extraction.setBinTo(undefined);
    parameters.set({ pixelSizeAngstrom: undefined });
    expect(extraction.problem()).toContain('pixel size');
    await extraction.run();
    expect(asked).toEqual([]);
  });
});

test('what is left of a micrograph: no doubles of picks by hand, nothing turned down, under the mask only picks by hand', () => {
  const picks: readonly Pick[] = [
    { x: 20, y: 20, score: 1, origin: 'manual' },
    log(22, 9),
    log(60, 8),
    log(90, 7),
    { x: 61, y: 20, score: 0.5, origin: 'imported' },
  ];
  const session: MicrographSession = {
    fingerprint: 'b',
    name: 'b.mrc',
    parameters: { ...values, diameterAngstrom: 15 },
    picks,
    provenance: undefined,
    rejected: [{ x: 88, y: 20 }],
    updatedAt: 0,
  };
  expect(candidatesOf(session, undefined)).toEqual([picks[0], picks[2], picks[4]]);
  const stroke = { kind: 'add', radius: 10, points: [{ x: 60, y: 20 }] } as const;
  const mask = {
    version: 1,
    base: undefined,
    strokes: [stroke],
    threshold: 0.5,
    marginDiameters: 0,
  } as const;
  const size = { width: 100, height: 80 };
  expect(candidatesOf({ ...session, mask }, size)).toEqual([picks[0]]);
  const onIt = { ...mask, strokes: [{ ...stroke, points: [{ x: 20, y: 20 }] }] };
  expect(candidatesOf({ ...session, mask: onIt }, size)).toEqual([picks[0], picks[2], picks[4]]);
});
