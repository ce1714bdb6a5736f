import { createRoot } from 'solid-js';
import { describe, expect, test } from 'vitest';
import { type BatchPlan, newItem } from '../../../src/dataset/batch/queue.ts';
import { picksAbove } from '../../../src/dataset/batch/results.ts';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';
import type { Pick } from '../../../src/dataset/picks.ts';
import type { BatchFolder } from '../../../src/platform/browser/batchFolder.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import type { ComputeClient } from '../../../src/rpc/client.ts';
import type { OpenedMicrograph, PickParameters } from '../../../src/rpc/contract.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { createAhead } from '../../../src/ui/state/batchAhead.ts';
import { processItem } from '../../../src/ui/state/batchItem.ts';
import { createBatchSearch } from '../../../src/ui/state/batchSearch.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createGain } from '../../../src/ui/state/gain.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createMask } from '../../../src/ui/state/mask.ts';
import type { Models } from '../../../src/ui/state/models.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { fakeCompute, image, movie, parameters as values } from './fixtures.ts';

const found = (x: number, score: number): Pick => ({ x, y: 20, score, origin: 'log' });
const manual: Pick = { x: 90, y: 70, score: 1, origin: 'manual' };
const provenance = {
  ...{ program: 'Cryolite', version: '1', adapter: 'test', method: 'log' as const },
  ...{ diameterAngstrom: 120, pixelSizeAngstrom: 1.5 },
};
const plan = (steps: Partial<BatchPlan['steps']>, changes: Partial<BatchPlan> = {}): BatchPlan => ({
  steps: { sum: false, denoise: false, pick: false, extract: false, ...steps },
  parameters: { ...values, diameterAngstrom: 12 },
  pattern: { width: 100, height: 80, pixelSizeAngstrom: 1.5 },
  threshold: undefined,
  boxes: { boxAngstrom: 60, binTo: undefined, inverts: true, normalises: true },
  ...changes,
});

async function setUp(
  opened: Partial<OpenedMicrograph> = {},
  parts: Partial<ComputeClient> = {},
  isKept = true,
) {
  const file = new File(['pixels of a micrograph'], 'a.mrc');
  const of = await fingerprint(browserFileSource(file), 0);
  const store = memorySessionStore();
  const said: { picked?: PickParameters; closed: number[]; extracted: string[] } = {
    closed: [],
    extracted: [],
  };
  const written = new Map<string, string>();
  const folder = {
    isPrivate: false,
    write: async (path: string, content: Blob) => void written.set(path, await content.text()),
  } as unknown as BatchFolder;
  const compute = fakeCompute({
    open: async () => ({ ...image, id: 5, fingerprint: of, pixelSizeAngstrom: 1.5, ...opened }),
    close: async (id) => void said.closed.push(id),
    exportSum: async () => new Blob(['sum']),
    filter: async () => ({
      ...{
        kind: 'filtered' as const,
        version: 'f',
        contrast: image.contrast,
        residualContrast: image.contrast,
        seconds: 1,
      },
      findings: { defocusAngstrom: 15000, signalToNoise: undefined },
    }),
    exportFiltered: async () => new Blob(['filtered']),
    pick: async (_, request) => {
      said.picked = request;
      return {
        picks: [found(10, 9), found(30, 5), found(60, 2)],
        ...{ suggestedThreshold: 4, provenance, seconds: 1 },
      };
    },
    quality: async () => ({ score: 0.8, mark: 'good', reason: 'Good.', ice: 0 }),
    extractParticles: async (one, request) => {
      said.extracted.push(one.name);
      return {
        stack: new Blob([`${request.picks.length} boxes`]),
        ...{ label: 'l', particles: [], boxPx: 40, binnedPx: 40, binnedPixelSizeAngstrom: 1.5 },
        ...{ overEdge: 0, flat: 0 },
      };
    },
    ...parts,
  });
  return createRoot(() => {
    const parameters = createParameters();
    const library = createLibrary();
    const [key = ''] = library.add('s', [{ name: 'a.mrc', folder: 'Grid1', getFile: async () => file }]);
    const item = newItem({ key, name: 'a.mrc', folder: 'Grid1' }, 0);
    const mask = createMask(parameters);
    const gain = createGain();
    const search = createBatchSearch({
      ...{ compute, library, gain, store: Promise.resolve(store) },
      ...{ models: { ready: async () => {} }, matching: { reference: () => undefined } },
      keyOf: (item) => item.key,
    });
    const dependencies = {
      ...{
        search,
        ahead: createAhead({ compute, library, gain, store: Promise.resolve(store) }),
        compute,
        library,
        parameters,
        mask,
        gain,
        store: Promise.resolve(store),
      },
      document: { opened: () => undefined } as unknown as Document,
      picks: createPicks(parameters, mask.keeper),
      models: {} as Models,
      autosave: { flush: async () => {} },
      isKept: async () => isKept,
    };
    const work = (wanted: BatchPlan) => processItem(dependencies, wanted, item, folder, {});
    return { work, store, of, said, written, picks: dependencies.picks };
  });
}

