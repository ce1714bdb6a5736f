import { createRoot } from 'solid-js';
import { expect, test, vi } from 'vitest';
import { type BatchItem, begun, finished, newItem } from '../../../src/dataset/batch/queue.ts';
import type { Pick } from '../../../src/dataset/picks.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { createBatchExport } from '../../../src/ui/state/batchExport.ts';
import type { BatchQueue } from '../../../src/ui/state/batchQueue.ts';
import type { BatchResults } from '../../../src/ui/state/batchResults.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { presentPlaces } from '../../../src/ui/state/presentPlaces.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { result } from '../dataset/batch/fixtures.ts';
import { parameters as values } from './fixtures.ts';

const { written, content } = vi.hoisted(() => ({ written: [] as string[], content: [] as string[] }));
vi.mock('../../../src/platform/browser/saveFolder.ts', () => ({
  chooseSaveFolder: async () => ({
    name: 'out',
    isArchive: false,
    checkFree: async () => {},
    write: async (path: string, blob: Blob) => {
      written.push(path);
      content.push(await blob.text());
    },
    close: async () => {},
    discard: async () => {},
  }),
}));

test('micrographs that were rejected after the batch are not exported', async () => {
  const store = memorySessionStore();
  const picks: Pick[] = [{ x: 10, y: 20, score: 0.9, origin: 'cnn' }];
  const items: BatchItem[] = [];
  for (const name of ['good.mrc', 'bad.mrc']) {
    const one = { fingerprint: name, name, parameters: values, picks, provenance: undefined, updatedAt: 0 };
    await store.save(one);
    const item = newItem({ key: name, name, folder: '' }, items.length);
    items.push(finished(begun(item), result(picks, { fingerprint: name, threshold: 0.5 }), 1));
  }
  await createRoot(async (dispose) => {
    const notices = createNotices();
    const exports = createBatchExport({
      ...{ notices, tasks: createTasks(notices), store: Promise.resolve(store) },
      queue: { items, batch: () => undefined, folder: () => undefined } as unknown as BatchQueue,
      results: { thresholdOf: () => 0.5, ownDiameters: () => 0 } as unknown as BatchResults,
      document: { opened: () => undefined } as unknown as Document,
      picks: createPicks(createParameters()),
      places: () => (item) => item,
      isRejected: ({ name }) => name === 'bad.mrc',
    });
    exports.setLayout('csv');
    await exports.run();
    expect(written.some((path) => path.includes('bad'))).toBe(false);
    expect(exports.written()?.news).toBe(
      '1 pick of 1 micrograph was written to out. 1 rejected one was left out.',
    );
    dispose();
  });
});

test('filaments of a micrograph that nobody picked are exported', async () => {
  written.length = 0;
  const store = memorySessionStore();
  const filaments = [{ start: { x: 10, y: 20 }, end: { x: 60, y: 20 } }];
  const one = { fingerprint: 'f', name: 'a.mrc', parameters: values, picks: [], provenance: undefined };
  await store.save({ ...one, filaments, updatedAt: 0 });
  const item = newItem({ key: 'a.mrc', name: 'a.mrc', folder: '' }, 0);
  const done = finished(begun(item), { ...result([], { fingerprint: 'f' }), ladder: undefined }, 1);
  await createRoot(async (dispose) => {
    const notices = createNotices();
    const exports = createBatchExport({
      ...{ notices, tasks: createTasks(notices), store: Promise.resolve(store) },
      queue: { items: [done], batch: () => undefined, folder: () => undefined } as unknown as BatchQueue,
      results: { thresholdOf: () => undefined, ownDiameters: () => 0 } as unknown as BatchResults,
      document: { opened: () => undefined } as unknown as Document,
      picks: createPicks(createParameters()),
      places: () => (item) => item,
      isRejected: () => false,
    });
    exports.setLayout('csv');
    await exports.run();
    expect(written).toEqual(['filaments.csv']);
    expect(content.at(-1)).toContain('a.mrc,10,20,60,20');
    expect(exports.written()?.news).toBe('1 filament of 1 micrograph was written to out.');
    exports.setLayout('cryosparc');
    await exports.run();
    expect(notices.list().at(-1)?.text).toContain('only filaments to export, and cryoSPARC takes none');
    dispose();
  });
});

test('a micrograph whose folder was renamed since is exported as it is called now, its extracted particles, too', async () => {
  written.length = 0;
  content.length = 0;
  const store = memorySessionStore();
  const picks: Pick[] = [{ x: 10, y: 20, score: 0.9, origin: 'cnn' }];
  const one = { fingerprint: 'f', name: 'a.mrc', parameters: values, picks, provenance: undefined };
  await store.save({ ...one, updatedAt: 0 });
  const stack = {
    ...{ micrograph: 'grid/a.mrc', stack: 'particles/grid/a.mrcs', boxPx: 8, particles: [] },
    ...{ pixelSizeAngstrom: 1, binnedPixelSizeAngstrom: 1 },
  };
  const made = { ...result(picks, { fingerprint: 'f', threshold: 0.5 }), stack, stackLabel: 'boxes' };
  const item = finished(begun(newItem({ key: 's/grid/a.mrc', name: 'a.mrc', folder: 'grid' }, 0)), made, 1);
  const library = createLibrary();
  const lies = { name: 'a.mrc', folder: 'grid_done' };
  library.add('s', [{ name: 'a.mrc', folder: 'grid', lies, getFile: async () => new File([], 'a.mrc') }]);
  await createRoot(async (dispose) => {
    const notices = createNotices();
    const exports = createBatchExport({
      ...{ notices, tasks: createTasks(notices), store: Promise.resolve(store) },
      queue: { items: [item], batch: () => undefined, folder: () => undefined } as unknown as BatchQueue,
      results: { thresholdOf: () => 0.5, ownDiameters: () => 0 } as unknown as BatchResults,
      document: { opened: () => undefined } as unknown as Document,
      picks: createPicks(createParameters()),
      places: () => {
        const placeOf = presentPlaces(library);
        return ({ key }) => placeOf(key) ?? { name: '', folder: '' };
      },
      isRejected: () => false,
    });
    exports.setLayout('relion');
    await exports.run();
    expect(written).toContain('AutoPick/cryolite/grid_done/a_autopick.star');
    expect(content.join('\n')).not.toContain('grid/a.mrc ');
    exports.setLayout('cryosparc');
    await exports.run();
    expect(content[written.indexOf('particles.star')]).toContain('grid_done/a.mrc');
    dispose();
  });
});
