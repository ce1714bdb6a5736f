import { expect, test } from 'vitest';
import { TemplateExamples } from '../../../../src/pipelines/template/examples.ts';
import { addParticle, emptySums } from '../../../../src/pipelines/template/profile.ts';

const picture = { data: Float32Array.from({ length: 144 }, (_, i) => i % 7), width: 12, height: 12 };

function sumsOf(...centres: { x: number; y: number }[]) {
  const sums = emptySums(3);
  for (const centre of centres) addParticle(sums, picture, centre);
  return sums;
}

test('a micrograph hears of the particles on all others, not of its own', () => {
  const examples = new TemplateExamples();
  const [a, b, c] = [sumsOf({ x: 3, y: 4 }), sumsOf({ x: 6, y: 5 }), sumsOf({ x: 8, y: 8 })];
  examples.set('a', a, 1);
  expect(examples.elsewhere('a')).toBeUndefined();
  expect(examples.elsewhere('b')?.totals).toEqual(a.totals);
  examples.set('b', b, 2);
  examples.set('c', c, 4);
  expect(examples.count).toEqual({ particles: 7, micrographs: 3 });
  const expected = a.totals.map((value, i) => value + (c.totals[i] ?? 0));
  expect(examples.elsewhere('b')?.totals).toEqual(expected);
});

test('what is picked anew takes the place of what was known, and what is taken away is forgotten', () => {
  const examples = new TemplateExamples();
  examples.set('a', sumsOf({ x: 3, y: 4 }), 1);
  const newer = sumsOf({ x: 5, y: 5 }, { x: 7, y: 6 });
  examples.set('a', newer, 2);
  expect(examples.elsewhere('b')?.weights).toEqual(newer.weights);
  examples.set('a', undefined, 0);
  expect(examples.elsewhere('b')).toBeUndefined();
  expect(examples.count).toEqual({ particles: 0, micrographs: 0 });
});
