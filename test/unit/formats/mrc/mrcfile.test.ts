/** Our files before a judge that shares no code with us: the reference implementation of MRC2014 in Python. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { memorySink } from '../../../../src/core/bytes.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { writeMrc } from '../../../../src/formats/mrc/write.ts';

const python = '/usr/bin/python3';
const present = spawnSync(python, ['-c', 'import mrcfile']).status === 0;
if (!present) console.log('SKIPPED "mrcfile": Python with mrcfile is not there (Debian: python3-mrcfile).');

const REPORT = `
import json, sys, io, mrcfile
out = io.StringIO()
valid = mrcfile.validate(sys.argv[1], print_file=out)
with mrcfile.open(sys.argv[1]) as m:
    d = m.data
    print(json.dumps(dict(valid=valid, report=out.getvalue(), shape=d.shape, dtype=str(d.dtype), sum=float(d.astype('f8').sum()),
        voxel=[float(v) for v in m.voxel_size.item()], labels=[l.rstrip() for l in m.get_labels()], stack=bool(m.is_image_stack() or m.is_single_image()), volume=bool(m.is_volume()), mean=float(m.header.dmean))))
`;

const DTYPES = { 0: 'int8', 1: 'int16', 2: 'float32', 6: 'uint16', 12: 'float16' } as const;

describe.skipIf(!present)('mrcfile', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'cryolite-mrc-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  // Small numbers, since mrcfile sums the squares of 16-bit floats in 16 bits.
  const random = createRandom(5);

  const cases = ([0, 1, 2, 6, 12] as const).flatMap((mode) =>
    (['image', 'stack', 'volume'] as const).map((shape) => [mode, shape] as const),
  );
  it.each(cases)('finds mode %i, %s, valid', async (mode, shape) => {
    const frames = shape === 'image' ? 1 : 3;
    const isVolume = shape === 'volume';
    const values = Float32Array.from(
      { length: 17 * 13 * frames },
      () => random.integer(20) - (mode === 6 ? 0 : 5),
    );
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    const statistics = {
      min: values.reduce((a, b) => Math.min(a, b)),
      max: values.reduce((a, b) => Math.max(a, b)),
      mean,
      standardDeviation: Math.sqrt(variance),
    };
    for (const known of [true, false]) {
      const sink = memorySink();
      await writeMrc(
        sink,
        {
          width: 17,
          height: 13,
          frames,
          isVolume,
          mode,
          pixelSizeAngstrom: 1.5,
          labels: ['Cryolite, low-pass 20 Å'],
          ...(known ? { statistics } : {}),
        },
        [values],
      );
      const path = join(folder, `mode${mode}-${shape}-${known}.mrc`);
      writeFileSync(path, sink.bytes());
      const judged = JSON.parse(
        execFileSync(python, ['-W', 'ignore', '-c', REPORT, path], { encoding: 'utf8' }),
      );
      expect(judged.report).toMatch(/valid MRC2014 file...\nFile appears to be valid.\n$/);
      expect(judged).toMatchObject({
        valid: true,
        shape: frames === 1 ? [13, 17] : [frames, 13, 17],
        dtype: DTYPES[mode],
        voxel: [1.5, 1.5, 1.5],
        labels: ['Cryolite, low-pass 20 A'],
        stack: shape !== 'volume',
        volume: isVolume,
        mean: known ? Math.fround(mean) : -2,
      });
      expect(judged.sum).toBeCloseTo(mean * values.length, 3);
    }
  });
});
