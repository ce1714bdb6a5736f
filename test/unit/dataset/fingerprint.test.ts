import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../src/core/bytes.ts';
import { createRandom } from '../../../src/core/random.ts';
import { fingerprint } from '../../../src/dataset/fingerprint.ts';

const random = createRandom(1);
const noise = (size: number) => Uint8Array.from({ length: size }, () => random.integer(256));

describe('fingerprint', () => {
  it('depends on content, size and frame, not on the name', async () => {
    const bytes = noise(300_000);
    const print = await fingerprint(memorySource('a.mrc', bytes), 0);
    expect(print).toMatch(/^[0-9a-f]{32}$/);
    expect(await fingerprint(memorySource('b.mrc', bytes), 0)).toBe(print);
    expect(await fingerprint(memorySource('a.mrc', bytes), 1)).not.toBe(print);
    expect(await fingerprint(memorySource('a.mrc', bytes.slice(0, -1)), 0)).not.toBe(print);
    for (const at of [0, 1023, 299_999]) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await fingerprint(memorySource('a.mrc', changed), 0)).not.toBe(print);
    }
  });

  it.each([0, 1, 4096, 5000, 70_000])('reads every byte of a file of %i bytes at most once', async (size) => {
    const whole = memorySource('a.mrc', noise(size));
    let read = 0;
    const counted = {
      ...whole,
      read: (offset: number, length: number) => {
        read += length;
        return whole.read(offset, length);
      },
    };
    await fingerprint(counted, 0);
    expect(read).toBe(Math.min(size, 17 * 4096));
  });

  it('reads 68 KiB of a big file', async () => {
    let read = 0;
    const big = {
      name: 'a.mrc',
      size: 2 ** 40,
      read: async (_offset: number, length: number) => {
        read += length;
        return new Uint8Array(length);
      },
    };
    await fingerprint(big, 0);
    expect(read).toBe(17 * 4096);
  });
});
