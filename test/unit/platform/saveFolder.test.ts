import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { archiveFolder, realFolder } from '../../../src/platform/browser/saveFolder.ts';

const text = (content: string): Blob => new Blob([content]);

describe('a folder', () => {
  const files = new Map<string, string>();
  let aborted = 0;
  let troubleOf: 'write' | 'close' | undefined;
  let refusal = 'NotFoundError';
  const handle = {
    name: 'project',
    getFileHandle: async (name: string, options?: { readonly create: boolean }) => {
      if (!options?.create && !files.has(name)) throw new DOMException('No.', refusal);
      if (options?.create) files.set(name, '');
      return {
        createWritable: async () => ({
          write: async (content: Blob) => {
            if (troubleOf === 'write') throw new DOMException('The disk is full.', 'QuotaExceededError');
            files.set(name, await content.text());
          },
          close: async () => {
            if (troubleOf === 'close') throw new DOMException('The disk is full.', 'QuotaExceededError');
          },
          abort: async () => {
            aborted++;
          },
        }),
      };
    },
    removeEntry: async (name: string) => void files.delete(name),
  } as unknown as FileSystemDirectoryHandle;
  beforeEach(() => {
    files.clear();
    aborted = 0;
    troubleOf = undefined;
    refusal = 'NotFoundError';
  });

  test('replaces nothing, and takes back what it wrote and nothing else', async () => {
    files.set('old.txt', 'old');
    const folder = realFolder(handle);
    await folder.checkFree(['a.txt', 'b.txt']);
    await folder.write('a.txt', text('a'));
    await expect(folder.write('old.txt', text('new'))).rejects.toThrow(/has a file old\.txt already/);
    await expect(folder.checkFree(['b.txt', 'a.txt'])).rejects.toMatchObject({ code: 'exists' });
    await folder.discard();
    expect([...files]).toEqual([['old.txt', 'old']]);
  });

  test.each(['write', 'close'] as const)('leaves nothing behind when %s fails', async (where) => {
    troubleOf = where;
    await expect(realFolder(handle).write('a.txt', text('a'))).rejects.toThrow('The disk is full.');
    expect([aborted, files.size]).toEqual([1, 0]);
  });

  test('that may not be looked into is not an empty one; a folder of the name is in the way', async () => {
    refusal = 'NotAllowedError';
    await expect(realFolder(handle).write('a.txt', text('a'))).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
    refusal = 'TypeMismatchError';
    await expect(realFolder(handle).write('a.txt', text('a'))).rejects.toMatchObject({ code: 'exists' });
    expect(files.size).toBe(0);
  });
});

describe('an archive', () => {
  let made: Blob | undefined;
  beforeEach(() => {
    made = undefined;
    vi.stubGlobal('document', { createElement: () => ({ click: () => {} }) });
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      if (blob instanceof Blob) made = blob;
      return 'blob:test';
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
  const names = ['a.mrcs', 'ä.star'] as const;
  const write = async (largest?: number): Promise<Blob | undefined> => {
    const archive = archiveFolder('all.zip', largest);
    for (const name of names) await archive.write(name, text(`in ${name}`));
    await archive.close();
    return made;
  };

  test('holds its files, and no more than 32-bit offsets reach: what is too large is refused whole', async () => {
    const blob = await write();
    const held = unzipSync(new Uint8Array((await blob?.arrayBuffer()) ?? []));
    expect(Object.entries(held).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)])).toEqual(
      names.map((name) => [name, `in ${name}`]),
    );
    const size = blob?.size ?? 0;
    expect((await write(size))?.size).toBe(size);
    await expect(write(size - 1)).rejects.toMatchObject({ code: 'too-large' });
    // What was there before stays whole, and something smaller still goes in.
    const archive = archiveFolder('all.zip', size);
    await archive.write(names[0], text(`in ${names[0]}`), size / 3);
    await expect(archive.write('b', text(`in ${names[1]}`), 1000)).rejects.toThrow(/fewer micrographs/);
    await archive.write('b', text('b'));
    await archive.close();
    expect(Object.keys(unzipSync(new Uint8Array((await made?.arrayBuffer()) ?? [])))).toEqual([
      names[0],
      'b',
    ]);
  });

  test('reads large contents piece by piece', async () => {
    const content = new Blob([new Uint8Array(2 ** 24 + 5).fill(7)]);
    content.arrayBuffer = () => Promise.reject(new Error('All at once.'));
    const archive = archiveFolder('all.zip');
    await archive.write('a', content);
    await archive.close();
    const [held] = Object.values(unzipSync(new Uint8Array((await made?.arrayBuffer()) ?? [])));
    expect([held?.length, held?.at(-1)]).toEqual([2 ** 24 + 5, 7]);
  });

  test('that was given up, or that half a file got into, is not saved', async () => {
    const archive = archiveFolder('all.zip');
    await archive.write('a', text('a'));
    await archive.discard();
    await expect(archive.close()).rejects.toThrow('all.zip was given up.');
    const broken = archiveFolder('all.zip');
    const content = text('b');
    content.slice = () => {
      throw new Error('The file has gone.');
    };
    await expect(broken.write('b', content)).rejects.toThrow('The file has gone.');
    await expect(broken.close()).rejects.toThrow('The file has gone.');
    expect(made).toBeUndefined();
  });
});
