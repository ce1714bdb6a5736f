import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FormatError } from '../../../../../src/core/errors.ts';
import { parseRecipe } from '../../../../../src/pipelines/training/general/recipe.ts';

const recipes = new URL('../../../../../tools/picker-training/recipes/', import.meta.url);

test.each(['simulated', 'general'])('the recipe %s can be read', (name) => {
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

test.each([
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
