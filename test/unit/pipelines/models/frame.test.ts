import { expect, test } from 'vitest';
import { add, pad, pool, upsample } from '../../../../src/nn/build.ts';
import type { Graph } from '../../../../src/nn/layers.ts';
import { frameFor } from '../../../../src/pipelines/models/frame.ts';

/** Halves and joins: with the padding that an odd width had when the network was exported, or without. */
const halving = (right: number): Graph => ({
  name: 'net',
  channels: 1,
  layers: [
    pool('maxPool', 'a', 'input', 2),
    upsample('u', 'a', 2),
    pad('p', 'u', { left: 0, right, top: 0, bottom: 0 }),
    add('s', ['p', 'input']),
  ],
});

test.each([
  [0, 7, 9, { width: 8, height: 10 }],
  [0, 8, 10, { width: 8, height: 10 }],
  [1, 7, 9, { width: 7, height: 10 }],
  [1, 8, 10, { width: 9, height: 10 }],
])('a network with %i px of padding is run on a frame round %i × %i px', (right, width, height, frame) => {
  expect(frameFor(halving(right), { width, height })).toEqual(frame);
});