describe('a micrograph of a batch', () => {
  test('is picked, and kept beside the picks by hand that it has', async () => {
    const { work, store, of, said } = await setUp();
    const before = { ...{ fingerprint: of, name: 'a.mrc', provenance: undefined, updatedAt: 0 } };
    await store.save({ ...before, parameters: { ...values, threshold: 8 }, picks: [manual, found(1, 3)] });
    const result = await work(plan({ pick: true }));
    const saved = await store.load(of);
    expect(saved?.picks.map(({ x }) => x).sort((a, b) => a - b)).toEqual([10, 30, 60, 90]);
    expect(saved?.parameters).toMatchObject({ threshold: 4, diameterAngstrom: 12 });
    expect(saved?.provenance).toEqual(provenance);
    expect(result).toMatchObject({ threshold: 4, suggestedThreshold: 4, quality: { score: 0.8 } });
    expect(result.ladder && picksAbove(result.ladder, 4)).toBe(3);
    expect(said.closed).toEqual([5]);
  });

  test('counts no picks of a hidden class, which go into no file, and keeps them', async () => {
    const { work, store, of, picks } = await setUp();
    const classId = picks.classes.add('Carbon edge');
    if (classId === undefined) throw new Error('There is no room for a class.');
    picks.classes.change(classId, { isHidden: true });
    const before = { ...{ fingerprint: of, name: 'a.mrc', provenance: undefined, updatedAt: 0 } };
    await store.save({ ...before, parameters: values, picks: [{ ...manual, classId }] });
    const { ladder } = await work(plan({ pick: true }));
    expect(ladder && picksAbove(ladder, 4)).toBe(2);
    expect((await store.load(of))?.picks).toContainEqual({ ...manual, classId });
  });

  test('whose picks are in memory alone is not done', async () => {
    const { work, store, of } = await setUp({}, {}, false);
    await expect(work(plan({ pick: true }))).rejects.toMatchObject({ code: 'not-kept' });
    expect((await store.load(of))?.picks).toHaveLength(3);
  });

  test('that the user worked on meanwhile keeps that', async () => {
    const { work, store, of } = await setUp(
      {},
      {
        pick: async () => {
          const saved = { ...{ fingerprint: of, name: 'a.mrc', provenance: undefined, updatedAt: 0 } };
          await store.save({ ...saved, parameters: values, picks: [manual] });
          return { picks: [found(10, 9)], ...{ suggestedThreshold: 4, provenance, seconds: 1 } };
        },
      },
    );
    await work(plan({ pick: true }));
    expect((await store.load(of))?.picks).toEqual([manual, found(10, 9)]);
  });

  test('whose parameters the user has changed meanwhile keeps those, and gets the others', async () => {
    const saved = { name: 'a.mrc', picks: [manual], provenance: undefined, updatedAt: 0 };
    const started = { ...values, diameterAngstrom: 300, highpassAngstrom: undefined, threshold: 8 };
    const { work, store, of } = await setUp(
      {},
      {
        pick: async () => {
          const changed = { ...started, diameterAngstrom: 250, highpassAngstrom: 500, threshold: 9 };
          await store.save({ ...saved, fingerprint: of, parameters: changed });
          return { picks: [found(10, 9)], ...{ suggestedThreshold: 4, provenance, seconds: 1 } };
        },
      },
    );
    await store.save({ ...saved, fingerprint: of, parameters: started });
    await work(plan({ pick: true }));
    // The threshold is that of the new scores.
    expect((await store.load(of))?.parameters).toMatchObject({
      ...{ diameterAngstrom: 250, highpassAngstrom: 500, lowpassAngstrom: 20, threshold: 4 },
    });
  });

  test('whose diameter the user has set on it is picked with that, and has it still', async () => {
    const { work, store, of, said } = await setUp();
    const before = { ...{ fingerprint: of, name: 'a.mrc', provenance: undefined, updatedAt: 0 }, picks: [] };
    const own = { ...values, diameterAngstrom: 80, hasOwnDiameter: true, highpassAngstrom: 700 };
    await store.save({ ...before, parameters: own });
    const result = await work(plan({ pick: true }));
    expect([said.picked?.diameterAngstrom, result.diameterAngstrom]).toEqual([80, 80]);
    expect((await store.load(of))?.parameters).toMatchObject({
      ...{ diameterAngstrom: 80, hasOwnDiameter: true, highpassAngstrom: 700, threshold: 4 },
    });
  });

  test('counts what the user did while it was judged and its boxes were cut out', async () => {
    const { work, store, of } = await setUp(
      {},
      {
        quality: async () => {
          const saved = await store.load(of);
          if (!saved) throw new Error('What was found was not kept.');
          const picks = [...saved.picks.filter(({ x }) => x !== 10), manual];
          await store.save({ ...saved, picks, parameters: { ...saved.parameters, threshold: 1 } });
          return { score: 0.8, mark: 'good', reason: 'Good.', ice: 0 };
        },
      },
    );
    const result = await work(plan({ pick: true }));
    expect(result.threshold).toBe(1);
    expect(result.ladder).toMatchObject({ scores: Float32Array.of(2, 5), fixed: 1 });
  });

  test('has the threshold of the plan, and its own header’s pixel size where it is another camera’s', async () => {
    const { work, store, of, said } = await setUp({ width: 200, pixelSizeAngstrom: 0.66 });
    const result = await work(plan({ pick: true }, { threshold: 6 }));
    expect(said.picked?.pixelSizeAngstrom).toBe(0.66);
    expect(result).toMatchObject({ threshold: 6, pixelSizeAngstrom: 0.66 });
    expect((await store.load(of))?.parameters).toMatchObject({ threshold: 6, pixelSizeAngstrom: 0.66 });
  });

  test('whose pixel size nobody knows is named, closed and not kept', async () => {
    const { work, store, of, said } = await setUp({ width: 200, pixelSizeAngstrom: undefined });
    await expect(work(plan({ pick: true }))).rejects.toThrow(/pixel size of a\.mrc is not known/);
    expect(said.closed).toEqual([5]);
    expect(await store.load(of)).toBeUndefined();
  });

  test('is written under its folder’s name: picture, stack of what is above the threshold', async () => {
    const { work, written } = await setUp();
    const result = await work(plan({ denoise: true, pick: true, extract: true }));
    expect([...written]).toEqual([
      ['denoised/Grid1/a_denoised.mrc', 'filtered'],
      ['particles/Grid1/a.mrcs', '2 boxes'],
    ]);
    expect(result.files).toEqual([...written.keys()]);
    expect(result.defocusAngstrom).toBe(15000);
    expect(result.stack).toMatchObject({ micrograph: 'Grid1/a.mrc', stack: 'particles/Grid1/a.mrcs' });
  });

  test('that is a movie is summed, and its particles are cut out of the sum', async () => {
    const { work, written, said } = await setUp({ kind: 'movie', frames: 40, exposed: movie.exposed });
    await work(plan({ sum: true, pick: true, extract: true }));
    expect(written.get('sums/Grid1/a_sum.mrc')).toBe('sum');
    expect(said.extracted).toEqual(['a_sum.mrc']);
  });

  test('is extracted by the picks of before where the batch does not pick', async () => {
    const { work, store, of, written } = await setUp();
    const before = { ...{ fingerprint: of, name: 'a.mrc', provenance: undefined, updatedAt: 0 } };
    await store.save({
      ...before,
      parameters: { ...values, threshold: 4 },
      picks: [found(1, 3), found(40, 5)],
    });
    await work(plan({ extract: true }));
    expect(written.get('particles/Grid1/a.mrcs')).toBe('1 boxes');
  });

  test('that can’t be judged is picked all the same', async () => {
    const { work } = await setUp({}, { quality: () => Promise.reject(new Error('No GPU.')) });
    expect((await work(plan({ pick: true }))).quality).toBeUndefined();
  });
});
