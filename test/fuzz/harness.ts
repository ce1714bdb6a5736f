/**
 * A reader before thousands of injured files: it may read them or refuse them with a FormatError, but never fail
 * otherwise, hang, or ask for more than the file has. `npm run fuzz` runs many more rounds than `npm test`.
 */
import { appendFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { expect } from 'vitest';
import { type ByteSource, memorySource } from '../../src/core/bytes.ts';
import { FormatError, messageOf } from '../../src/core/errors.ts';
import { createRandom } from '../../src/core/random.ts';
import { mutate } from './mutate.ts';

/** Injured files for each reader. */
export const rounds = Number(process.env.CRYOLITE_FUZZ_ROUNDS ?? 2000);
/** Where the rounds begin: another number, other injuries. */
const firstSeed = Number(process.env.CRYOLITE_FUZZ_SEED ?? 0);
/** No tiny file may keep a reader busy longer, ms; generous, since the machine does other things too. */
const timeLimitMs = 2000;

/** Time for a test of one reader, ms. */
export const fuzzTimeout = 60_000 + rounds * 20;

export function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** A source that counts: no reader may read more than `times` what the file has. */
export function frugal(bytes: Uint8Array<ArrayBuffer>, name = 'fuzz', times = 2): ByteSource {
  const source = memorySource(name, bytes);
  let read = 0;
  return {
    ...source,
    read: (offset, length) => {
      read += length;
      if (read > times * bytes.length + 4096) throw new Error(`reads ${read} bytes of ${bytes.length}`);
      return source.read(offset, length);
    },
  };
}

/** Runs all rounds; both outcomes must occur, or the injuries are too mild or too harsh to tell anything. */
export async function fuzz(
  seeds: readonly Uint8Array<ArrayBuffer>[],
  work: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<void> {
  let read = 0;
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    const random = createRandom(seed);
    const bytes = mutate(seeds[seed % seeds.length] ?? new Uint8Array(), random);
    const start = performance.now();
    if (await survives(seed, () => work(bytes))) read++;
    const ms = performance.now() - start;
    if (ms > timeLimitMs) throw new Error(`Round ${seed} takes ${Math.round(ms)} ms.`);
  }
  const { CRYOLITE_FUZZ_LOG: log } = process.env;
  if (log) {
    const reader = expect.getState().currentTestName ?? '';
    appendFileSync(log, `${JSON.stringify({ reader, rounds, read })}\n`);
  }
  expect(read).toBeGreaterThan(rounds / 50);
  expect(read).toBeLessThan(rounds - rounds / 50);
}

/** Whether it was read; anything but a FormatError fails the test and names the seed. */
async function survives(seed: number, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw new Error(`Round ${seed} fails with ${messageOf(error)}`, { cause: error });
  }
}
