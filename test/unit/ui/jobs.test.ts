/** Which picture is shown while one is made, and when it is not made after all. */
import { createRoot, createSignal } from 'solid-js';
import { describe, expect, it } from 'vitest';
import type { FilterResult, OpenedMicrograph } from '../../../src/rpc/contract.ts';
import { madeKindOf } from '../../../src/rpc/filters.ts';
import type { AppliedFilter, Document } from '../../../src/ui/state/document.ts';
import { createJobs, type JobsDependencies } from '../../../src/ui/state/jobs.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { fakeCompute, image } from './fixtures.ts';

const settled = (): Promise<void> => new Promise((next) => setTimeout(next));

/** A micrograph on the screen, and a worker whose pictures the test gives by hand. */
function setUp() {
  return createRoot(() => {
    const [opened] = createSignal<OpenedMicrograph>(image);
    const [made, setMade] = createSignal<readonly AppliedFilter[]>([]);
    const document = {
      opened,
      filtered: () => made().at(-1),
      made: (kind) => made().find((one) => one.kind === kind),
      setFiltered: (result) => setMade((before) => (result ? [...before, result] : [])),
    } satisfies Partial<Document>;
    const waiting: (() => void)[] = [];
    const compute = fakeCompute({
      filter: (_, { method }, options) =>
        new Promise<FilterResult>((resolve, reject) => {
          options?.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
          const kind = madeKindOf(method);
          const contrast = { black: -1, white: 1 };
          const result = {
            kind,
            version: kind,
            contrast,
            residualContrast: contrast,
            findings: {},
            seconds: 1,
          };
          waiting.push(() => resolve(result));
        }),
    });
    const parameters = createParameters();
    parameters.set({ pixelSizeAngstrom: 1.5 });
    const notices = createNotices();
    const tasks = createTasks(notices);
    const view = createViewState();
    const parts = { compute, document: document as unknown as Document, parameters, notices, tasks, view };
    const jobs = createJobs(parts as unknown as JobsDependencies);
    const give = async (): Promise<void> => {
      waiting.shift()?.();
      await settled();
    };
    return { jobs, view, tasks, give, made: () => made().map(({ kind }) => kind) };
  });
}

describe('pictures side by side', () => {
  it('are made one after the other where they are lacking', async () => {
    const { jobs, view, give, made } = setUp();
    void jobs.showSide(['raw', 'filtered', 'denoised']);
    expect(view.mode()).toBe('raw');
    await give();
    await give();
    expect(made()).toEqual(['filtered', 'denoised']);
    expect([view.mode(), view.side()]).toEqual(['side', ['raw', 'filtered', 'denoised']]);
  });

  it('stay what there is when another is cancelled', async () => {
    const { jobs, view, tasks, give } = setUp();
    void jobs.showSide(['raw', 'filtered', 'denoised']);
    await give();
    tasks.cancel('filter');
    await settled();
    expect([view.mode(), view.side()]).toEqual(['side', ['raw', 'filtered']]);
  });

  it('do not come back from what was chosen while they were made', async () => {
    const { jobs, view, give, made } = setUp();
    void jobs.showSide(['raw', 'filtered', 'denoised']);
    await give();
    void jobs.showSide(['raw', 'filtered']);
    await give();
    expect(made()).toEqual(['filtered', 'denoised']);
    expect([view.mode(), view.side()]).toEqual(['side', ['raw', 'filtered']]);
  });
});

describe('the wipe', () => {
  it('stays between what there is when the other picture is cancelled', async () => {
    const { jobs, view, tasks, give } = setUp();
    void jobs.showMode('wipe');
    await give();
    void jobs.showWipe({ left: 'raw', right: 'denoised' });
    tasks.cancel('filter');
    await settled();
    expect([view.mode(), view.wipe()]).toMatchObject(['wipe', { left: 'raw', right: 'filtered' }]);
  });
});

describe('a picture that is being made', () => {
  it('is there, but not shown, where the user has gone back to the raw one', async () => {
    const { jobs, view, give, made } = setUp();
    void jobs.showMode('filtered');
    void jobs.showMode('raw');
    await give();
    expect(made()).toEqual(['filtered']);
    expect(view.mode()).toBe('raw');
    void jobs.showMode('filtered');
    expect(view.mode()).toBe('filtered');
  });
});
