import { createRoot, createSignal } from 'solid-js';
import { expect, test } from 'vitest';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';
import type { Pick } from '../../../src/dataset/picks.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import { memorySessionStore } from '../../../src/ui/state/autosave.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createLibrary } from '../../../src/ui/state/library.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { pickedOfList } from '../../../src/ui/state/pickedMicrographs.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { image, parameters as values } from './fixtures.ts';

const pick = (x: number): Pick => ({ x, y: 20, score: 9, origin: 'log' });

test('each micrograph of the list comes once and with its own parameters, also where the user goes on meanwhile', async () => {
  const names = ['a.mrc', 'b.mrc', 'c.mrc'];
  const files = names.map((name) => new File([`pixels of ${name}`], name));
  const store = memorySessionStore();
  for (const [i, file] of files.entries()) {
    const of = await fingerprint(browserFileSource(file), 0);
    const kept = { fingerprint: of, name: file.name, provenance: undefined, updatedAt: 0 };
    await store.save({
      ...{ ...kept, picks: [pick(i)] },
      parameters: { ...values, threshold: 1, diameterAngstrom: 100 + i },
    });
  }
  const all = await createRoot(async (dispose) => {
    const parameters = createParameters();
    parameters.set({ ...values, threshold: 1, diameterAngstrom: 100 });
    const picks = createPicks(parameters);
    picks.load('shown', [pick(0)]);
    const library = createLibrary();
    const [shown, setShown] = createSignal(0);
    const keys = library.add(
      's',
      files.map((file, i) => ({
        ...{ name: file.name, folder: '' },
        getFile: async () => {
          // While it is read the user opens the next one, or goes back.
          setShown((i + 1) % 2);
          parameters.set({ diameterAngstrom: 300 });
          return file;
        },
      })),
    );
    const document = {
      key: () => keys[shown()],
      opened: () => ({ ...image, name: names[shown()] }),
    } as unknown as Document;
    const found = await pickedOfList(
      { document, library, parameters, picks, store: Promise.resolve(store) },
      { onFailure: (sentence) => expect.fail(sentence) },
    );
    dispose();
    return found;
  });
  expect(
    all.map(({ name, parameters, picks }) => [name, parameters.diameterAngstrom, picks.map(({ x }) => x)]),
  ).toEqual([
    ['a.mrc', 100, [0]],
    ['b.mrc', 101, [1]],
    ['c.mrc', 102, [2]],
  ]);
});
