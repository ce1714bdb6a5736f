import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  besideDrawn,
  type Crowding,
  calibrateCrowding,
  shareOf,
} from '../../../../src/pipelines/training/crowding.ts';

const random = createRandom(5);
const picture = { width: 120, height: 120, data: new Float32Array(120 * 120) };
const labels = Array.from({ length: 16 }, (_, i) => ({
  x: 20.5 + 24 * (i % 4),
  y: 20.5 + 24 * Math.floor(i / 4),
}));
const example = { name: 'one', picture, labels, heldOut: [], band: { top: 0, bottom: 0 } };

/** A comparison of 60 × 60 cells of stride 2: noise of a deviation, and peaks on the labels that stand out by so many of them. */
function comparison(deviation: number, height: number) {
  const data = Float32Array.from({ length: 3600 }, () => deviation * random.normal());
  for (const { x, y } of labels) data[((y - 0.5) / 2) * 60 + (x - 0.5) / 2] = height * deviation;
  return { data, width: 60, height: 60, stride: 2 };
}

test.each([
  ['hardly to be seen in noise: the last word', 1.1, 2.6, 1],
  ['plain to see in noise', 1.1, 6, 0.5],
  ['hardly to be seen in something else than noise', 2.1, 2.6, 0.5],
])('arrangements of particles that are %s', (_, deviation, height, share) => {
  // A pixel is half a cell beside the label's, at most.
  expect(shareOf([example], [comparison(deviation, height)], 6)).toBe(share);
});

const crowding: Crowding = {
  template: { radiusPx: 10, values: new Float64Array(21) },
  share: 1,
  drawn: [
    [
      ...labels.map(({ x, y }) => ({ x, y, score: 0.8 })),
      ...labels.map(({ x, y }) => ({ x: x + 12, y, score: 0.1 })),
    ],
  ],
  crowd: { diameterPx: 24, exclusionPx: 22, separationPx: 12 },
};

test('what is drawn becomes chances by what was said, and the threshold lies between', () => {
  const { arrangement, candidates, threshold } = calibrateCrowding(crowding, [example], [[]]);
  const scores = candidates[0]?.map(({ score }) => score) ?? [];
  expect(scores).toHaveLength(32);
  expect(scores[0]).toBeGreaterThan(0.9);
  expect(scores.at(-1)).toBeLessThan(0.1);
  expect(threshold).toBeGreaterThan(scores.at(-1) ?? 1);
  expect(threshold).toBeLessThanOrEqual(scores[15] ?? 0);
  expect(arrangement).toMatchObject({ share: 1, template: crowding.template });
  expect(arrangement.factor).toBeGreaterThan(0);
});

test('answers turn a drawn place down, and a network has its part where arrangements have not the last word', () => {
  const no = { ...example, labels: labels.slice(0, 8), rejected: labels.slice(8) };
  const all = (share: number) => calibrateCrowding({ ...crowding, share }, [no], [[]]).candidates[0] ?? [];
  const best = (share: number): number => all(share)[0]?.score ?? 0;
  expect(best(1)).toBeGreaterThan(best(0.5));
  const own = [{ x: 20.5, y: 20.5, score: 0.99 }];
  const both = besideDrawn({ ...crowding, share: 0.5 }, 0, own);
  expect(both[0]).toMatchObject({ x: 20.5, y: 20.5 });
  expect(both[0]?.score).toBeGreaterThan(2 * (both[1]?.score ?? 1));
});
