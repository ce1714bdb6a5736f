import { expect, test } from 'vitest';
import { decodeHalf, encodeHalf } from '../../../src/core/dtype.ts';
import { residualTile } from '../../../src/workers/residualTile.ts';

test('a tile of the residual is the raw tile less the filtered one', () => {
  const tile = (values: readonly number[]) => ({
    width: 2,
    height: 1,
    data: Uint16Array.from(values, encodeHalf),
  });
  const { width, height, data } = residualTile(tile([1.5, -0.25]), tile([0.5, 0.5]));
  expect([width, height, ...[...data].map(decodeHalf)]).toEqual([2, 1, 1, -0.75]);
});
