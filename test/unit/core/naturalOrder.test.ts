import { expect, test } from 'vitest';
import { naturalKey, sortedBy } from '../../../src/core/naturalOrder.ts';

test('numbers in names count as numbers, and case makes no difference', () => {
  const names = ['m10.mrc', 'M9.mrc', 'm1.mrc', 'a/m2.mrc', 'm9.mrc', 'm010.mrc'];
  expect(sortedBy(names, naturalKey)).toEqual([
    'a/m2.mrc',
    'm1.mrc',
    'M9.mrc',
    'm9.mrc',
    'm010.mrc',
    'm10.mrc',
  ]);
  expect(sortedBy(['b', 'a', 'c'], naturalKey, -1)).toEqual(['c', 'b', 'a']);
});
