import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeLayout } from '../../../src/cli/layout.ts';
import { memorySink } from '../../../src/core/bytes.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { parseStar } from '../../../src/formats/star/parse.ts';
import { readCoordinateFiles } from '../../../src/formats/star/particles.ts';
import { readStarPicks, writeStarPicks } from '../../../src/formats/star/picks.ts';
import { run } from './run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cryolite-layout-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A micrograph and the STAR file of its picks. */
async function picked(name: string, xs: readonly number[]) {
  const file = join(folder, 'Micrographs', `${name}.mrc`);
  const output = join(folder, 'picks', `${name}.star`);
  for (const above of ['Micrographs', 'picks']) mkdirSync(join(folder, above), { recursive: true });
  const sink = memorySink();
  await writeMrc(sink, { width: 40, height: 30, pixelSizeAngstrom: 1.5 }, [new Float32Array(40 * 30)]);
  writeFileSync(file, sink.bytes());
  writeFileSync(output, writeStarPicks(xs.map((x) => ({ x, y: 7, score: 0.5 }))));
  return { file, output };
}

function silent() {
  const printed: string[] = [];
  return {
    printed,
    context: {
      json: false,
      signal: new AbortController().signal,
      print: (line: string) => void printed.push(line),
      warn: () => {},
      error: () => {},
      job: () => ({}),
    },
  };
}

describe('the layout of a whole run', () => {
  test('is what RELION’s Auto-picking leaves, made of the STAR files that were written', async () => {
    const both = [await picked('a', [3, 9]), await picked('b', [])];
    const { context, printed } = silent();
    const paths = await writeLayout(context, 'relion', join(folder, 'picks'), both, { overwrite: false });
    const list = paths.find((path) => basename(path) === 'autopick.star') ?? '';
    const entries = readCoordinateFiles(list, parseStar(list, readFileSync(list, 'utf8'))) ?? [];
    expect(entries.map(({ micrograph }) => micrograph)).toEqual(['Micrographs/a.mrc', 'Micrographs/b.mrc']);
    const read = entries.map(({ coordinates }) =>
      readStarPicks(coordinates, readFileSync(join(folder, 'picks', coordinates), 'utf8')).map(({ x }) => x),
    );
    expect(read).toEqual([[3, 9], []]);
    expect(printed.join()).toContain('RELION');
  });

  test('replaces nothing unasked', async () => {
    const one = [await picked('a', [3])];
    const { context } = silent();
    const write = (overwrite: boolean) => writeLayout(context, 'eman2', folder, one, { overwrite });
    expect((await write(false)).map((path) => basename(path))).toEqual(['a_info.json']);
    await expect(write(false)).rejects.toThrow(/a_info\.json exists already/);
    expect(await write(true)).toHaveLength(1);
  });
});

test('--resume is refused where it would not be followed', async () => {
  const { file } = await picked('a', []);
  const pick = ['pick', file, '-o', folder, '--diameter', '100', '--resume'];
  expect((await run([...pick, '--method', 'matching', '--reference', file])).stderr).toContain(
    '--resume is for',
  );
  expect((await run([...pick, '--overwrite'])).stderr).toContain('give one of them');
});
