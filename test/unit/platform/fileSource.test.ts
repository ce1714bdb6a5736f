import { expect, test } from 'vitest';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';

test('reads a range of a file and no more', async () => {
  const source = browserFileSource(new File([Uint8Array.of(1, 2, 3, 4, 5)], 'a.mrc'));
  expect([source.name, source.size]).toEqual(['a.mrc', 5]);
  expect([...(await source.read(1, 3))]).toEqual([2, 3, 4]);
  await expect(source.read(3, 3)).rejects.toThrow(RangeError);
});

test('says so when the file was changed meanwhile', async () => {
  const file = new File([new Uint8Array(9)], 'a.mrc');
  Object.defineProperty(file, 'slice', {
    value: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }),
  });
  await expect(browserFileSource(file).read(0, 4)).rejects.toMatchObject({
    code: 'changed',
    message: 'a.mrc can no longer be read: it was changed or moved. Open it again.',
  });
});
