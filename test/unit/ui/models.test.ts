import 'fake-indexeddb/auto';
import { createRoot } from 'solid-js';
import { describe, expect, it, vi } from 'vitest';
import { openModelStore } from '../../../src/platform/browser/modelStore.ts';
import type { ModelDescription, ModelUse } from '../../../src/rpc/contract.ts';
import { createModels } from '../../../src/ui/state/models.ts';
import { modelFigures, modelTitle, scaled } from '../../../src/ui/state/modelWords.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { fakeCompute } from './fixtures.ts';

const described = (name: string, ...uses: ModelUse[]): ModelDescription => ({
  hash: `hash of ${name}`,
  name,
  bytes: 5,
  format: 'Topaz',
  architecture: 'resnet8',
  uses,
  parameters: 328_801,
  flopsPerPixel: 655_360,
  field: { width: 71, height: 71 },
});

/** A page whose worker takes a file's content for what it is used for, "pick" or "pick denoise"; "bad" is refused. */
function setUp() {
  return createRoot(() => {
    const opened: string[] = [];
    const closed: string[] = [];
    const notices = createNotices();
    const parameters = createParameters();
    const compute = fakeCompute({
      openModel: async (file) => {
        const text = await file.text();
        if (text === 'bad') throw new Error(`${file.name} is no network.`);
        opened.push(file.name);
        return described(file.name, ...(text.split(' ') as ModelUse[]));
      },
      closeModel: async (hash) => void closed.push(hash),
    });
    const store = openModelStore<ModelDescription>();
    const models = createModels({ compute, parameters, tasks: createTasks(notices), notices, store });
    const news = () => notices.list().map(({ text }) => text);
    return { models, parameters, notices, opened, closed, store, news };
  });
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

describe("the user's networks", () => {
  it('are chosen for what they do, from wherever they were opened', async () => {
    const { models, parameters, news } = setUp();
    await models.open(new File(['pick'], 'p.sav'), 'denoise');
    expect(parameters.values.pickModel).toEqual({ name: 'p.sav', hash: 'hash of p.sav' });
    expect(parameters.values.denoiser).toBeUndefined();
    expect(news()).toEqual(['p.sav picks, so it was chosen in the panel Pick.']);
    await models.open(new File(['denoise'], 'd.sav'));
    expect(parameters.values).toMatchObject({ denoiser: { name: 'd.sav' }, filterMethod: 'network' });
    await models.open(new File(['pick denoise'], 'both.onnx'));
    expect(news()).toEqual(['both.onnx may pick or denoise: choose it in the panel Filter or Pick.']);
    expect(parameters.values.pickModel?.name).toBe('p.sav');
    await models.open(new File(['pick denoise'], 'both.onnx'), 'pick');
    expect(parameters.values.pickModel?.name).toBe('both.onnx');
    expect(models.for('denoise').map(({ name }) => name)).toEqual(['both.onnx', 'd.sav']);
    await settled();
  });

  it('come back after a reload, unread until they are used; removed ones do not', async () => {
    const before = setUp();
    await before.models.open(new File(['pick'], 'kept.sav'));
    await before.models.open(new File(['denoise'], 'gone.sav'));
    // The database may be slow.
    await vi.waitFor(() => {
      expect(before.models.isKept('hash of kept.sav')).toBe(true);
      expect(before.models.isKept('hash of gone.sav')).toBe(true);
    });
    await before.models.remove('hash of gone.sav');
    expect(before.closed).toEqual(['hash of gone.sav']);
    expect(before.parameters.values.denoiser).toBeUndefined();

    const after = setUp();
    await after.models.restore();
    const names = after.models.all().map(({ name }) => name);
    expect(names).toContain('kept.sav');
    expect(names).not.toContain('gone.sav');
    expect(after.opened).toEqual([]);
    const note = { name: 'kept.sav', hash: 'hash of kept.sav' };
    await Promise.all([after.models.ready(note), after.models.ready(note)]);
    expect(after.opened).toEqual(['kept.sav']);
    await expect(after.models.ready({ name: 'gone.sav', hash: 'hash of gone.sav' })).rejects.toThrow(
      'gone.sav is no longer kept by this browser: open the file again.',
    );
  });

  it('say in a sentence what is wrong with a file, and leave the choice as it was', async () => {
    const { models, parameters, news } = setUp();
    await models.open(new File(['pick'], 'p.sav'));
    await models.open(new File(['bad'], 'bad.sav'), 'pick');
    expect(news()).toContain('bad.sav is no network.');
    expect(parameters.values.pickModel?.name).toBe('p.sav');
    models.choose('pick', undefined);
    expect(parameters.values.pickModel).toBeUndefined();
    expect(parameters.values.method).toBe('cnn');
    await settled();
  });

  it('make room for one another within a budget, and are not kept where they have none', async () => {
    const store = await openModelStore<string>(10);
    for (const { hash } of await store.list()) await store.forget(hash);
    const keep = (hash: string, bytes: number) =>
      store.keep({ hash, description: hash }, new ArrayBuffer(bytes));
    const kept = async () => (await store.list()).map(({ hash }) => hash).sort();
    expect(await keep('a', 4)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await keep('b', 6)).toBe(true);
    expect(await kept()).toEqual(['a', 'b']);
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect(await keep('c', 3)).toBe(true);
    expect(await kept()).toEqual(['b', 'c']);
    expect(await store.bytes('a')).toBeUndefined();
    expect((await store.bytes('b'))?.byteLength).toBe(6);
    expect(await keep('huge', 11)).toBe(false);
    expect(await kept()).toEqual(['b', 'c']);
  });
});

describe('a network in words', () => {
  it('tells its kind, size, reach and cost', () => {
    const model = described('resnet8_u32.sav', 'pick');
    expect(modelTitle(model)).toBe('Topaz resnet8');
    expect(modelTitle({ ...model, format: 'ONNX', architecture: model.name })).toBe('ONNX network');
    expect(modelFigures(model)).toEqual([
      '329\u00a0k parameters',
      'sees 71 × 71 px',
      '655\u00a0kFLOP a pixel',
    ]);
  });

  it('scales by thousands, with three figures', () => {
    const texts = [0, 962, 999.6, 1234, 99_950, 999_499, 1.5e9].map((value) => scaled(value));
    expect(texts).toEqual(['0', '962', '1\u00a0k', '1.23\u00a0k', '100\u00a0k', '999\u00a0k', '1.5\u00a0G']);
    expect(scaled(12, 'FLOP')).toBe('12\u00a0FLOP');
  });
});
