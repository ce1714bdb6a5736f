/** Other people's programs: files that they write are read by us, and what RELION sees in a file is what we see. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { memorySink, memorySource } from '../../../../src/core/bytes.ts';
import { openMrc } from '../../../../src/formats/mrc/read.ts';
import { writeMrc } from '../../../../src/formats/mrc/write.ts';
import { openTiff } from '../../../../src/formats/tiff/read.ts';
import { type TiffSpec, writeTiff } from '../../../fixtures/tiff.ts';

const python = '/usr/bin/python3';
const hasTifffile = spawnSync(python, ['-c', 'import tifffile']).status === 0;
const hasTiffcp = spawnSync('tiffcp', ['-h']).error === undefined;
const hasRelion = spawnSync('relion_image_handler', []).error === undefined;
if (!hasTifffile)
  console.log('SKIPPED "tifffile": Python with tifffile is not there (Debian: python3-tifffile).');
if (!hasTiffcp) console.log('SKIPPED "libtiff": tiffcp is not there (Debian: libtiff-tools).');
if (!hasRelion)
  console.log('SKIPPED "RELION reads TIFF": relion_image_handler is not there (Debian: relion).');

const folder = mkdtempSync(join(tmpdir(), 'cryolite-tiff-'));
afterAll(() => rmSync(folder, { recursive: true }));

const open = (path: string) => openTiff(memorySource(path, new Uint8Array(readFileSync(path))));

/** Rows of a frame turned to the order in which the file has them. */
async function stored(path: string, frame = 0): Promise<number[]> {
  const file = await open(path);
  const rows = await file.readRows(frame, 0, file.height);
  return Array.from({ length: file.height }, (_, y) => {
    const at = (file.height - 1 - y) * file.width;
    return [...rows.subarray(at, at + file.width)];
  }).flat();
}

const WRITE = `
import sys, numpy as np, tifffile
path, dtype, order, bigtiff, options = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4] == 'big', eval(sys.argv[5])
frames = (np.arange(3 * 45 * 61).reshape(3, 45, 61) * 37 % 8191 - (0 if dtype[0] == 'u' else 4000)).astype(dtype)
tifffile.imwrite(path, frames, byteorder=order, bigtiff=bigtiff, photometric='minisblack', **options)
`;

function frames(type: string): number[][] {
  const cut = (n: number) => {
    if (type === 'uint8') return n & 255;
    if (type === 'int8') return ((n + 128) & 255) - 128;
    // 11 bits of a half's mantissa: even numbers above 2048, ties to even.
    return type === 'float16' ? halfOf(n) : n;
  };
  return [0, 1, 2].map((frame) =>
    Array.from({ length: 45 * 61 }, (_, i) => {
      return cut((((frame * 45 * 61 + i) * 37) % 8191) - (type.startsWith('u') ? 0 : 4000));
    }),
  );
}

function halfOf(n: number): number {
  const step = Math.abs(n) >= 4096 ? 4 : Math.abs(n) >= 2048 ? 2 : 1;
  const [down, rest] = [Math.floor(n / step), n / step - Math.floor(n / step)];
  return step * (rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down);
}

describe.skipIf(!hasTifffile)('tifffile', { timeout: 60_000 }, () => {
  it.each([
    ['uint8', '<', 'classic', '{}'],
    ['int8', '>', 'classic', '{}'],
    ['uint16', '>', 'big', '{}'],
    ['int16', '<', 'big', "{'compression': 'zlib'}"],
    ['float32', '>', 'classic', "{'compression': 'zlib', 'rowsperstrip': 7}"],
    ['float64', '<', 'classic', "{'tile': (16, 32)}"],
    ['int32', '>', 'classic', "{'tile': (32, 16), 'compression': 'zlib'}"],
    ['uint32', '<', 'classic', "{'rowsperstrip': 4}"],
    ['float16', '<', 'classic', '{}'],
  ])('writes %s (%s, %s, %s) that we read', async (type, order, big, options) => {
    const path = join(folder, `${type}.tif`);
    execFileSync(python, ['-W', 'ignore', '-c', WRITE, path, type, order, big, options]);
    const file = await open(path);
    expect(file).toMatchObject({ width: 61, height: 45, frames: 3, kind: 'movie' });
    expect(file.description.startsWith(big === 'big' ? 'BigTIFF' : 'TIFF')).toBe(true);
    for (const [frame, expected] of frames(type).entries())
      expect(await stored(path, frame)).toEqual(expected);
  });
});

