import { expect, test } from 'vitest';
import { planSums } from '../../../src/cli/sumOutputs.ts';
import { UsageError } from '../../../src/core/errors.ts';

test('one movie goes to the file that is named, or to a folder under its own name', async () => {
  expect([...(await planSums(['in/a.tif'], { output: 'out/sum.mrc', evenOdd: false }))]).toEqual([
    ['in/a.tif', { sum: 'out/sum.mrc', even: undefined, odd: undefined }],
  ]);
  expect([...(await planSums(['in/a.tif', 'b.eer', 'b.eer'], { output: 'out.d', evenOdd: true }))]).toEqual([
    ['in/a.tif', { sum: 'out.d/a.mrc', even: 'out.d/a_EVN.mrc', odd: 'out.d/a_ODD.mrc' }],
    ['b.eer', { sum: 'out.d/b.mrc', even: 'out.d/b_EVN.mrc', odd: 'out.d/b_ODD.mrc' }],
  ]);
  expect((await planSums(['a.mrc'], { output: 's.MRC', evenOdd: true })).get('a.mrc')).toMatchObject({
    even: 's_EVN.mrc',
    odd: 's_ODD.mrc',
  });
});

test.each([
  [['a.mrc', 'b.mrc'], { output: 'sum.mrc' }, 'sum.mrc is one file, but there are 2 movies: give a folder.'],
  [
    ['a.mrc'],
    { output: 'sum.tif' },
    'Sums are written as MRC: give a name that ends in .mrc, or a folder, not sum.tif.',
  ],
  [
    ['x/a.mrc', 'x/b.mrc'],
    { output: 'x' },
    'x/a.mrc would be replaced by its own result: give another output.',
  ],
  [['a.mrc'], { output: './a.mrc' }, 'a.mrc would be replaced by its own result: give another output.'],
  [['a.mrc'], { output: 'g.mrc', gain: 'g.mrc' }, 'g.mrc would be replaced by its own result'],
  [['a.tif', 'a_EVN.mrc'], { output: '.', evenOdd: true }, 'would both be written to a_EVN.mrc'],
  [['a_EVN.mrc'], { output: 'a.mrc', evenOdd: true }, 'a_EVN.mrc would be replaced by its own result'],
  [['x/a.mrc', 'y/a.eer'], { output: 'out' }, 'x/a.mrc and y/a.eer would both be written to out/a.mrc'],
  [['x/a.mrc', 'y/a_ODD.eer'], { output: 'out', evenOdd: true }, 'would both be written to out/a_ODD.mrc'],
])('%j into %j is refused', async (movies, options, message) => {
  const plan = planSums(movies, { evenOdd: false, ...options });
  await expect(plan).rejects.toThrow(UsageError);
  await expect(plan).rejects.toThrow(message);
});
