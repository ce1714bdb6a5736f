import { expect, test } from 'vitest';
import {
  type EvidenceGrid,
  type PairLaw,
  sampleArrangements,
} from '../../../../../src/pipelines/picking/arrangement/sampler.ts';

const grid = (width: number, values: readonly number[]): EvidenceGrid => ({
  width,
  height: values.length / width,
  logIntensity: Float64Array.from(values),
});

/** Chances of all cells from all 2ⁿ arrangements. */
function enumerated({ width, logIntensity }: EvidenceGrid, { core, reach, rate }: PairLaw): number[] {
  const n = logIntensity.length;
  const sums = new Array<number>(n).fill(0);
  let total = 0;
  for (let world = 0; world < 2 ** n; world++) {
    const taken = Array.from({ length: n }, (_, i) => i).filter((i) => ((world >> i) & 1) === 1);
    let weight = 1;
    for (const [k, i] of taken.entries()) {
      weight *= Math.exp(logIntensity[i] ?? 0);
      for (const j of taken.slice(0, k)) {
        const away = Math.hypot((i % width) - (j % width), Math.floor(i / width) - Math.floor(j / width));
        weight *= away < core ? 0 : away < reach ? rate(away) : 1;
      }
    }
    total += weight;
    for (const i of taken) sums[i] = (sums[i] ?? 0) + weight;
  }
  return sums.map((sum) => sum / total);
}

test.each([
  ['a row with a core', grid(7, [1, 2, -1, 0.5, 3, 1, 0]), { core: 1.5, reach: 1.5, rate: () => 1 }],
  [
    'a square with a core and a softer rim',
    grid(4, [0, 1, -2, 0, 2, 0, 1, -1, 0, 3, 0, 1]),
    { core: 1.2, reach: 2.5, rate: (cells: number) => (cells < 2 ? 0.1 : 0.5) },
  ],
  [
    'one cell that outshines all others, and some that can never be taken',
    grid(3, [9, 0, 1, Number.NEGATIVE_INFINITY, 0.5, 0, 1, Number.NEGATIVE_INFINITY, -1]),
    { core: 1.2, reach: 2, rate: () => 0.3 },
  ],
] satisfies [string, EvidenceGrid, PairLaw][])(
  'cells are taken as often as in all arrangements together: %s',
  async (_, evidence, law) => {
    const sampled = await sampleArrangements(evidence, law, { sweeps: 20_000 });
    for (const [cell, chance] of enumerated(evidence, law).entries())
      expect(sampled[cell], `cell ${cell}`).toBeCloseTo(chance, 1.5);
  },
);

test('the same seed draws the same, another one does not', async () => {
  const evidence = grid(
    20,
    Array.from({ length: 400 }, (_, i) => Math.sin(i)),
  );
  const law = { core: 3, reach: 5, rate: () => 0.2 };
  const draw = (seed: number) => sampleArrangements(evidence, law, { sweeps: 20, seed });
  expect(await draw(1)).toEqual(await draw(1));
  expect(await draw(1)).not.toEqual(await draw(2));
});

test('no particle where there can be none, and a picture without any place ends at once', async () => {
  const never = new Array<number>(25).fill(Number.NEGATIVE_INFINITY);
  const none = await sampleArrangements(grid(5, never), { core: 1, reach: 2, rate: () => 1 });
  expect(Math.max(...none)).toBe(0);
});

test('who waits between the sweeps can end them', async () => {
  const stop = sampleArrangements(
    grid(3, new Array<number>(9).fill(0)),
    { core: 1, reach: 2, rate: () => 1 },
    {
      sweeps: 10_000,
      pause: (done) =>
        done < 20 ? Promise.resolve() : Promise.reject(new DOMException('stopped', 'AbortError')),
    },
  );
  await expect(stop).rejects.toThrow('stopped');
});
