/**
 * The shared conformance set: what its list says of each file, and what our readers find. Finding runs wherever the
 * readers do, in Node or on a page; comparing runs in a test.
 */
import { expect } from 'vitest';
import type { Expected, Found, Value } from './conformanceFinding.ts';

/** Fields of the list that are about the list, not about the files. */
export const NOT_OF_FILES = ['note', 'source', 'oracle', 'mayRefuse'];
/** What this test compares; a new field in the list fails the test until it is compared too. */
export const COMPARED = [
  ...['file', 'ok', 'dims', 'mode', 'endian', 'pixelSizeAngstrom', 'pixelSizeXYZ', 'pixelSizeSource'],
  ...['first', 'last', 'firstComplex', 'min', 'max', 'mean', 'nanCount', 'infCount', 'frameFirst'],
  ...['nsymbt', 'ispg', 'isStack', 'mapcrs', 'warnings', 'compression', 'error', 'alsoAcceptable'],
];

const WARNING_WORDS: Readonly<Record<string, RegExp>> = {
  'no-map-id': /no "MAP"/,
  'odd-machine-stamp': /machine stamp/,
  'trailing-bytes': /bytes follow the pixels/,
};

/** Fails where what was found is not what the list says. @param name of the file, without folders. */
export function compare(entry: Expected, name: string, found: Found): void {
  if (found.ok !== entry.ok) {
    throw new Error(`${entry.file}: ${found.ok ? 'was read' : `was refused: ${found.message}`}`);
  }
  if (!found.ok) {
    expect(found.message.startsWith(`${name} `)).toBe(true);
    expect(found.message.endsWith('.')).toBe(true);
    expect([entry.error, ...(entry.alsoAcceptable ?? [])]).toContain(found.problem);
    return;
  }
  expect(found.dims).toEqual(entry.dims);
  expect(found.headerDims).toEqual(entry.dims);
  for (const field of ['mode', 'endian', 'nsymbt', 'ispg', 'compression'] as const) {
    expect([field, found[field]]).toEqual([field, entry[field]]);
  }
  expect(found.mapcrs).toEqual(entry.mapcrs ?? [1, 2, 3]);
  if (entry.isStack !== undefined) expect(found.isStack).toBe(entry.isStack);
  near(found.pixelSizeAngstrom, entry.pixelSizeAngstrom);
  const voxel = found.voxelSizeAngstrom;
  entry.pixelSizeXYZ?.forEach((expected, axis) => {
    near(voxel[axis], expected);
  });
  if (entry.pixelSizeSource === 'FEI1') expect(voxel[0]).toBeUndefined();
  if (entry.pixelSizeSource === 'header') expect(voxel[0]).toBe(found.pixelSizeAngstrom);

  entry.first.forEach((value, i) => {
    expectValue(found.first[i], value);
  });
  entry.firstComplex?.forEach(([re, im], i) => {
    expectValue(found.first[i], Math.hypot(re, im));
  });
  entry.last.forEach((value, i) => {
    expectValue(found.last[found.last.length - entry.last.length + i], value);
  });
  entry.frameFirst?.forEach((value, i) => {
    expectValue(found.frameFirst[i], value);
  });
  expectValue(found.min, entry.min);
  expectValue(found.max, entry.max);
  expectValue(found.mean, entry.mean);
  expect(found.nanCount).toBe(entry.nanCount ?? 0);
  expect(found.infCount).toBe(entry.infCount ?? 0);
  for (const word of entry.warnings ?? []) {
    if (word === 'wrong-statistics') {
      // Only who reads all pixels can say so.
      expect(found.statisticsDoubts).not.toEqual([]);
      expect(found.statedMax).toBe(1000);
    } else {
      expect(found.warnings.join('\n')).toMatch(WARNING_WORDS[word] ?? /unknown warning word/);
    }
  }
}

function near(found: number | undefined, expected: number | null): void {
  if (expected === null) expect(found).toBeUndefined();
  // expected.json gives four decimals.
  else expect(Math.abs((found ?? 0) - expected)).toBeLessThan(6e-5);
}

function expectValue(value: number | undefined, expected: Value): void {
  if (expected === null) expect(value).toBeNaN();
  else if (expected === 'Infinity') expect(value).toBe(Number.POSITIVE_INFINITY);
  else if (Number.isInteger(expected) && Math.abs(expected) < 2 ** 24) expect(value).toBe(expected);
  else {
    expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThanOrEqual(
      1e-6 * Math.max(1e-6, Math.abs(expected)),
    );
  }
}
