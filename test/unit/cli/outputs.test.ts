import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  aboutFile,
  isMicrographName,
  micrographName,
  planOutputs,
  refuseExisting,
  refuseReplacing,
} from '../../../src/cli/outputs.ts';
import { UsageError } from '../../../src/core/errors.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-outputs-'));
afterAll(() => rmSync(root, { recursive: true }));

test('names a result after its input, dots and all', () => {
  const names = [
    '/a/b.mrc',
    'May08_03.05.02.MRCS',
    'x.tif',
    'FoilHole_1.2_fractions.eer',
    'm.mrc.bz2',
    'grid.png',
    'n.txt',
  ];
  expect(names.map(micrographName)).toEqual([
    'b',
    'May08_03.05.02',
    'x',
    'FoilHole_1.2_fractions',
    'm',
    'grid',
    'n.txt',
  ]);
  expect(names.filter((name) => !isMicrographName(name))).toEqual(['n.txt']);
});

test('plans one output an input and makes the folder', async () => {
  const folder = join(root, 'new', 'deep');
  const outputs = await planOutputs(['in/a.mrc', 'in/b.mrc', 'in/a.mrc'], folder, '.star');
  expect([...outputs]).toEqual([
    ['in/a.mrc', join(folder, 'a.star')],
    ['in/b.mrc', join(folder, 'b.star')],
  ]);
  expect(existsSync(folder)).toBe(true);
});

test('refuses two inputs for one output, and an input that would replace itself', async () => {
  await expect(planOutputs(['x/a.mrc', 'y/a.map'], root, '.star')).rejects.toThrow(
    /x\/a\.mrc and y\/a\.map would both be written to .*a\.star/,
  );
  const raw = join(root, 'raw.mrc');
  await expect(planOutputs([raw], join(root, 'x', '..'), '.mrc')).rejects.toThrow(
    `${raw} would be replaced by its own result: give another output.`,
  );
});

test('says no before the work', async () => {
  const path = join(root, 'there.star');
  writeFileSync(path, '');
  await expect(refuseExisting([join(root, 'none'), path], false)).rejects.toMatchObject({ code: 'exists' });
  await refuseExisting([path], true);
  for (const overwrite of [false, true]) {
    const refused = refuseExisting([root], overwrite);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(`${root} is a folder: give the name of a file.`);
  }
});

test('no result takes the place of what it is made of, whatever its path is called', async () => {
  const input = join(root, 'in.npy');
  writeFileSync(input, '');
  symlinkSync(root, join(root, 'link'));
  symlinkSync(input, join(root, 'other.npy'));
  mkdirSync(join(root, 'sub'));
  const others = ['.//in.npy', 'sub/../in.npy', 'link/in.npy', 'other.npy'].map((name) => `${root}/${name}`);
  for (const output of [input, ...others]) {
    const message = `${input} would be replaced by its own result: give another output.`;
    await expect(refuseReplacing([input, undefined], [undefined, output])).rejects.toThrow(message);
  }
  const raw = join(root, 'raw.mrc');
  await expect(planOutputs([raw], join(root, 'link'), '.mrc')).rejects.toThrow(`${raw} would be replaced`);
  await expect(refuseReplacing([], [join(root, 'new'), join(root, 'link', 'new')])).rejects.toThrow(
    `Two results would be written to ${join(root, 'new')}: give them different names.`,
  );
  await refuseReplacing([input], [join(root, 'sub', 'in.npy'), join(root, 'none', 'in.npy')]);
});

test('keeps what does not suit one input to that input', async () => {
  const refused = aboutFile('a.mrc', async () => {
    throw new UsageError('its pixel size is not known.');
  });
  await expect(refused).rejects.toMatchObject({
    code: 'unsuitable',
    message: 'a.mrc: its pixel size is not known.',
  });
  const other = aboutFile('a.mrc', async () => {
    throw new RangeError('bug');
  });
  await expect(other).rejects.toThrow(RangeError);
});
