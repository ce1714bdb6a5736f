import { describe, expect, test } from 'vitest';
import type { MethodPlans } from '../../../src/dataset/batch/methods.ts';
import type { BatchPlan } from '../../../src/dataset/batch/queue.ts';
import type { PickMethod, Provenance } from '../../../src/dataset/session.ts';
import type { ComputeClient } from '../../../src/rpc/client.ts';
import type { OpenedReference, TemplateParameters } from '../../../src/rpc/contract.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { createBatchSearch } from '../../../src/ui/state/batchSearch.ts';
import { createGain } from '../../../src/ui/state/gain.ts';
import { fakeCompute, image, parameters as values } from './fixtures.ts';

const provenance = (method: PickMethod): Provenance => ({
  ...{ program: 'Cryolite', version: '1', adapter: 'a GPU', method },
  ...{ diameterAngstrom: 120, pixelSizeAngstrom: 1.5 },
});
const example = (name: string, fingerprint: string, x: number) => ({
  ...{ key: name, name, folder: '', fingerprint },
  picks: [{ x, y: 5 }],
});
const template = { id: 't', examples: [example('a.mrc', 'fa', 1), example('b.mrc', 'fb', 2)] };
const matching = {
  ...{ name: 'averages.mrcs', referencePixelSizeAngstrom: 2, angularStepDegrees: 15 },
  ...{ optics: undefined, lowpassAngstrom: 20, mirrors: false },
};
const averages: OpenedReference = {
  ...{ id: 3, name: 'averages.mrcs', kind: 'averages', pictures: 4, sidePx: 64, pixelSizeAngstrom: 2 },
};

function setUp(reference: OpenedReference | undefined = averages, parts: Partial<ComputeClient> = {}) {
  const asked: { readonly id: number; readonly xs: number[]; readonly of: TemplateParameters }[] = [];
  const open = new Set<number>();
  const ids = new Map([
    ['a.mrc', 1],
    ['b.mrc', 2],
  ]);
  const compute = fakeCompute({
    open: async ({ name }) => {
      const id = ids.get(name) ?? 0;
      open.add(id);
      return { ...image, id, name, fingerprint: `f${name[0]}`, pixelSizeAngstrom: 1.5 };
    },
    close: async (id) => void open.delete(id),
    findByTemplate: async (id, picked, of) => {
      asked.push({ id, xs: picked.map(({ x }) => x), of });
      return {
        candidates: [{ x: 7, y: 5, score: 0.5, origin: 'template' }],
        ...{ suggestedThreshold: 0.3, profile: { stepAngstrom: 1, values: [] }, seconds: 1 },
        examples: { particles: 2, micrographs: 2 },
        provenance: { ...provenance('template'), examples: { particles: 2, micrographs: 2 } },
      };
    },
    pick: async () => ({
      picks: [{ x: 7, y: 5, score: 0.9, origin: 'cnn' }],
      ...{ suggestedThreshold: 0.5, seconds: 2 },
      provenance: { ...provenance('cnn'), weightsHash: 'abc' },
      contamination: {
        ...{ width: 1, height: 1, values: new Uint8Array(1) },
        origin: { x: 0, y: 0 },
        step: { x: 9, y: 9 },
      },
    }),
    ...parts,
  });
  const search = createBatchSearch({
    ...{ compute, gain: createGain(), store: Promise.resolve(memorySessionStore()) },
    library: { file: (key) => ({ name: key, folder: '', getFile: async () => new File([key], key) }) },
    models: { ready: async () => {} },
    matching: { reference: () => reference },
    keyOf: ({ key }) => key,
  });
  const plan = (method: PickMethod, plans: MethodPlans): BatchPlan => ({
    ...{ parameters: { ...values, method }, pattern: undefined, threshold: undefined },
    steps: { sum: false, denoise: false, pick: true, extract: false },
    boxes: { boxAngstrom: undefined, binTo: undefined, inverts: true, normalises: true },
    ...plans,
  });
  const work = (method: PickMethod, plans: MethodPlans, fingerprint = 'fc', diameterAngstrom = 120) => {
    const opened = { ...image, id: 9, fingerprint, name: 'c.mrc' };
    const parameters = { ...values, method, diameterAngstrom };
    return search({ plan: plan(method, plans), opened, parameters }, {});
  };
  return { work, asked, open };
}