describe.skipIf(!hasTiffcp)('libtiff', { timeout: 60_000 }, () => {
  const spec: TiffSpec = {
    width: 61,
    height: 45,
    type: 'uint16',
    frames: 2,
    value: (frame, x, y) => ((x * x + y * 131 + frame * 7) * 37) % 65536,
  };
  const expected = (frame: number, { width, height, value }: TiffSpec) =>
    Array.from({ length: width * height }, (_, i) => value(frame, i % width, Math.floor(i / width), 0));

  it.each([
    ['-c lzw', 'uint16'],
    ['-c lzw:2', 'uint16'],
    ['-c lzw:2 -B', 'uint16'],
    ['-c zip:2 -B -r 5', 'uint16'],
    ['-c zip', 'uint8'],
    ['-c packbits', 'uint8'],
    ['-c lzw:3', 'float32'],
    // Not with -B: libtiff 4.5 does not read back what it writes there.
    ['-c zip:3', 'float32'],
    ['-c zip:3 -t -w 32 -l 16', 'float64'],
    ['-c lzw:2 -t -w 16 -l 32 -B', 'uint32'],
    ['-c lzw:2', 'int32'],
    ['-c none -8 -B -r 3', 'int16'],
    ['-c lzw -r 45', 'uint4'],
  ] as const)('tiffcp %s writes %s that we read', async (options, type) => {
    const small = (value: number) => value % (type === 'uint4' ? 16 : type === 'uint8' ? 256 : 30000);
    const file: TiffSpec = { ...spec, type, value: (f, x, y) => small(spec.value(f, x, y, 0)) };
    const [from, to] = [join(folder, 'from.tif'), join(folder, 'to.tif')];
    writeFileSync(from, writeTiff(file));
    execFileSync('tiffcp', [...options.split(' '), from, to], { stdio: 'pipe' });
    for (const frame of [0, 1]) expect(await stored(to, frame)).toEqual(expected(frame, file));
  });

  it('separates colours into planes that we join', async () => {
    const colour: TiffSpec = {
      ...spec,
      type: 'uint8',
      samples: 3,
      frames: 1,
      value: (_, x, y, s) => (x + y * 3 + s * 50) % 256,
    };
    const [from, to] = [join(folder, 'colour.tif'), join(folder, 'planes.tif')];
    writeFileSync(from, writeTiff(colour));
    execFileSync('tiffcp', ['-p', 'separate', '-c', 'lzw:2', from, to], { stdio: 'pipe' });
    expect(await stored(to)).toEqual(await stored(from));
  });
});

describe.skipIf(!hasRelion)('RELION reads TIFF', { timeout: 60_000 }, () => {
  it.each(['uint8', 'int16', 'float32'] as const)(
    'as we do, with row 0 last in the file: %s',
    async (type) => {
      const spec: TiffSpec = {
        width: 20,
        height: 16,
        type,
        compression: 'lzw',
        // RELION ignores what 0 means and where the file says that its first row lies, and so do we.
        photometric: 0,
        fields: [[274, 3, [4]]],
        value: (_, x, y) => x + 7 * y,
      };
      const tiff = join(folder, 'relion.tif');
      writeFileSync(tiff, writeTiff(spec));
      const zeros = memorySink();
      const size = { width: 20, height: 16, frames: 1, mode: 2, pixelSizeAngstrom: 1.5 } as const;
      await writeMrc(zeros, size, [new Float32Array(20 * 16)]);
      const [zero, sum] = [join(folder, 'zero.mrc'), join(folder, 'sum.mrc')];
      writeFileSync(zero, zeros.bytes());
      execFileSync('relion_image_handler', ['--i', zero, '--add', tiff, '--o', sum], { stdio: 'pipe' });
      const theirs = await openMrc(memorySource('sum.mrc', new Uint8Array(readFileSync(sum))));
      const ours = await open(tiff);
      expect([...(await ours.readRows(0, 0, 16))]).toEqual([...(await theirs.readRows(0, 0, 16))]);
    },
  );
});
