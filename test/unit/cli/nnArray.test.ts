import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPicture, writePicture } from '../../../src/cli/commands/nnArray.ts';
import { readNpyArray, writeNpyArray } from '../../../src/formats/npy/npy.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-array-'));
afterAll(() => rmSync(root, { recursive: true }));

const file = (name: string, shape: readonly number[]): string => {
  const path = join(root, name);
  const length = shape.reduce((all, one) => all * one, 1);
  writeFileSync(
    path,
    writeNpyArray(
      shape,
      Float32Array.from({ length }, (_, i) => i),
    ),
  );
  return path;
};

describe('arrays as pictures', () => {
  it('have rows before columns, and channels before both', async () => {
    const plain = await readPicture(file('plain.npy', [2, 3]));
    expect(plain).toMatchObject({ channels: 1, width: 3, height: 2 });
    const deep = await readPicture(file('deep.npy', [4, 2, 3]));
    expect(deep).toMatchObject({ channels: 4, width: 3, height: 2 });
    expect([...deep.data]).toEqual(Array.from({ length: 24 }, (_, i) => i));
  });

  it('are written with as many sides as they need', async () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const path = join(root, 'out.npy');
    await writePicture(path, { channels: 1, width: 3, height: 2, data }, { overwrite: false });
    expect(readNpyArray('out.npy', new Uint8Array(readFileSync(path)))).toMatchObject({
      shape: [2, 3],
      data,
    });
    const picture = { channels: 2, width: 3, height: 1, data };
    await expect(writePicture(path, picture, { overwrite: false })).rejects.toThrow(/exists already/);
    await writePicture(path, picture, { overwrite: true });
    expect(readNpyArray('out.npy', new Uint8Array(readFileSync(path))).shape).toEqual([2, 1, 3]);
  });

  it.each([
    [[], 'a single number'],
    [[5], 'an array of shape 5'],
    [[1, 2, 3, 4], 'an array of shape 1 × 2 × 3 × 4'],
    [[0, 4], 'an array of shape 0 × 4'],
  ])('are refused with the sides %j', async (shape, said) => {
    const path = file(`bad${shape.length}.npy`, shape);
    await expect(readPicture(path)).rejects.toThrow(`${path} is ${said}; give height × width`);
  });
});
