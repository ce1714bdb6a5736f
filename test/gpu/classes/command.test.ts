import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { createRandom } from '../../../src/core/random.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { withFile } from '../../../src/platform/node/files.ts';
import { describeGpu } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';

describeGpu('cryolite classes', () => {
  const root = mkdtempSync(join(tmpdir(), 'cryolite-classes-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const at = (name: string): string => join(root, name);

  async function write(name: string, side: number, frames: number, value: (i: number) => number) {
    const sink = memorySink();
    const data = Float32Array.from({ length: side * side * frames }, (_, i) => value(i));
    await writeMrc(sink, { width: side, height: side, frames, pixelSizeAngstrom: 3 }, [data]);
    writeFileSync(at(name), sink.bytes());
  }

  beforeAll(async () => {
    const random = createRandom(2);
    await write('a.mrcs', 16, 7, () => random.normal());
    await write('b.mrcs', 16, 5, () => random.normal());
    await write('small.mrcs', 12, 5, () => random.normal());
    await write('broken.mrcs', 16, 5, (i) => (i === 700 ? Number.NaN : 1));
  });

  test('averages boxes of several stacks, and says which box is in which class', async () => {
    const out = at('averages.mrcs');
    const given = ['--classes', '2', '--iterations', '2', '--mask', '40', '--most', '6', '--json'];
    const told = await run(['classes', at('a.mrcs'), at('b.mrcs'), '-o', out, ...given]);
    expect(told.code).toBe(0);
    const json = JSON.parse(told.stdout);
    expect(json).toMatchObject({ boxes: 6, sidePx: 16, pixelSizeAngstrom: 3 });
    expect(
      json.assignments.map(({ stack, box }: { stack: string; box: number }) => `${box}@${stack}`),
    ).toEqual(['1@a.mrcs', '3@a.mrcs', '5@a.mrcs', '7@a.mrcs', '2@b.mrcs', '4@b.mrcs']);
    const counted = [1, 2].map(
      (k) => json.assignments.filter((one: { class: number }) => one.class === k).length,
    );
    expect(json.members).toEqual(counted);
    await withFile(out, async (source) => {
      const averages = await openMicrograph(source);
      expect([averages.width, averages.frames, averages.pixelSizeAngstrom]).toEqual([16, 2, 3]);
      expect(averages.header && averages.kind).toBe('stack');
    });
  });

  test.each([
    ['boxes of two sizes', ['a.mrcs', 'small.mrcs'], [], 1, 'of one size'],
    ['pixels that are no numbers', ['broken.mrcs'], [], 1, 'no numbers'],
    ['too few boxes', ['b.mrcs'], ['--classes', '3'], 2, 'give at least 6'],
    ['no class', ['b.mrcs'], ['--classes', '0'], 2, '1 to 50'],
    ['a mask larger than the box', ['b.mrcs'], ['--classes', '2', '--mask', '60'], 2, 'at most the box'],
  ])('refuses %s', async (_, stacks, args, code, words) => {
    const told = await run(['classes', ...stacks.map(at), '-o', at('refused.mrcs'), ...args]);
    expect([told.code, told.stderr]).toEqual([code, expect.stringContaining(words)]);
  });
});
