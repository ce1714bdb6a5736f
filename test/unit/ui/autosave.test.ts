import { batch, createRoot, createSignal } from 'solid-js';
import { expect, test } from 'vitest';
import type { OpenedMicrograph } from '../../../src/rpc/contract.ts';
import { createAutosave, memorySessionStore } from '../../../src/ui/state/autosave.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createMask } from '../../../src/ui/state/mask.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { image } from './fixtures.ts';

test('what was done last to a micrograph is saved though the next one is worked on at once', async () => {
  const store = memorySessionStore();
  await createRoot(async (dispose) => {
    const parameters = createParameters();
    const picks = createPicks(parameters);
    const mask = createMask(parameters);
    const [opened, setOpened] = createSignal<OpenedMicrograph>();
    const autosave = createAutosave(Promise.resolve(store), parameters, picks, mask, createNotices());
    autosave.watch({ opened, provenance: () => undefined } as unknown as Document);
    await Promise.resolve();
    const show = (fingerprint: string): void =>
      batch(() => {
        picks.load(fingerprint, []);
        setOpened({ ...image, fingerprint });
      });
    show('a');
    picks.add({ x: 1, y: 2 });
    show('b');
    picks.add({ x: 3, y: 4 });
    await autosave.flush();
    expect((await store.load('a'))?.picks).toMatchObject([{ x: 1, y: 2 }]);
    expect((await store.load('b'))?.picks).toMatchObject([{ x: 3, y: 4 }]);
    dispose();
  });
});
