/** The test data that lies beside the checkout (`../shared`), never inside it. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe } from 'vitest';
import { type ByteSource, memorySource } from '../../../src/core/bytes.ts';

const root = resolve(import.meta.dirname, '../../../../shared');

/** Path of a file or folder of the shared test data. */
export function sharedPath(path: string): string {
  return join(root, path);
}

/** Whether the shared test data has `path`. */
export function hasShared(path: string): boolean {
  return existsSync(sharedPath(path));
}

/** `describe` when the shared data has `path`; says on the terminal that its tests are skipped when not. */
export function describeWithShared(path: string, name: string, tests: () => void): void {
  if (hasShared(path)) {
    describe(name, tests);
  } else {
    console.log(`SKIPPED "${name}": the shared test data (../shared/${path}) is not there.`);
    describe.skip(name, tests);
  }
}

export function sharedBytes(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(sharedPath(path)));
}

export function sharedText(path: string): string {
  return readFileSync(sharedPath(path), 'utf8');
}

export function sharedSource(path: string): ByteSource {
  return memorySource(basename(path), sharedBytes(path));
}
