import { createRoot } from 'solid-js';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';
import type { MicrographSession } from '../../../src/dataset/session.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import type { OpenedMicrograph, OpenRequest } from '../../../src/rpc/contract.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import { createDocument } from '../../../src/ui/state/document.ts';
import { createGain } from '../../../src/ui/state/gain.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createMask } from '../../../src/ui/state/mask.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { exposureResult, fakeCompute, gainReference, movie, parameters } from './fixtures.ts';

/** A document with a worker that opens whatever it is given as a movie of 40 frames. */
function setUp(refusesGain = false) {
  return createRoot(() => documentWith(refusesGain));
}

function documentWith(refusesGain: boolean) {
  const requests: OpenRequest[] = [];
  const notices = createNotices();
  const tasks = createTasks(notices);
  const library = createLibrary();
  const values = createParameters();
  const gain = createGain();
  const store = memorySessionStore();
  const compute = fakeCompute({
    open: async (file, request): Promise<OpenedMicrograph> => {
      requests.push(request);
      if (refusesGain && request.exposure?.gain) throw new Error('gain.mrc does not fit.');
      const { range, removeHotPixels = true, gain: use } = request.exposure ?? {};
      const last = Math.min(39, range?.last ?? 39);
      const exposure = { range: { first: range?.first ?? 0, last }, removeHotPixels, gain: use };
      return {
        ...movie,
        id: requests.length,
        fingerprint: await fingerprint(browserFileSource(file), 0),
        name: file.name,
        exposed: { exposure, hotPixels: 0, defects: undefined },
      };
    },
    close: async () => {},
  });
  const mask = createMask(values);
  const picks = createPicks(values, mask.keeper);
  const view = createViewState();
  const document = createDocument({
    compute,
    library,
    gain,
    tasks,
    notices,
    parameters: values,
    mask,
    picks,
    view,
    store: Promise.resolve(store),
    flush: async () => {},
    onShown: () => {},
  });
  const add = (name: string, source = 'folder'): { key: string; file: File } => {
    const file = new File([name], name);
    const [key = ''] = library.add(source, [{ name, folder: '', getFile: async () => file }]);
    return { key, file };
  };
  const save = async (file: File, saved: MicrographSession['parameters']): Promise<void> => {
    const of = await fingerprint(browserFileSource(file), 0);
    const picked = [{ x: 1, y: 2, score: 1, origin: 'manual' as const }];
    await store.save({
      fingerprint: of,
      name: file.name,
      parameters: saved,
      picks: picked,
      provenance: undefined,
      updatedAt: 1,
    });
  };
  return { document, requests, values, gain, picks, view, library, add, save };
}

const short = { range: { first: 1, last: 2 }, removeHotPixels: true, gain: undefined };

