import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenLaws, importsOfSource } from './laws.ts';

/** The text files under a folder of the repository, by path from its root. */
function read(folder: string, pattern: RegExp): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'));
  return new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
}

test('src keeps every law of ARCHITECTURE.md', () => {
  const sources = read('src', /\.(tsx?|css)$/);
  expect(sources.size).toBeGreaterThan(10);
  expect(brokenLaws(sources)).toEqual([]);
});

test('no reference imports the code it judges', () => {
  expect(importsOfSource(read('test/reference', /\.ts$/))).toEqual([]);
});
