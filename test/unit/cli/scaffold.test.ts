import { describe, expect, it } from 'vitest';
import { runCommand, runOverFiles } from '../../../src/cli/command.ts';
import { pairFiles } from '../../../src/cli/pairFiles.ts';
import { FormatError, GpuUnavailableError, UsageError } from '../../../src/core/errors.ts';
import { terminal } from './run.ts';

describe('runCommand', () => {
  it.each([
    [new UsageError('No.'), 2, 'usage'],
    [new GpuUnavailableError('No GPU.'), 3, 'no-gpu'],
    [new FormatError('empty', 'a', 'is empty.'), 1, 'empty'],
    [new TypeError('a bug'), 1, 'unexpected'],
  ])('ends %s with %i', async (error, exitCode, code) => {
    const { io, written } = terminal();
    const work = async () => {
      throw error;
    };
    expect(await runCommand(io, { json: true }, work)).toBe(exitCode);
    expect(written.stderr).toBe(`error: ${error.message}\n`);
    expect(JSON.parse(written.stdout)).toEqual({ error: { code, message: error.message } });
  });
});

describe('runOverFiles', () => {
  it('stops at once when there is no GPU', async () => {
    const { io } = terminal();
    const seen: string[] = [];
    const code = await runCommand(io, {}, async (context) => {
      const { exitCode } = await runOverFiles(context, ['a', 'b'], async (file) => {
        seen.push(file);
        throw new GpuUnavailableError('No GPU.');
      });
      return { exitCode, json: {} };
    });
    expect([code, seen]).toEqual([3, ['a']]);
  });

  it('keeps what was done before Ctrl-C', async () => {
    const controller = new AbortController();
    const { io, written } = terminal({ signal: controller.signal });
    const code = await runCommand(io, { json: true }, async (context) => {
      const { exitCode, files } = await runOverFiles(context, ['a', 'b', 'c'], async (file, { signal }) => {
        if (file === 'b') controller.abort();
        signal?.throwIfAborted();
        return { done: true };
      });
      return { exitCode, json: { files } };
    });
    expect(code).toBe(130);
    expect(JSON.parse(written.stdout)).toEqual({
      files: [{ file: 'a', ok: true, done: true }],
      aborted: true,
    });
  });
});

describe('pairFiles', () => {
  it('prefers the same name, then the only longer one, and STAR to CSV', () => {
    const { pairs, unused } = pairFiles(
      ['t/m1.csv', 't/m2.csv', 't/m3.csv', 't/m1_b.csv'],
      ['p/m1.csv', 'p/m1.star', 'p/m1_b.csv', 'p/m2_avg_autopick.star', 'p/m3_a.csv', 'p/m3_b.csv'],
    );
    expect(pairs.map(({ name, picks }) => [name, picks])).toEqual([
      ['m1', 'p/m1.star'],
      ['m2', 'p/m2_avg_autopick.star'],
      ['m3', undefined],
      ['m1_b', 'p/m1_b.csv'],
    ]);
    expect(unused).toEqual(['p/m3_a.csv', 'p/m3_b.csv']);
  });

  it('keeps dots that belong to the name', () => {
    expect(pairFiles(['t/May08_03.05.02.csv'], ['p/May08_03.05.02_avg.star']).pairs).toEqual([
      { name: 'May08_03.05.02', truth: 't/May08_03.05.02.csv', picks: 'p/May08_03.05.02_avg.star' },
    ]);
  });
});
