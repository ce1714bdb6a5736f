import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  isFolder,
  listFiles,
  nodeFileSink,
  nodeFileSource,
  withFile,
  writeTextFile,
} from '../../../src/platform/node/files.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-files-'));
let folder = root;
let number = 0;
beforeEach(() => {
  folder = join(root, String(number++));
  mkdirSync(folder);
});
afterAll(() => rmSync(root, { recursive: true }));

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('a file as a source', () => {
  it('gives any range, and no other', async () => {
    const path = join(folder, 'a.bin');
    writeFileSync(path, bytes(1, 2, 3, 4, 5));
    const source = await nodeFileSource(path);
    expect([source.name, source.size]).toEqual(['a.bin', 5]);
    expect(await source.read(1, 3)).toEqual(bytes(2, 3, 4));
    expect(await source.read(5, 0)).toEqual(bytes());
    await expect(source.read(3, 3)).rejects.toThrow(RangeError);
    await expect(source.read(-1, 1)).rejects.toThrow(RangeError);
    truncateSync(path, 2);
    await expect(source.read(1, 3)).rejects.toThrow(/shorter than it was/);
    await source.close();
  });

  it('is closed even when the work fails', async () => {
    const path = join(folder, 'a.bin');
    writeFileSync(path, bytes(1));
    let read: (() => Promise<unknown>) | undefined;
    const work = withFile(path, async (source) => {
      read = () => source.read(0, 1);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    await expect(read?.()).rejects.toThrow(/closed/);
  });

  it('says why it is none', async () => {
    await expect(nodeFileSource(join(folder, 'none.mrc'))).rejects.toMatchObject({
      code: 'no-file',
      message: expect.stringMatching(/none\.mrc can't be read: it does not exist\.$/),
    });
    await expect(nodeFileSource(folder)).rejects.toThrow(/not a file but a folder/);
  });
});

describe('a file as a sink', () => {
  it('has nothing under its name before it is closed', async () => {
    const path = join(folder, 'out.bin');
    const sink = await nodeFileSink(path, { overwrite: false });
    await sink.write(bytes(1, 2));
    await sink.write(bytes(3));
    expect(readdirSync(folder)).not.toContain('out.bin');
    await sink.close();
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    expect(readdirSync(folder)).toEqual(['out.bin']);
  });

  it('leaves nothing when it is aborted, and the old file when it was to replace one', async () => {
    const path = join(folder, 'out.bin');
    writeFileSync(path, bytes(9));
    const sink = await nodeFileSink(path, { overwrite: true });
    await sink.write(bytes(1));
    await sink.abort();
    await sink.abort();
    expect(readdirSync(folder)).toEqual(['out.bin']);
    expect([...readFileSync(path)]).toEqual([9]);
  });

  it('overwrites only when asked', async () => {
    const path = join(folder, 'out.txt');
    await writeTextFile(path, 'first', { overwrite: false });
    await expect(writeTextFile(path, 'second', { overwrite: false })).rejects.toMatchObject({
      code: 'exists',
      message: expect.stringMatching(/exists already: give --overwrite/),
    });
    expect(readFileSync(path, 'utf8')).toBe('first');
    await writeTextFile(path, 'third', { overwrite: true });
    expect(readFileSync(path, 'utf8')).toBe('third');
  });

  it('does not overwrite a file that came while it was written', async () => {
    const path = join(folder, 'out.bin');
    const sink = await nodeFileSink(path, { overwrite: false });
    writeFileSync(path, bytes(7));
    await expect(sink.close()).rejects.toMatchObject({ code: 'exists' });
    await sink.abort();
    expect([...readFileSync(path)]).toEqual([7]);
    expect(readdirSync(folder)).toEqual(['out.bin']);
  });

  it('takes no folder’s place', async () => {
    for (const overwrite of [false, true]) {
      await expect(nodeFileSink(folder, { overwrite })).rejects.toThrow(
        `${folder} is a folder: give the name of a file.`,
      );
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says when there is no such folder', async () => {
    await expect(nodeFileSink(join(folder, 'none', 'a.bin'), { overwrite: true })).rejects.toThrow(
      /can't be written: its folder does not exist/,
    );
  });
});

it('listFiles goes by extension, in order', async () => {
  for (const name of ['b.star', 'a.STAR', 'c.csv', '.hidden.star', 'd.mrc'])
    writeFileSync(join(folder, name), '');
  mkdirSync(join(folder, 'e.star'));
  expect(await listFiles(folder, ['.star', '.csv'])).toEqual(
    ['a.STAR', 'b.star', 'c.csv'].map((n) => join(folder, n)),
  );
  await expect(listFiles(join(folder, 'none'), [])).rejects.toMatchObject({ code: 'no-file' });
  expect([await isFolder(folder), await isFolder(join(folder, 'd.mrc')), await isFolder('none')]).toEqual([
    true,
    false,
    false,
  ]);
});
