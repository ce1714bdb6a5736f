import { expect, test } from 'vitest';
import { memorySink, memorySource } from '../../../src/core/bytes.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { matchingService } from '../../../src/workers/matchingService.ts';
import type { ServiceParts } from '../../../src/workers/serviceParts.ts';

test('references that could not be read once are read when they are asked for again', async () => {
  const side = 32;
  const sink = memorySink();
  const disc = Float32Array.from({ length: side * side }, (_, i) =>
    Math.hypot((i % side) - 16, Math.floor(i / side) - 16) < 8 ? 1 : 0,
  );
  await writeMrc(sink, { width: side, height: side, frames: 2, pixelSizeAngstrom: 4 }, [disc, disc]);
  const source = memorySource('averages.mrcs', sink.bytes());
  let isAway = false;
  const platform = {
    sourceOf: () => ({
      ...source,
      name: source.name,
      size: source.size,
      read: async (offset: number, length: number) => {
        if (isAway) throw new Error('The share is away.');
        return await source.read(offset, length);
      },
    }),
  };
  const service = matchingService({ platform } as unknown as ServiceParts);
  const port = (): MessagePort => new MessageChannel().port1;
  const { id } = await service.openReference(new File([], 'averages.mrcs'), port());
  const preview = async () =>
    await service.previewReference(
      id,
      {
        referencePixelSizeAngstrom: undefined,
        diameterAngstrom: 90,
        angularStepDegrees: 45,
        optics: undefined,
        lowpassAngstrom: undefined,
        mirrors: false,
      },
      port(),
    );
  isAway = true;
  await expect(preview()).rejects.toMatchObject({ problem: 'changed' });
  isAway = false;
  expect(await preview()).toMatchObject({ references: 2, templates: 16 });
});

test('what methods agree on lies as the one that can tell says', async () => {
  const service = matchingService({} as unknown as ServiceParts);
  const pose = { classNumber: 2, rotDegrees: 0, tiltDegrees: 0, psiDegrees: 35 };
  const { picks } = await service.combinePicks({
    sets: [
      { name: 'LoG', picks: [10, 50].map((x) => ({ x, y: 20, score: x })) },
      { name: 'Matching', picks: [{ x: 51, y: 20, score: 9, pose }] },
    ],
    ...{ least: 1, diameterAngstrom: 20, pixelSizeAngstrom: 1 },
  });
  expect(picks.map(({ pose: found }) => found)).toEqual([pose, undefined]);
});
