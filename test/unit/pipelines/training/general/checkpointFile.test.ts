import { expect, test } from 'vitest';
import {
  generalCheckpointBytes,
  generalHash,
  readGeneralCheckpoint,
} from '../../../../../src/pipelines/training/general/checkpointFile.ts';
import { parseRecipe } from '../../../../../src/pipelines/training/general/recipe.ts';

const text = {
  seed: 1,
  steps: 10,
  batch: 2,
  patchPx: 96,
  learningRate: 1e-3,
  signalToNoise: { low: 0.1, high: 1 },
  extents: { low: 0.7, high: 1.1 },
};
const recipe = parseRecipe('r.json', JSON.stringify(text));
const checkpoint = {
  tensors: new Map([['a.weight', { dtype: 'F32' as const, shape: [2], data: Float32Array.of(1, 2) }]]),
  metadata: new Map([['cryolite.training', '{"step":7}']]),
};

test('a general training goes on by the recipe that it began with, and by no other', async () => {
  const hash = await generalHash(recipe, [], undefined);
  const bytes = generalCheckpointBytes(checkpoint, hash);
  const back = readGeneralCheckpoint('c', bytes, await generalHash(recipe, [], undefined));
  // What is mixed in after the last step may be chosen anew.
  expect(await generalHash({ ...recipe, startShare: 0.4 }, [], undefined)).toBe(hash);
  expect(back.tensors).toEqual(checkpoint.tensors);
  expect(back.metadata.get('cryolite.training')).toBe('{"step":7}');
  for (const other of [
    await generalHash({ ...recipe, seed: 2 }, [], undefined),
    await generalHash(recipe, [{ name: 'a', share: 1, pictures: [] }], undefined),
    await generalHash(recipe, [], 'weights'),
  ]) {
    expect(() => readGeneralCheckpoint('c', bytes, other)).toThrow(
      'c is of other recipes, micrographs or weights: give those that it began with, or train anew.',
    );
  }
});
