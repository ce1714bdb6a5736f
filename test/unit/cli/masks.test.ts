import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { CommandContext } from '../../../src/cli/command.ts';
import { applyMasks, checkMaskOptions, findMasksIn, keptOutWords } from '../../../src/cli/masks.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-mask-names-'));
afterAll(() => rmSync(root, { recursive: true }));
const folder = join(root, 'masks');
mkdirSync(folder);
for (const name of ['a.mrc', 'a_mask.mrc', 'b_mask.png', 'c_1.mrc', 'c_2.mrc', 'notes.txt']) {
  writeFileSync(join(folder, name), '');
}
const micrographs = ['x/a.mrc', 'x/b.tif', 'x/c.mrc', 'x/d.mrc'];

test('masks go by their micrograph’s name: the same, or the only one that goes on from it', async () => {
  const find = await findMasksIn([folder], micrographs);
  expect(micrographs.map(find)).toEqual([
    join(folder, 'a.mrc'),
    join(folder, 'b_mask.png'),
    undefined,
    undefined,
  ]);
});

test('a single file serves a single micrograph whatever it is called, but not several', async () => {
  const file = join(folder, 'b_mask.png');
  expect((await findMasksIn([file], ['x/d.mrc']))('x/d.mrc')).toBe(file);
  const find = await findMasksIn([file], micrographs);
  expect(micrographs.map(find)).toEqual([undefined, file, undefined, undefined]);
  expect((await findMasksIn(undefined, micrographs))('x/a.mrc')).toBeUndefined();
});

test('a micrograph without a mask is said, whatever the method is; one without --mask is not', async () => {
  const said: string[] = [];
  const context = { warn: (sentence: string) => said.push(sentence) } as unknown as CommandContext;
  const settings = { maskThreshold: 0.5, maskMargin: 0, keepContaminated: false };
  const size = { width: 20, height: 20 };
  const picks = [{ x: 1, y: 1 }];
  for (const mask of [undefined, [folder]]) {
    const options = { ...settings, ...(mask && { mask }) };
    const { kept } = await applyMasks(context, options, {
      file: 'd.mrc',
      picks,
      size,
      diameterPx: 5,
      mask: undefined,
    });
    expect(kept).toEqual(picks);
  }
  expect(said).toEqual(['d.mrc: there is no mask of its name in --mask.']);
});

test('a folder without pictures is refused, and so is what a network does not tell', async () => {
  await expect(findMasksIn([root], micrographs)).rejects.toThrow('holds no pictures (.mrc');
  const options = { maskThreshold: 0.5, maskMargin: 0, keepContaminated: false };
  expect(() => checkMaskOptions({ ...options, maskOut: 'masks' }, true)).not.toThrow();
  expect(() => checkMaskOptions(options, false)).not.toThrow();
  expect(() => checkMaskOptions({ ...options, keepContaminated: true }, false)).toThrow('leave them out');
  expect([keptOutWords(0), keptOutWords(7)]).toEqual(['', '7 kept out by the mask, ']);
});
