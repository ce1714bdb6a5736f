/**
 * Every reader before thousands of injured files: it may read them or refuse them with a FormatError, but never
 * fail otherwise, hang, or ask for more than the file has.
 */
import { describe, expect, it } from 'vitest';
import { type ByteSource, memorySink, memorySource } from '../../src/core/bytes.ts';
import { FormatError } from '../../src/core/errors.ts';
import { createRandom } from '../../src/core/random.ts';
import { openMicrograph } from '../../src/dataset/open.ts';
import { readPicksFile } from '../../src/dataset/picksFile.ts';
import { writeCsvPicks } from '../../src/formats/csv/picks.ts';
import { FIELD } from '../../src/formats/mrc/header.ts';
import type { MrcModeNumber } from '../../src/formats/mrc/modes.ts';
import { writeMrc } from '../../src/formats/mrc/write.ts';
import { writeStarPicks } from '../../src/formats/star/picks.ts';
import { readSafetensors, writeSafetensors } from '../../src/formats/weights/safetensors.ts';
import { mutate } from './mutate.ts';

const ROUNDS = 5000;

/** Whether it was read; anything but a FormatError fails the test and names the seed. */
async function survives(seed: number, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw new Error(`Round ${seed} fails with ${String(error)}`, { cause: error });
  }
}

/** A source that counts: no reader may read more than the file has. */
function frugal(bytes: Uint8Array<ArrayBuffer>): ByteSource {
  const source = memorySource('fuzz', bytes);
  let read = 0;
  return {
    ...source,
    read: (offset, length) => {
      read += length;
      if (read > 2 * bytes.length + 4096) throw new Error(`reads ${read} bytes of ${bytes.length}`);
      return source.read(offset, length);
    },
  };
}

/** Runs all rounds; both outcomes must occur, or the injuries are too mild or too harsh to tell anything. */
async function fuzz(
  seeds: readonly Uint8Array<ArrayBuffer>[],
  work: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<void> {
  let read = 0;
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = createRandom(seed);
    const bytes = mutate(seeds[seed % seeds.length] ?? new Uint8Array(), random);
    if (await survives(seed, () => work(bytes))) read++;
  }
  expect(read).toBeGreaterThan(ROUNDS / 50);
  expect(read).toBeLessThan(ROUNDS - ROUNDS / 50);
}

const encode = (text: string) => new TextEncoder().encode(text);

describe('injured files', { timeout: 60_000 }, () => {
  it('MRC', async () => {
    const modes: readonly MrcModeNumber[] = [0, 1, 2, 6, 12];
    const seeds: Uint8Array<ArrayBuffer>[] = [];
    for (const mode of modes) {
      const sink = memorySink();
      const pixels = Float32Array.from({ length: 7 * 5 * 2 }, (_, i) => i);
      await writeMrc(sink, { width: 7, height: 5, frames: 2, mode, pixelSizeAngstrom: 1.5 }, [pixels]);
      const bytes = sink.bytes();
      seeds.push(bytes);
      // The same with a Thermo Fisher extended header.
      const extended = Uint8Array.from([
        ...bytes.subarray(0, 1024),
        ...new Uint8Array(768),
        ...bytes.subarray(1024),
      ]);
      new DataView(extended.buffer).setInt32(FIELD.nsymbt, 768, true);
      extended.set(encode('FEI1'), FIELD.extendedType);
      new DataView(extended.buffer).setFloat32(FIELD.cellX, 0, true);
      seeds.push(extended);
    }
    await fuzz(seeds, async (bytes) => {
      const { width, height, frames, readRows } = await openMicrograph(frugal(bytes));
      expect(width * height * frames).toBeLessThanOrEqual(bytes.length);
      for (const frame of new Set([0, frames - 1])) {
        expect((await readRows(frame, 0, height)).length).toBe(width * height);
      }
    });
  });

  it('STAR', async () => {
    const picks = Array.from({ length: 9 }, (_, i) => ({ x: i * 10.5, y: i / 7, score: i / 9 }));
    const particles =
      'data_optics\n\n_rlnVoltage 300 # kV\n\ndata_particles\nloop_\n_rlnMicrographName #1\n_rlnCoordinateX #2\n_rlnCoordinateY #3\n\'a b.mrc\' 1 2\n"c" 3e1 .4\n\n';
    await fuzz([encode(writeStarPicks(picks)), encode(particles)], async (bytes) => {
      const found = await readPicksFile(frugal(bytes), 'a b');
      expect(found.every(({ x, y, score }) => Number.isFinite(x + y + score))).toBe(true);
    });
  });

  it('CSV', async () => {
    const picks = Array.from({ length: 9 }, (_, i) => ({ x: i * 10.5, y: i / 7, score: i / 9 }));
    const quoted = encode('X-Coordinate,"Y-Coordinate",Name\r\n1,2,"a ""b"", c"\r\n3,4,\r\n');
    await fuzz([encode(writeCsvPicks(picks)), quoted], async (bytes) => {
      const found = await readPicksFile(frugal(bytes), 'a');
      expect(found.every(({ x, y, score }) => Number.isFinite(x + y + score))).toBe(true);
    });
  });

  it('safetensors', async () => {
    const bytes = writeSafetensors(
      new Map([
        ['conv.weight', { dtype: 'F32', shape: [2, 1, 3, 3], data: new Float32Array(18).fill(0.5) }],
        ['conv.bias', { dtype: 'F16', shape: [2], data: Float32Array.of(1, 2) }],
      ]),
      new Map([['graph', '{"layers":[]}']]),
    );
    await fuzz([bytes], async (injured) => {
      const { tensors } = readSafetensors('fuzz', injured);
      for (const { shape, data } of tensors.values()) {
        expect(data.length).toBe(shape.reduce((all, n) => all * n, 1));
        expect(data.length).toBeLessThanOrEqual(injured.length);
      }
    });
  });
});