describe('a movie that comes back', () => {
  it('is read and summed at once as its session says', async () => {
    const { document, requests, values, picks, add, save } = setUp();
    const { key, file } = add('m.mrc');
    await save(file, {
      ...parameters,
      range: { first: 2, last: 9 },
      removeHotPixels: false,
      byteSign: 'unsigned',
    });
    await document.select(key);
    expect(requests).toEqual([
      {
        frame: 0,
        read: { byteSign: 'unsigned', framesPerFraction: undefined },
        exposure: { range: { first: 2, last: 9 }, removeHotPixels: false, gain: undefined },
      },
    ]);
    expect(values.snapshot()).toMatchObject({ range: { first: 2, last: 9 }, byteSign: 'unsigned' });
    expect(picks.all()).toHaveLength(1);
  });

  it('loads a session from before there were movies, and inherits no range of the one before', async () => {
    const { document, requests, values, add, save } = setUp();
    const first = add('first.mrc');
    const old = add('old.mrc');
    await save(first.file, { ...parameters, range: { first: 2, last: 9 } });
    await save(old.file, parameters);
    await document.select(first.key);
    await document.select(old.key);
    expect(requests[1]?.exposure).toBeUndefined();
    expect(values.snapshot()).toMatchObject({ diameterAngstrom: 120, threshold: 4 });
    expect(values.snapshot().range).toBeUndefined();
    // Plain data: a store's proxy can't be cloned into a database.
    expect(() => structuredClone(values.snapshot())).not.toThrow();
  });

  it('takes away what was off, or was not chosen, when it was saved', async () => {
    const { document, values, add, save } = setUp();
    const { key, file } = add('m.mrc');
    const { lowpassAngstrom: _, ...saved } = parameters;
    // As a store leaves it: what is undefined is not there.
    await save(file, saved as typeof parameters);
    values.set({
      lowpassAngstrom: 30,
      filterMethod: 'network',
      denoiser: { name: 'd.sav', hash: 'd' },
      pickModel: { name: 'p.sav', hash: 'p' },
    });
    await document.select(key);
    const { lowpassAngstrom, filterMethod, denoiser, pickModel } = values.values;
    expect([lowpassAngstrom, filterMethod, denoiser, pickModel]).toEqual(new Array(4).fill(undefined));
  });

  it('gives what the user said of the bytes to the next file of the folder, not to others', async () => {
    const { document, requests, add } = setUp();
    const first = add('a.eer');
    await document.select(first.key);
    await document.reread({ framesPerFraction: 32 });
    await document.select(add('b.eer').key);
    await document.select(add('c.eer', 'another drop').key);
    expect(requests.map(({ read }) => read.framesPerFraction)).toEqual([undefined, 32, 32, undefined]);
  });

  it('keeps picks and parameters when it is read anew', async () => {
    const { document, values, picks, add, save } = setUp();
    const { key, file } = add('m.mrc');
    await save(file, parameters);
    await document.select(key);
    values.set({ threshold: 9 });
    picks.add({ x: 5, y: 5 });
    await document.reread({ byteSign: 'signed' });
    expect(values.values.threshold).toBe(9);
    expect(picks.all()).toHaveLength(2);
  });

  it('is summed with the gain reference in force, or without where that does not fit', async () => {
    const gain = { ...gainReference, operation: 'multiply', orientation: 0 } as const;
    const fitting = setUp();
    fitting.gain.set(gain);
    await fitting.document.select(fitting.add('m.mrc').key);
    expect(fitting.requests).toHaveLength(1);
    expect(fitting.document.opened()?.exposed?.exposure.gain?.gain).toBe(7);
    expect(fitting.values.snapshot().gain?.name).toBe('gain.mrc');
    const refused = setUp(true);
    refused.gain.set(gain);
    await refused.document.select(refused.add('m.mrc').key);
    expect(refused.document.opened()?.exposed?.exposure.gain).toBeUndefined();
    expect(refused.library.items[0]?.status).toBe('open');
  });

  it('remembers which gain reference it was made with until another is chosen', async () => {
    const { document, values, add, save } = setUp();
    const { key, file } = add('m.mrc');
    const note = { name: 'g.mrc', operation: 'divide', orientation: 3 } as const;
    await save(file, { ...parameters, gain: note });
    await document.select(key);
    document.setExposed(exposureResult(short));
    expect(values.snapshot().gain).toEqual(note);
  });

  it('has another picture for the tiles with every sum', async () => {
    const { document, add } = setUp();
    await document.select(add('m.mrc').key);
    const before = document.picture();
    document.setExposed(exposureResult(short));
    const after = document.picture();
    document.setExposed(exposureResult(short));
    expect(new Set([before, after, document.picture()]).size).toBe(3);
  });

  it('keeps the brightness that the user chose when the sum changes, and follows it where none was', async () => {
    const { document, view, add } = setUp();
    await document.select(add('m.mrc').key);
    document.setExposed(exposureResult(short));
    expect(view.contrast('raw')).toEqual(view.automaticContrast('raw'));
    view.setContrast('raw', { black: -2, white: 2 });
    document.setExposed({ ...exposureResult(short), contrast: { black: -3, white: 3 } });
    // Half the contrast, twice the width, as before.
    expect(view.contrast('raw')).toEqual({ black: -6, white: 6 });
  });
});

describe('the micrograph on the screen', () => {
  it('stays when it is chosen again while another is being opened', async () => {
    const { document, library, picks, add } = setUp();
    const shown = add('a.mrc');
    const other = add('b.mrc');
    await document.select(shown.key);
    picks.add({ x: 3, y: 4 });
    const opening = document.select(other.key);
    expect(library.find(other.key)?.status).toBe('opening');
    await document.select(shown.key);
    await opening;
    expect([document.key(), document.opened()?.name]).toEqual([shown.key, 'a.mrc']);
    expect(library.items.map(({ status }) => status)).toEqual(['open', 'unread']);
    expect(picks.all()).toHaveLength(1);
    // It can still be chosen afterwards.
    await document.select(other.key);
    expect(document.opened()?.name).toBe('b.mrc');
  });
});
