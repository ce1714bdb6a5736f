/** RELION as a judge: it must find the electrons of the movies that we decode where we find them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { memorySource } from '../../../../src/core/bytes.ts';
import { createRandom } from '../../../../src/core/random.ts';
import {
  addToHalfPixels,
  coding65000,
  coding65001,
  FrameDecoder,
} from '../../../../src/formats/eer/codec.ts';
import { openEer } from '../../../../src/formats/eer/read.ts';
import { type Electron, encodeEer, encodeFrame } from '../../../fixtures/eer.ts';

const python = '/usr/bin/python3';
const present =
  spawnSync('relion_convert_to_tiff', ['--version']).error === undefined &&
  spawnSync(python, ['-c', 'import tifffile']).status === 0;
if (!present) {
  console.log(
    'SKIPPED "RELION reads EER": relion_convert_to_tiff and Python with tifffile are not there (Debian: relion, python3-tifffile).',
  );
}

/** Where a TIFF's pixels are not 0: "page row column count" lines. RELION writes rows from the bottom up. */
const LIST = `
import sys, tifffile
for page, image in enumerate(tifffile.TiffFile(sys.argv[1]).pages):
    data = image.asarray()[::-1]
    for y, x in zip(*data.nonzero()): print(page, y, x, data[y, x])
`;

/** RELION takes no other size. */
const side = 4096;

describe.skipIf(!present)('RELION reads EER', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-eer-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const random = createRandom(11);
  /** Few electrons far apart, some in the corners, some side by side. */
  const frames = Array.from({ length: 5 }, (): Electron[] => {
    const at = [0, 1, side - 1, side * (side - 1), side * side - 1, 12_345_678];
    for (let i = 0; i < 200; i++) at.push(random.integer(side * side));
    return [...new Set(at)].map((pixel) => ({
      x: pixel % side,
      y: Math.floor(pixel / side),
      quarterX: random.integer(4),
      quarterY: random.integer(4),
    }));
  });

  function rendered(name: string, upsampling: number): string[] {
    writeFileSync(join(folder, `${name}.lst`), `${name}.eer\n`);
    const options = ['--eer_grouping', '2', '--eer_upsampling', String(upsampling), '--compression', 'none'];
    const output = join(folder, `up${upsampling}`);
    mkdirSync(output, { recursive: true });
    execFileSync('relion_convert_to_tiff', ['--i', `${name}.lst`, '--o', `${output}/`, ...options], {
      cwd: folder,
      stdio: 'pipe',
    });
    const list = execFileSync(python, ['-c', LIST, join(output, `${name}.tif`)], { maxBuffer: 2 ** 26 });
    return list.toString().trim().split('\n').sort();
  }

  test.each([
    [65000, coding65000],
    [65001, coding65001],
  ] as const)('coding %i, on the detector’s pixels and twice as fine', async (compression, coding) => {
    const movie = { width: side, height: side, frames, compression };
    writeFileSync(join(folder, `m${compression}.eer`), encodeEer(movie));

    const image = await openEer(
      memorySource('m.eer', new Uint8Array(readFileSync(join(folder, `m${compression}.eer`)))),
      { framesPerFraction: 2 },
    );
    expect(image.frames).toBe(2);
    const ours: string[] = [];
    for (let frame = 0; frame < 2; frame++) {
      const samples = await image.readSamples?.(frame, 0, side);
      samples?.bytes.forEach((count, i) => {
        if (count > 0) ours.push(`${frame} ${Math.floor(i / side)} ${i % side} ${count}`);
      });
    }
    expect(rendered(`m${compression}`, 1)).toEqual(ours.sort());

    const fine: string[] = [];
    const decoder = new FrameDecoder(coding, side * side);
    for (let frame = 0; frame < 2; frame++) {
      const counts = new Uint8Array(4 * side * side);
      for (const electrons of frames.slice(2 * frame, 2 * frame + 2)) {
        addToHalfPixels(counts, decoder.decode([encodeFrame(electrons, movie)]).events, coding, side);
      }
      counts.forEach((count, i) => {
        if (count > 0) fine.push(`${frame} ${Math.floor(i / (2 * side))} ${i % (2 * side)} ${count}`);
      });
    }
    expect(rendered(`m${compression}`, 2)).toEqual(fine.sort());
  });
});
