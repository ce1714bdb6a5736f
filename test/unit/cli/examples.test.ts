import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseExamples, countExamples, readExamples } from '../../../src/cli/examples.ts';
import { memorySink } from '../../../src/core/bytes.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { writeStarPicks } from '../../../src/formats/star/picks.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-examples-'));
afterAll(() => rmSync(root, { recursive: true }));
const path = (...parts: string[]): string => join(root, ...parts);
const [a, b, bad] = [path('a_avg.mrc'), path('b.mrc'), path('bad.mrc')];
const star = (...xs: number[]): string =>
  writeStarPicks(xs.map((x) => ({ x, y: 1, score: 1, origin: 'manual' })));

beforeAll(async () => {
  const sink = memorySink();
  await writeMrc(sink, { width: 9, height: 8, pixelSizeAngstrom: 2 }, [new Float32Array(72)]);
  for (const file of [a, b]) writeFileSync(file, sink.bytes());
  writeFileSync(bad, 'no micrograph');
  mkdirSync(path('clicks'));
  writeFileSync(path('clicks', 'a.star'), star(1, 2, 3));
  writeFileSync(path('one.star'), star(4));
});

describe('examples', () => {
  it('belong to a micrograph by name, and not every one has some', async () => {
    const examples = await readExamples([a, b, bad], [path('clicks')], '--examples');
    expect([...examples.keys()]).toEqual([a]);
    expect(examples.get(a)?.map(({ x }) => x)).toEqual([1, 2, 3]);
    expect(countExamples(examples)).toBe(3);
  });

  it('in a single file serve a single micrograph whatever it is called, but not several', async () => {
    expect(countExamples(await readExamples([b], [path('one.star')], '--examples'))).toBe(1);
    await expect(readExamples([a, b], [path('one.star')], '--examples')).rejects.toThrow('--examples');
  });

  it('are drawn at random over all micrographs, the same for the same seed', () => {
    const places = (count: number) => Array.from({ length: count }, (_, x) => ({ x, y: 0 }));
    const all = new Map([
      ['a', places(60)],
      ['b', places(40)],
    ]);
    const some = chooseExamples(all, 30, 5);
    expect(countExamples(some)).toBe(30);
    expect([...some.keys()].sort()).toEqual(['a', 'b']);
    for (const chosen of some.values()) expect(new Set(chosen).size).toBe(chosen.length);
    expect(chooseExamples(all, 30, 5)).toEqual(some);
    expect(chooseExamples(all, 30, 6)).not.toEqual(some);
    expect(countExamples(chooseExamples(all, 100, 1))).toBe(100);
    expect(() => chooseExamples(all, 101, 1)).toThrow('--labels 101 is more than the 100 examples');
  });
});
