import { createRoot, createSignal } from 'solid-js';
import { describe, expect, it } from 'vitest';
import type { Pick, Place } from '../../../src/dataset/picks.ts';
import type { OpenedMicrograph, TemplateResult } from '../../../src/rpc/contract.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { createTemplate } from '../../../src/ui/state/template.ts';
import { templateWords } from '../../../src/ui/state/templateWords.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { fakeCompute, image, parameters } from './fixtures.ts';

const candidate = (x: number, score: number): Pick => ({ x, y: 0, score, origin: 'template' });
/** 80 px apart, the size of a particle. */
const candidates = [candidate(80, 0.6), candidate(160, 0.5), candidate(240, 0.4), candidate(320, 0.1)];

/** A worker that finds the same four whatever is picked, and fails where told to. */
function setUp(answer?: (picked: readonly Place[]) => Promise<Partial<TemplateResult>>) {
  const asked: (readonly Place[])[] = [];
  const compute = fakeCompute({
    findByTemplate: async (_, picked, { diameterAngstrom, pixelSizeAngstrom }) => {
      asked.push(picked);
      const found: TemplateResult = {
        candidates: picked.length === 0 ? [] : candidates,
        suggestedThreshold: 0.3,
        profile: { stepAngstrom: 2, values: [-1, 1] },
        examples: { particles: picked.length, micrographs: 1 },
        provenance: {
          program: 'Cryolite',
          version: 'test',
          adapter: 'test',
          method: 'template',
          diameterAngstrom,
          pixelSizeAngstrom,
        },
        seconds: 0.08,
      };
      return { ...found, ...(await answer?.(picked)) };
    },
  });
  const [opened, setOpened] = createSignal<OpenedMicrograph | undefined>(image);
  const document = {
    opened,
    picture: () => 'raw/0',
    setProvenance: () => {},
  } as unknown as Document;
  return createRoot((dispose) => {
    const values = createParameters();
    const notices = createNotices();
    const picks = createPicks(values);
    picks.load('f', []);
    values.set({ ...parameters, pixelSizeAngstrom: 1.5, diameterAngstrom: 120, method: 'template' });
    const view = createViewState();
    const tasks = createTasks(notices);
    const template = createTemplate({ compute, document, parameters: values, picks, view, tasks, notices });
    return { template, picks, values, asked, setOpened, dispose };
  });
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const xs = (places: readonly Place[]) => places.map(({ x }) => x);

describe('the instant template', () => {
  it('searches anew at every click, and shows what is neither picked nor below the threshold', async () => {
    const { template, picks, asked, dispose } = setUp();
    picks.add({ x: 82, y: 3 });
    await until(() => template.ghosts().length > 0);
    // The first is what was clicked.
    expect(xs(template.ghosts())).toEqual([160, 240]);
    picks.add({ x: 241, y: 0 });
    expect(xs(template.ghosts())).toEqual([160]);
    expect(template.clicks()).toBe(1);
    await until(() => asked.at(-1)?.length === 2);
    await until(() => template.clicks() === 2);
    template.setThreshold(0.05);
    expect(xs(template.ghosts())).toEqual([160, 320]);
    template.setThreshold(undefined);
    expect(template.threshold()).toBe(0.3);
    dispose();
  });

  it('makes picks of all candidates in one step, with their threshold, and learns nothing from them', async () => {
    const { template, picks, values, asked, dispose } = setUp();
    picks.add({ x: 82, y: 3 });
    await until(() => template.ghosts().length > 0);
    template.accept();
    expect(picks.undoAction()).toBe('accept 2 candidates');
    // Those below the threshold are there as well, for the slider.
    expect(xs(picks.all())).toEqual([82, 160, 240, 320]);
    expect(xs(picks.shown())).toEqual([82, 160, 240]);
    expect(values.values.threshold).toBe(0.3);
    expect(template.ghosts()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(asked.at(-1)).toHaveLength(1);
    picks.undo();
    expect(xs(picks.all())).toEqual([82]);
    expect(values.values.threshold).toBe(parameters.threshold);
    expect(xs(template.ghosts())).toEqual([160, 240]);
    dispose();
  });

  it('takes no for an answer, until it is undone', async () => {
    const { template, picks, dispose } = setUp();
    picks.add({ x: 82, y: 3 });
    await until(() => template.ghosts().length > 0);
    const wrong = template.ghostAt({ x: 165, y: 4 });
    expect(wrong?.x).toBe(160);
    if (wrong) picks.remove([wrong]);
    expect(picks.undoAction()).toBe('reject a candidate');
    expect(xs(template.ghosts())).toEqual([240]);
    template.accept();
    expect(xs(picks.shown())).toEqual([82, 240]);
    // Erased again, an accepted one does not come back as a candidate.
    picks.previewErasing(picks.shown().filter(({ x }) => x === 240));
    picks.commitErasing();
    expect(template.ghosts()).toEqual([]);
    picks.undo();
    picks.undo();
    picks.undo();
    expect(xs(template.ghosts())).toEqual([160, 240]);
    dispose();
  });

  it('says what is wrong, and keeps nothing of another micrograph or another diameter', async () => {
    const { template, picks, values, setOpened, dispose } = setUp(async (picked) => {
      if (picked.length === 2) throw new Error('A particle of 120 Å is too large.');
      return {};
    });
    picks.add({ x: 82, y: 3 });
    await until(() => template.ghosts().length > 0);
    picks.add({ x: 5, y: 3 });
    await until(() => template.problem() !== undefined);
    expect(template.problem()).toBe('A particle of 120 Å is too large.');
    expect(template.ghosts()).toEqual([]);
    picks.undo();
    await until(() => template.ghosts().length > 0);
    values.set({ diameterAngstrom: 110 });
    expect(template.found()).toBeUndefined();
    await until(() => template.found() !== undefined);
    template.setThreshold(0.45);
    setOpened({ ...image, id: 2 });
    expect(template.found()).toBeUndefined();
    expect(template.isOwnThreshold()).toBe(false);
    values.set({ method: 'cnn' });
    expect(template.isOn()).toBe(false);
    dispose();
  });
});

describe('the status of the template', () => {
  it('tells clicks, candidates and time', () => {
    const one = { examples: { particles: 12, micrographs: 1 }, seconds: 0.08 };
    expect(templateWords(12, 148, one)).toBe('12 clicks → 148 candidates, 0.08\u00a0s');
    expect(templateWords(1, 1, { examples: { particles: 1, micrographs: 1 }, seconds: 1.24 })).toBe(
      '1 click → 1 candidate, 1.2\u00a0s',
    );
  });

  it('tells what other micrographs gave', () => {
    const two = { examples: { particles: 12, micrographs: 3 }, seconds: 0.08 };
    expect(templateWords(5, 9, two)).toBe(
      '5 clicks and 7 clicks on 2 other micrographs → 9 candidates, 0.08\u00a0s',
    );
    expect(templateWords(0, 9, { ...two, examples: { particles: 12, micrographs: 1 } })).toBe(
      '12 clicks on 1 other micrograph → 9 candidates, 0.08\u00a0s',
    );
  });
});
