import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { checkConsensus, consensusOf } from '../../../../src/pipelines/consensus/consensus.ts';
import { groupPicks } from '../../../../src/pipelines/consensus/group.ts';
import { believedPicks } from '../../../../src/pipelines/consensus/trust.ts';

const listsOf = (...given: Parameters<typeof consensusOf>) => consensusOf(...given).micrographs;
const at = (x: number, y: number, score = 1) => ({ x, y, score });

describe('groups of picks', () => {
  test('the nearest of two sets belong together, and nobody twice', () => {
    const groups = groupPicks([[at(0, 0), at(8, 0)], [at(5, 0)]], 6);
    expect(groups).toEqual([
      [{ set: 0, pick: 0 }],
      [
        { set: 0, pick: 1 },
        { set: 1, pick: 0 },
      ],
    ]);
  });

  test('no two of a group are further apart than the radius', () => {
    // A chain: the ends are 8 apart.
    const groups = groupPicks([[at(0, 0)], [at(4, 0)], [at(8, 0.5)]], 5);
    expect(groups.map((group) => group.length).sort()).toEqual([1, 2]);
  });

  test('lists that nobody has thinned are refused before all their pairs are made', () => {
    const crowd = Array.from({ length: 3000 }, () => at(3, 3));
    expect(() => groupPicks([crowd, crowd], 5)).toThrow(
      'Too many of the 6000 picks lie within 5.0 px of each other: thin them out first',
    );
  });

  test('each pick is in one group, whatever the crowd', () => {
    const random = createRandom(4);
    const sets = [40, 60, 25].map((count) =>
      Array.from({ length: count }, () => at(90 * random.uniform(), 90 * random.uniform())),
    );
    const groups = groupPicks(sets, 12);
    const seen = groups.flat().map(({ set, pick }) => `${set}/${pick}`);
    expect(new Set(seen).size).toBe(125);
    expect(seen).toHaveLength(125);
    for (const group of groups) {
      expect(new Set(group.map(({ set }) => set)).size).toBe(group.length);
      for (const a of group)
        for (const b of group) {
          const [p, q] = [sets[a.set]?.[a.pick], sets[b.set]?.[b.pick]];
          expect(Math.hypot((p?.x ?? 0) - (q?.x ?? 0), (p?.y ?? 0) - (q?.y ?? 0))).toBeLessThanOrEqual(12);
        }
    }
  });
});

describe('believed picks', () => {
  const list = (...parts: [number, string][]) =>
    parts.flatMap(([times, agrees]) =>
      Array.from({ length: times }, () => [...agrees].map((c) => c === '1')).flat(),
    );

  test('end where others stop to agree', () => {
    // Nine of ten, then one of five: chance.
    expect(believedPicks(list([6, '1111011111'], [30, '00100']))).toBe(60);
  });

  test('are all of a list that agrees as well, or as badly, everywhere', () => {
    expect(believedPicks(list([20, '11011']))).toBe(100);
    expect(believedPicks(list([20, '00100']))).toBe(100);
    expect(believedPicks(list([40, '1']))).toBe(40);
    expect(believedPicks([])).toBe(0);
    // Better at the end: nothing to be cut there.
    expect(believedPicks(list([30, '0'], [30, '1']))).toBe(60);
  });
});

describe('what methods agree on', () => {
  const micrograph = [
    [at(10, 10, 0.9), at(50, 50, 0.8), at(90, 10, 0.1)],
    [at(12, 10, 7), at(50, 52, 9)],
  ];

  test('enough of them, at a place between, the best first', () => {
    const [picks = []] = listsOf([micrograph], { radiusPx: 5, least: 2 });
    expect(picks.map(({ sets }) => sets)).toEqual([
      [0, 1],
      [0, 1],
    ]);
    // Two particles; ranks 0 and 1 in either set: (1 + 2/3) / 2 for both, so that reading order decides.
    for (const { score } of picks) expect(score).toBeCloseTo(5 / 6, 12);
    // The better pick draws: 10 with 1, 12 with 2/3.
    expect(picks[0]?.x).toBeCloseTo((10 + 12 * (2 / 3)) / (1 + 2 / 3), 12);
  });

  test('one is enough where that is asked for, but counts less', () => {
    const [picks = []] = listsOf([micrograph], { radiusPx: 5, least: 1 });
    expect(picks).toHaveLength(3);
    expect(picks[2]?.sets).toEqual([0]);
    expect(picks[2]?.score).toBeLessThan(0.5);
  });

  test('scores may have any scale, ranks are over all micrographs', () => {
    const second = [[at(30, 30, 0.85)], [at(30, 30, 8)]];
    const scaled = (one: typeof micrograph) =>
      one.map((set) => set.map((p) => ({ ...p, score: 3 * p.score - 7 })));
    const options = { radiusPx: 5, least: 2 };
    const found = consensusOf([micrograph, second], options);
    expect(consensusOf([scaled(micrograph), scaled(second)], options)).toEqual(found);
    // Three particles; second in both sets.
    expect(found.micrographs[1]?.[0]?.score).toBeCloseTo(3 / 4, 12);
  });

  test('picks without scores share their rank', () => {
    const byHand = [at(10, 10), at(50, 50)].map(({ x, y }) => ({ x, y }));
    const [picks = []] = listsOf([[byHand, micrograph[1] ?? []]], { radiusPx: 5, least: 2 });
    expect(picks.map(({ y }) => Math.round(y))).toEqual([51, 10]);
  });

  test('what agrees by chance down long lists is listed, but is below the suggested threshold', () => {
    const random = createRandom(9);
    const side = 1000;
    const anywhere = () => ({ x: side * random.uniform(), y: side * random.uniform() });
    const particles = Array.from({ length: 80 }, anywhere);
    // Both find 80 particles first, each a little beside, then as much noise as fits.
    const list = () => [
      ...particles.map(({ x, y }) => at(x + random.normal(), y + random.normal(), 5 + random.uniform())),
      ...Array.from({ length: 400 }, () => ({ ...anywhere(), score: random.uniform() })),
    ];
    const { micrographs, suggestedThreshold } = consensusOf([[list(), list()]], { radiusPx: 15, least: 2 });
    const [picks = []] = micrographs;
    const above = picks.filter(({ score }) => score >= suggestedThreshold);
    const isTrue = ({ x, y }: { x: number; y: number }) =>
      particles.some((one) => Math.hypot(one.x - x, one.y - y) < 6);
    expect(picks.length).toBeGreaterThan(150);
    expect(above.length).toBeLessThan(90);
    expect(above.filter(isTrue).length).toBeGreaterThan(75);
  });

  test.each([
    [1, 1, 0.25],
    [3, 4, 0.25],
    [3, 0, 0.25],
    [3, 2, 0.9],
  ])('%i sets, %i to agree, %f diameters make no sense', (sets, least, radius) => {
    expect(() => checkConsensus(sets, least, radius)).toThrow(/diameters|agree|two methods/);
  });
});
