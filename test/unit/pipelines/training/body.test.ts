import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  addParticle,
  emptySums,
  type Point,
  type RadialTemplate,
  templateOf,
} from '../../../../src/pipelines/template/profile.ts';
import { bodyDiameter, exclusionOf } from '../../../../src/pipelines/training/body.ts';
import type { SplitExample } from '../../../../src/pipelines/training/split.ts';

const side = 64;

/** The mean of one particle whose darkness depends on the distance from the middle, in noise. */
function templateFrom(profile: (radius: number) => number, noise = 0): RadialTemplate {
  const random = createRandom(7);
  const data = new Float32Array(side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      data[y * side + x] = profile(Math.hypot(x - 31.5, y - 31.5)) + noise * random.normal();
  const sums = emptySums(20);
  addParticle(sums, { data, width: side, height: side }, { x: 31.5, y: 31.5 });
  const template = templateOf(sums);
  if (!template) throw new Error('There is nothing to be seen.');
  return template;
}

test('a ball, a shell and a shell in noise are as wide as they are; fringes around them do not count', () => {
  const ball = templateFrom((r) => (r < 11 ? -1 : 0));
  expect(Math.abs(bodyDiameter(ball) - 22)).toBeLessThan(2);
  const shell = (r: number): number => (r > 7 && r < 11 ? -1 : r > 12 && r < 15 ? 0.7 : 0);
  expect(Math.abs(bodyDiameter(templateFrom(shell)) - 22)).toBeLessThan(2);
  expect(Math.abs(bodyDiameter(templateFrom(shell, 0.5)) - 22)).toBeLessThan(4);
});

test('one that is dark in the middle and fades is narrower than its longest extent', () => {
  const fading = templateFrom((r) => -Math.exp(-((r / 5) ** 2)));
  expect(bodyDiameter(fading)).toBeLessThan(14);
});

function example(labels: readonly Point[], heldOut: readonly Point[] = []): SplitExample {
  const picture = { data: new Float32Array(400 * 400), width: 400, height: 400 };
  return { name: 'one', picture, labels, heldOut, band: { top: 0, bottom: 0 } };
}

/** Labels on a grid: neighbours are as far apart as by chance, if not nearer than a body. */
const grid = (step: number, count: number): Point[] =>
  Array.from({ length: count }, (_, i) => ({ x: 20 + (i % 8) * step, y: 20 + Math.floor(i / 8) * step }));

test('labels that lie in each other speak against it, a slip of the hand does not', () => {
  const ball = templateFrom((r) => (r < 11 ? -1 : 0));
  const apart = grid(45, 40);
  const beside = (many: number): Point[] => apart.slice(0, many).map(({ x, y }) => ({ x: x + 16, y }));
  expect(exclusionOf(ball, [example(apart)], 24, 12)).toBe(bodyDiameter(ball));
  expect(exclusionOf(ball, [example(apart, beside(2))], 24, 12)).toBe(bodyDiameter(ball));
  expect(exclusionOf(ball, [example(apart, beside(30))], 24, 12)).toBe(0);
});

test('all particles of one corner say the same as some of the whole picture', () => {
  const ball = templateFrom((r) => (r < 11 ? -1 : 0));
  // Touching bodies, and four clicks beside the middle: by the whole picture's area those would be many.
  const corner = grid(24, 32);
  const slips = corner.slice(0, 4).map(({ x, y }) => ({ x: x + 3, y: y + 17 }));
  expect(exclusionOf(ball, [example(corner, slips)], 24, 12)).toBe(bodyDiameter(ball));
});

test('fifty thousand labels are a sample, too', () => {
  const ball = templateFrom((r) => (r < 11 ? -1 : 0));
  const crowd = Array.from({ length: 50_000 }, (_, i) => ({ x: (i * 7919) % 997, y: (i * 104_729) % 991 }));
  expect(exclusionOf(ball, [example(crowd)], 24, 12)).toBe(0);
});

test('a body narrower than what candidates are apart anyway excludes nothing', () => {
  const narrow = templateFrom((r) => (r < 5 ? -1 : 0));
  expect(exclusionOf(narrow, [example([])], 24, 12)).toBe(0);
});
