import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { openTrainingStore } from '../../../src/platform/browser/trainingStore.ts';
import { isUnfinishedTraining, type UnfinishedTraining } from '../../../src/ui/state/unfinishedTraining.ts';

const training: UnfinishedTraining = {
  request: {
    micrographs: [
      {
        picture: {
          fingerprint: 'f',
          version: 'raw',
          pixelSizeAngstrom: 1.5,
          diameterAngstrom: 120,
          brightParticles: false,
        },
        name: 'a.mrc',
        labels: [{ x: 1, y: 2 }],
        rejected: [],
      },
    ],
    start: { model: 'hash' },
    seed: 0,
    steps: 300,
    particlesPerMicrograph: undefined,
  },
  step: 5,
  checkpoint: new ArrayBuffer(8),
};

test('a training comes back over a reload; what another version has kept does not', async () => {
  const store = await openTrainingStore(isUnfinishedTraining);
  expect(await store.unfinished()).toBeUndefined();
  await store.keepUnfinished(training);
  expect(await store.unfinished()).toEqual(training);
  const { request } = training;
  const [micrograph] = request.micrographs;
  const others: readonly unknown[] = [
    'a training',
    { ...training, checkpoint: [1, 2] },
    { ...training, step: '5' },
    { ...training, request: undefined },
    { ...training, request: { ...request, start: 'scratch' } },
    { ...training, request: { ...request, micrographs: [{ ...micrograph, labels: undefined }] } },
    { ...training, request: { ...request, micrographs: [{ ...micrograph, labels: [[1, 2]] }] } },
    { ...training, request: { ...request, micrographs: [{ ...micrograph, picture: 'f' }] } },
  ];
  const old = await openTrainingStore((_kept: unknown): _kept is unknown => true);
  for (const other of others) {
    await old.keepUnfinished(other);
    expect([other, await store.unfinished()]).toEqual([other, undefined]);
  }
});
