import { createRoot } from 'solid-js';
import { expect, test, vi } from 'vitest';
import type { OpenedReference, ReferenceParameters } from '../../../src/rpc/contract.ts';
import type { Document } from '../../../src/ui/state/document.ts';
import { createMatching } from '../../../src/ui/state/matching.ts';
import { createNotices } from '../../../src/ui/state/notices.ts';
import { createParameters } from '../../../src/ui/state/parameters.ts';
import { createPicks } from '../../../src/ui/state/picks.ts';
import { createTasks } from '../../../src/ui/state/tasks.ts';
import { createViewState } from '../../../src/ui/state/view.ts';
import { fakeCompute, image, parameters as values } from './fixtures.ts';

const averages: OpenedReference = {
  id: 3,
  name: 'averages.mrcs',
  kind: 'averages',
  pictures: 4,
  sidePx: 64,
  pixelSizeAngstrom: 2,
};

test('references get the transfer function of the micrograph’s microscope once a defocus is given, and mirror images on wish', async () => {
  const asked: ReferenceParameters[] = [];
  await createRoot(async (dispose) => {
    const notices = createNotices();
    const parameters = createParameters();
    parameters.set(values);
    const matching = createMatching({
      compute: fakeCompute({
        openReference: async () => averages,
        previewReference: async (_, wanted) => {
          asked.push(wanted);
          return { sidePx: 8, pictures: [], references: 4, templates: 96 };
        },
      }),
      document: { key: () => 'k', opened: () => image } as unknown as Document,
      ...{ parameters, notices, picks: createPicks(parameters), tasks: createTasks(notices) },
      view: createViewState(),
    });
    await matching.open(new File([], 'averages.mrcs'));
    await vi.waitFor(() => expect(asked.at(-1)).toMatchObject({ optics: undefined, mirrors: false }));
    matching.set({ defocusMicrometre: 1.5, mirrors: true });
    await vi.waitFor(() => expect(asked.at(-1)?.mirrors).toBe(true));
    expect(asked.at(-1)?.optics).toMatchObject({ defocusAngstrom: 15_000, voltageKilovolt: 300 });
    parameters.set({ voltageKilovolt: 200 });
    await vi.waitFor(() => expect(asked.at(-1)?.optics?.voltageKilovolt).toBe(200));
    // Taken as they are again.
    matching.set({ defocusMicrometre: undefined });
    await vi.waitFor(() => expect(asked.at(-1)?.optics).toBeUndefined());
    dispose();
  });
});
