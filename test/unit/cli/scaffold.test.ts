import { describe, expect, it } from 'vitest';
import { runCommand, runOverFiles } from '../../../src/cli/command.ts';
import { pairNames } from '../../../src/cli/pairNames.ts';
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

describe('pairNames', () => {
  it('prefers the same name, then the only longer one, then the only one it goes on from', () => {
    const { pairs, unused } = pairNames(
      ['m1', 'm2', 'm3', 'm1_b', 'm4_avg'],
      ['m1', 'm1_b', 'm2_avg', 'm3_a', 'm3_b', 'm4'],
    );
    expect(pairs.map(({ name, other }) => [name, other])).toEqual([
      ['m1', 'm1'],
      ['m2', 'm2_avg'],
      ['m3', undefined],
      ['m1_b', 'm1_b'],
      ['m4_avg', 'm4'],
    ]);
    expect(unused).toEqual(['m3_a', 'm3_b']);
  });

  it('pairs one with one whatever they are called', () => {
    expect(pairNames(['truth'], ['picks'])).toEqual({
      pairs: [{ name: 'truth', other: 'picks' }],
      unused: [],
    });
    expect(pairNames(['truth', 'b'], ['picks'])).toEqual({
      pairs: [
        { name: 'truth', other: undefined },
        { name: 'b', other: undefined },
      ],
      unused: ['picks'],
    });
  });
});
