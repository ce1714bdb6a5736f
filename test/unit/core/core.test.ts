import { describe, expect, it } from 'vitest';
import { checkRange, concatBytes, memorySink, memorySource } from '../../../src/core/bytes.ts';
import { FormatError, isAbort, messageOf, UsageError } from '../../../src/core/errors.ts';
import { formatBytes, formatLength, niceLength } from '../../../src/core/units.ts';

describe('bytes in memory', () => {
  it('are read by copy', async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const source = memorySource('a', bytes);
    const read = await source.read(1, 2);
    read[0] = 9;
    expect([...bytes]).toEqual([1, 2, 3]);
    expect([...read]).toEqual([9, 3]);
    await expect(source.read(2, 2)).rejects.toThrow('a: bytes 2 to 4 are outside the file (3 bytes).');
  });

  it('are written by copy, and thrown away by abort', async () => {
    const sink = memorySink();
    const piece = Uint8Array.of(1);
    await sink.write(piece);
    piece[0] = 5;
    await sink.write(piece);
    expect([...sink.bytes()]).toEqual([1, 5]);
    await sink.abort();
    expect(sink.bytes().length).toBe(0);
    expect([...concatBytes([])]).toEqual([]);
  });

  it.each([
    [0, -1],
    [-1, 1],
    [0.5, 1],
    [Number.NaN, 0],
    [2 ** 53, 0],
    [9, 2],
  ])('have no range %f + %f', (offset, length) => {
    expect(() => checkRange('a', 10, offset, length)).toThrow(RangeError);
  });
});

describe('errors', () => {
  it('carry a code, a class name and a sentence', () => {
    const error = new FormatError('empty', 'a.mrc', 'is empty.');
    expect([error.code, error.problem, error.name, error.message]).toEqual([
      'empty',
      'empty',
      'FormatError',
      'a.mrc is empty.',
    ]);
    expect(messageOf(new UsageError('No.'))).toBe('No.');
    expect(messageOf('text')).toBe('text');
  });

  it('know an abort', () => {
    expect(isAbort(AbortSignal.abort().reason)).toBe(true);
    expect(isAbort(new Error('no'))).toBe(false);
  });
});

describe('units', () => {
  it.each([
    [1.5, '1.5 Å'],
    [99.96, '100 Å'],
    [114, '11.4 nm'],
    [18600, '1.86 µm'],
  ])('%f Å is %s', (angstrom, text) => {
    expect(formatLength(angstrom)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [500 * 2 ** 20, '500 MiB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('niceLength goes 1, 2, 5', () => {
    expect([0.7, 1, 1.9, 2, 4.99, 5, 99, 100, 2500].map(niceLength)).toEqual([
      0.5, 1, 1, 2, 2, 5, 50, 100, 2000,
    ]);
  });
});
