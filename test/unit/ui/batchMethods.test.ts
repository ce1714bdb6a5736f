import { createRoot, createSignal } from 'solid-js';
import { expect, test } from 'vitest';
import { planWords } from '../../../src/ui/state/batchMethods.ts';
import { createBatchDraft } from '../../../src/ui/state/batchPlan.ts';
import type { LabelledMicrograph } from '../../../src/ui/state/labels.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { parameters as values } from './fixtures.ts';

const labelled = (name: string, frame: number): LabelledMicrograph => ({
  note: { fingerprint: `f-${name}`, name, folder: '', frame, version: 'raw' },
  parameters: values,
  ...{ labels: [{ x: 1, y: 2 }], rejected: [] },
});

function setUp() {
  const [all, setAll] = createSignal<readonly LabelledMicrograph[]>([]);
  const parameters = createParameters();
  parameters.set(values);
  const draft = createBatchDraft({
    ...{ parameters, document: { opened: () => undefined } },
    labels: { all, keyOf: ({ name }) => `s/${name}` },
    matching: {
      ...{ reference: () => undefined, wanted: () => undefined },
      problem: () => 'Open class averages first.',
    },
  });
  return { draft, setAll, parameters };
}

test('a plan that lacks something is refused in one sentence', () => {
  createRoot((dispose) => {
    const { draft, setAll } = setUp();
    expect(draft.problem()).toBeUndefined();
    draft.set({ method: 'template' });
    expect(draft.problem()).toContain('Pick some particles by hand');
    setAll([labelled('stack.mrcs', 3)]);
    expect(draft.problem()).toContain('Pick some particles by hand');
    setAll([labelled('a.mrc', 0)]);
    expect(draft.problem()).toBeUndefined();
    draft.set({ method: 'matching' });
    expect(draft.problem()).toBe('Open class averages first.');
    draft.set({ method: 'consensus' });
    expect(draft.problem()).toBeUndefined();
    draft.methods.combine('matching', true);
    expect(draft.problem()).toBe('Matching: Open class averages first.');
    draft.methods.combine('matching', false);
    draft.methods.combine('log', false);
    expect(draft.problem()).toContain('two methods');
    draft.setStep('pick', false);
    draft.setStep('denoise', true);
    expect(draft.problem()).toBeUndefined();
    dispose();
  });
});

test('a plan holds what its method is made of, as it was when it was made', () => {
  createRoot((dispose) => {
    const { draft, setAll } = setUp();
    setAll([labelled('a.mrc', 0), labelled('b.mrc', 0)]);
    expect(draft.plan()).toMatchObject({ template: undefined, matching: undefined, consensus: undefined });
    draft.set({ method: 'consensus' });
    draft.methods.combine('template', true);
    draft.methods.setLeast(3);
    draft.methods.combine('log', false);
    const plan = draft.plan();
    setAll([]);
    // Two methods are left, of which no three can agree.
    expect(plan.consensus).toEqual({ methods: ['cnn', 'template'], least: 2 });
    expect(plan.template?.examples.map(({ key }) => key)).toEqual(['s/a.mrc', 's/b.mrc']);
    expect(planWords(plan)).toBe(
      'what 2 or more of these agree on: network; template of 2 picks by hand on 2 micrographs',
    );
    // All of it is plain data, which the browser can keep.
    expect(structuredClone(plan)).toEqual(plan);
    dispose();
  });
});
