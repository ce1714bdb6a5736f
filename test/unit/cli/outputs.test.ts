import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  aboutFile,
  isMicrographName,
  micrographName,
  planOutputs,
  refuseExisting,
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
    `${raw} would be replaced by its own result: give another folder.`,
  );
});

test('says no before the work', async () => {
  const path = join(root, 'there.star');
  writeFileSync(path, '');
  await expect(refuseExisting([join(root, 'none'), path], false)).rejects.toMatchObject({ code: 'exists' });
  await refuseExisting([path], true);
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
