import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameParts } from '../../../src/ui/controls/nameParts.ts';

test('a name breaks after what parts its words', () => {
  expect(nameParts('May08_05.53.51_avg.mrc')).toEqual(['May08_', '05.53.51_', 'avg.mrc']);
  expect(nameParts('stack-0001__a b.tif')).toEqual(['stack-', '0001__', 'a ', 'b.tif']);
  expect(nameParts('_odd_')).toEqual(['_', 'odd_']);
  expect(nameParts('.hidden')).toEqual(['.hidden']);
});

test('no letter of a name is lost', () => {
  fc.assert(fc.property(fc.string(), (name) => nameParts(name).join('') === name));
});
