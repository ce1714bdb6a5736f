import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FormatError } from '../../../../../src/core/errors.ts';
import { trainingFamilies } from '../../../../../src/pipelines/simulation/families.ts';
import { parseRecipe } from '../../../../../src/pipelines/training/general/recipe.ts';

const recipes = new URL('../../../../../tools/picker-training/recipes/', import.meta.url);

test.each(['simulated', 'simulated-larger', 'general'])('the recipe %s can be read', (name) => {
  const recipe = parseRecipe(name, readFileSync(new URL(`${name}.json`, recipes), 'utf8'));
  expect(recipe.patchPx % 16).toBe(0);
  expect(recipe.sets.length > 0).toBe(recipe.realShare > 0);
  // Sorted names with truth 1, 4, 7 and 10 of each set are looked at, never learnt from.
  const keptBack = /03\.13\.02|04\.33\.57|05\.55\.31|07\.10\.35|15_17_31|15_33_42|16_26_22|16_55_40/;
  for (const { micrographs } of recipe.sets) {
    expect(micrographs.length).toBe(7);
    for (const file of micrographs) expect(file).not.toMatch(keptBack);
  }
});

const good = {
  seed: 1,
  steps: 10,
  batch: 2,
  patchPx: 96,
  learningRate: 1e-3,
  signalToNoise: { low: 0.1, high: 1 },
  extents: { low: 0.7, high: 1.1 },
};

const set = {
  name: 'a',
  share: 1,
  micrographs: ['a.mrc'],
  picks: 'a.star',
  diameterAngstrom: 100,
};

test('noise and scales of a set are told, or the usual ones', () => {
  const noise = { part: 0.5, low: 2, high: 6 };
  const { sets } = parseRecipe('r.json', JSON.stringify({ ...good, sets: [set, { ...set, noise }] }));
  expect(sets).toMatchObject([{ scales: [1], noise: { part: 0.4, low: 0, high: 1 } }, { noise }]);
});

test('all families are drawn and nothing of the start is kept, unless a recipe says otherwise', () => {
  const read = (more: object) => parseRecipe('r.json', JSON.stringify({ ...good, ...more }));
  expect(read({})).toMatchObject({ families: trainingFamilies, startShare: 0 });
  const own = { families: ['ring', 'ring', 'beads'], startShare: 0.3 };
  expect(read(own)).toMatchObject(own);
});

test.each([
  [{ ...good, families: [] }, 'families should not be empty'],
  [{ ...good, families: ['trefoil'] }, 'families should be of shell, ring'],
  [{ ...good, startShare: 2 }, 'startShare should be a number from 0 to 1'],
  [{ ...good, patchPx: 100 }, 'patchPx should be a multiple of 16'],
  [{ ...good, sets: [{ ...set, micrographs: [] }] }, 'sets[0].micrographs should not be empty'],
  [{ ...good, sets: [{ ...set, scales: [] }] }, 'sets[0].scales should not be empty'],
  [{ ...good, sets: [{ ...set, noise: { low: 0, high: 1 } }] }, 'sets[0].noise.part should be a number'],
  [{ ...good, sets: [{ ...set, noise: { part: 0.5, low: 3, high: 1 } }] }, 'sets[0].noise.high'],
  [{ ...good, sets: [{ ...set, noise: 2 }] }, 'sets[0].noise should be an object'],
  [{ ...good, steps: 0.5 }, 'steps should be a whole number'],
  [{ ...good, signalToNoise: { low: 1, high: 0.1 } }, 'signalToNoise.high'],
  [{ ...good, extents: undefined }, 'extents should be an object'],
  [{ ...good, sets: [{ name: 'a' }] }, 'sets[0].share'],
  [[], 'it should be an object'],
])('what is wrong is named: %#', (recipe, problem) => {
  const read = () => parseRecipe('r.json', JSON.stringify(recipe));
  expect(read).toThrow(FormatError);
  expect(read).toThrow(problem);
});

test('no JSON is no recipe', () => {
  expect(() => parseRecipe('r.json', '{')).toThrow('r.json is no recipe of a training: it is not JSON.');
});
