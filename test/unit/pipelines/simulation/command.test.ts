/** What `cryolite simulate` refuses before it looks for a GPU. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../cli/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'cryolite-simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const out = join(folder, 'new', 'movie.mrc');

test.each<[string[], RegExp]>([
  [['--gain'], /--gain is about movies: give --frames too/],
  [['--mode', 'int16'], /--mode is about movies/],
  [['--drift', '3'], /--drift is about movies/],
  [['--hot', '0'], /--hot is about movies/],
  [['--frames', '4', '--mode', 'int8'], /Allowed choices are uint8, int16, uint16, float32/],
  [['--frames', 'many'], /It must be a whole number/],
  [['--frames', '4', '--drift', 'far'], /It must be a number/],
  [['--contaminants', 'snow'], /kinds are crystals, hexagonal, carbon, gold, ethane, dirt/],
  [['--contaminants', 'gold=x'], /It must be kinds and numbers/],
  [['--snr', '0.1', '--dose', '40'], /give one of --snr and --dose/],
  [['--mass', '500'], /are about a volume: give --volume too/],
  [['--volume', 'v.mrc', '--diameter', '100'], /--volume brings its own shape and diameter/],
  [['--camera', 'film'], /Allowed choices are perfect, counting, integrating/],
  [['--size', '4096x'], /two as in 4096x3072/],
  [['--size', '100x200x300'], /two as in 4096x3072/],
  [['--size', '-64'], /two as in 4096x3072/],
])('%j is wrong usage, and leaves nothing behind', async (options, words) => {
  const { code, stderr } = await run(['simulate', out, ...options]);
  expect(code).toBe(2);
  expect(stderr).toMatch(words);
  expect(existsSync(join(folder, 'new'))).toBe(false);
});