describe('a batch picks', () => {
  test('by a template that learns each labelled micrograph once, apart from what is clicked meanwhile', async () => {
    const { work, asked, open } = setUp();
    const found = await work('template', { template });
    await work('template', { template }, 'fb');
    // Both examples, a micrograph without picks, and one that is an example itself.
    expect(asked.map(({ id, xs }) => [id, xs])).toEqual([
      [1, [1]],
      [2, [2]],
      [9, []],
      [9, [2]],
    ]);
    expect(asked.every(({ of }) => of.examplesOf === 't' && of.diameterAngstrom === 120)).toBe(true);
    expect(open.size).toBe(0);
    expect(found).toMatchObject({ suggestedThreshold: 0.3, picks: [{ origin: 'template' }] });
    expect(found.provenance.examples).toEqual({ particles: 2, micrographs: 2 });
  });

  test('by a template of the size of a micrograph’s own diameter, learnt anew from the same picks', async () => {
    const { work, asked } = setUp();
    await work('template', { template });
    await work('template', { template }, 'fd', 80);
    expect(asked.map(({ id, of }) => [id, of.diameterAngstrom])).toEqual([
      ...[1, 2, 9].map((id) => [id, 120]),
      ...[1, 2, 9].map((id) => [id, 80]),
    ]);
  });

  test('not at all where an example can’t be read: the batch waits, and says which one', async () => {
    const { work, open } = setUp(averages, { findByTemplate: () => Promise.reject(new Error('Too large.')) });
    await expect(work('template', { template })).rejects.toMatchObject({
      code: 'no-template',
      message: expect.stringContaining('a.mrc'),
    });
    expect(open.size).toBe(0);
  });

  test('not by what lies at the places of an example in another file of its name', async () => {
    const { work, asked, open } = setUp();
    const other = { ...template, examples: [example('a.mrc', 'another', 1)] };
    await expect(work('template', { template: other })).rejects.toMatchObject({
      code: 'no-template',
      message: expect.stringContaining('a.mrc: it is another file now'),
    });
    expect([asked, open.size]).toEqual([[], 0]);
  });

  test('by the references of the plan alone', async () => {
    const other = setUp({ ...averages, name: 'map.mrc' });
    await expect(other.work('matching', { matching })).rejects.toMatchObject({ code: 'no-reference' });
    const asked: unknown[] = [];
    const { work } = setUp(averages, {
      matchReference: async (_, id, wanted) => {
        asked.push([id, wanted]);
        return {
          ...{ picks: [], suggestedThreshold: 4, provenance: provenance('matching'), seconds: 1 },
          ...{ templates: 24, expectedFalse: 1, gigaflop: 1 },
        };
      },
    });
    await work('matching', { matching });
    expect(asked).toEqual([
      [3, expect.objectContaining({ angularStepDegrees: 15, lowpassAngstrom: 20, diameterAngstrom: 120 })],
    ]);
  });

  test('by what methods agree on, and keeps how each of them has found it', async () => {
    const asked: unknown[] = [];
    const { work } = setUp(averages, {
      combinePicks: async (request) => {
        asked.push([request.least, request.sets.map(({ name, picks }) => `${name} ${picks.length}`)]);
        return {
          ...{ picks: [], suggestedThreshold: 0.4, seconds: 0 },
          provenance: {
            ...provenance('consensus'),
            ...{ adapter: 'the processor', combined: { methods: ['Network', 'Template'], least: 2 } },
          },
        };
      },
    });
    const consensus = { methods: ['cnn', 'template'] as const, least: 2 };
    const found = await work('consensus', { consensus, template });
    expect(asked).toEqual([[2, ['Network 1', 'Template 1']]]);
    expect(found.provenance).toMatchObject({
      ...{ method: 'consensus', adapter: 'a GPU', weightsHash: 'abc', combined: { least: 2 } },
      examples: { particles: 2 },
    });
    expect(found.contamination).toBeDefined();
    expect(found.seconds).toBe(3);
  });
});
