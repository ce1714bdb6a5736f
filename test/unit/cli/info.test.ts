import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { FIELD } from '../../../src/formats/mrc/layout.ts';
import { type MrcParts, mrcBytes } from '../formats/mrc/build.ts';
import { describeWithShared, sharedPath } from '../formats/sharedData.ts';
import { run } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-info-'));
afterAll(() => rmSync(root, { recursive: true }));

function file(
  name: string,
  parts: MrcParts,
  pack: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
): string {
  const path = join(root, name);
  writeFileSync(path, pack(mrcBytes(parts)));
  return path;
}

const json = async (...args: string[]) => {
  const { code, stdout } = await run(['info', '--json', ...args]);
  return { code, ...JSON.parse(stdout).files[0] };
};

describe('info --validate', () => {
  it('prints a table with marks and sums up', async () => {
    const path = file('good.mrc', { labels: ['by hand'] });
    const { code, stdout, stderr } = await run(['info', '--validate', path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}✓ NX, NY, NZ +4 3 1 +4 columns, 3 rows, 1 section$/m);
    expect(stdout).toMatch(/^ {2}✓ LABEL 1 +by hand +a note of the program$/m);
    expect(stdout).toMatch(/\n {2}All is in order\.\n$/);
    expect(stderr).toMatch(/All pixels are equal/);
  });

  it('ends with 1 where something is wrong, with 0 where it is only doubtful', async () => {
    const doubtful = file('doubtful.mrc', { spoil: (view) => view.setInt32(FIELD.version, 0, true) });
    const first = await run(['info', '--validate', doubtful]);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^ {2}\? NVERSION +0 /m);
    expect(first.stdout).toMatch(/\n {2}1 doubtful \(NVERSION\)\.\n$/);
    const wrong = file('wrong.mrc', { spoil: (view) => view.setInt32(FIELD.map, 0, true) });
    const second = await run(['info', '--validate', wrong]);
    expect(second.code).toBe(1);
    expect(second.stdout).toMatch(/^ {2}✗ MAP +00 00 00 00 /m);
    expect(second.stdout).toMatch(/\n {2}1 wrong \(MAP\)\.\n$/);
    expect((await run(['info', wrong])).code).toBe(0);
  });

  it('calls pixels doubtful where some are no numbers, and wrong where all are', async () => {
    const floats = (...values: number[]): MrcParts => ({
      width: values.length,
      height: 1,
      pixels: new Uint8Array(Float32Array.from(values).buffer),
    });
    const some = await run(['info', '--validate', file('some.mrc', floats(1, 2, Number.NaN))]);
    expect([some.code, some.stdout]).toEqual([
      0,
      expect.stringMatching(/^ {2}\? Pixels +1 not finite +Some are/m),
    ]);
    const all = await run([
      'info',
      '--validate',
      file('all.mrc', floats(Number.NaN, Number.POSITIVE_INFINITY)),
    ]);
    expect([all.code, all.stdout]).toEqual([1, expect.stringMatching(/1 wrong \(Pixels\)\./)]);
    expect(all.stdout).toMatch(/^ {2}pixels +none is a finite number$/m);
  });

  it('compares the header with the pixels', async () => {
    const statistics = { min: -1, max: 9, mean: 2, standardDeviation: 1 };
    const path = file('liar.mrc', { statistics });
    const { code, facts, warnings } = await json('--validate', path);
    expect(code).toBe(1);
    const named = (name: string) => facts.filter((fact: { name: string }) => fact.name === name);
    expect(named('DMIN, DMAX, DMEAN')).toEqual([
      {
        name: 'DMIN, DMAX, DMEAN',
        value: '-1 9 2',
        meaning: 'Wrong: the pixels go from 0 to 0, mean 0.',
        verdict: 'wrong',
      },
    ]);
    expect(named('RMS')).toMatchObject([{ verdict: 'wrong' }]);
    expect(warnings.join()).toMatch(
      /The header says DMIN, DMAX, DMEAN of the pixels: -1 9 2, which is wrong/,
    );
    expect((await json('--validate', '--no-pixels', path)).code).toBe(0);
  });

  it('explains a header that can not be obeyed, and ends with 1', async () => {
    const path = file('cut.mrc', { pixels: new Uint8Array(40) });
    const { code, stdout, stderr } = await run(['info', '--validate', path]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✓ NX, NY, NZ/);
    expect(stdout).toMatch(/✗ File size +1064 +Cut off: the header promises 1072 bytes/);
    expect(stderr).toMatch(/error: cut\.mrc is cut off/);
  });

  it('has nothing to explain of what is no MRC file', async () => {
    const path = join(root, 'text.mrc');
    writeFileSync(path, 'not an image');
    const { code, stdout, stderr } = await run(['info', '--validate', path]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/text file/);
  });
});

describe('info', () => {
  it('says how a file was packed, and what kind it is', async () => {
    const path = file(
      'movie.mrc.gz',
      { width: 512, height: 512, frames: 2, mode: 6, pixels: new Uint8Array(2 ** 20) },
      gzipSync,
    );
    const { stdout } = await run(['info', path]);
    expect(stdout).toMatch(/^ {2}size +512 × 512 px, 2 frames, [\d.]+ KiB$/m);
    expect(stdout).toMatch(/^ {2}format +MRC mode 6 .*, packed with gzip$/m);
    expect(stdout).toMatch(/^ {2}kind +movie: frames of one exposure$/m);
    expect(await json(path)).toMatchObject({
      kind: 'movie',
      compression: 'gzip',
      format: 'MRC',
      mode: 6,
      facts: null,
    });
  });

  it('reads bytes as it is told', async () => {
    const path = file('bytes.mrc', { mode: 0, pixels: Uint8Array.from({ length: 12 }, () => 200) });
    expect(await json(path)).toMatchObject({ byteSign: 'signed', statistics: { min: -56 } });
    expect(await json('--bytes', 'unsigned', path)).toMatchObject({
      byteSign: 'unsigned',
      statistics: { min: 200 },
    });
    expect((await run(['info', '--bytes', 'odd', path])).code).toBe(2);
  });
});

describeWithShared('data/conformance/synth', 'info on recorded files', () => {
  it('says how the picture was recorded', async () => {
    const path = sharedPath('data/conformance/synth/fei1_pixel_only_in_ext.mrc');
    const { stdout } = await run(['info', path]);
    expect(stdout).toMatch(/^ {2}recorded +300 kV, 42 e\/Å², 1.5 µm defocus, 0° tilt$/m);
    expect((await json(path)).acquisition).toMatchObject({ voltageKilovolt: 300, defocusAngstrom: 15000 });
  });
});

describe('info on coordinate files', () => {
  const write = (name: string, text: string): string => {
    const path = join(root, name);
    writeFileSync(path, text);
    return path;
  };

  it('says what is in them, for people and for programs', async () => {
    const path = write(
      'picks.star',
      'data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n_rlnMicrographName\n1 20 a.mrc\n3.5 4 a.mrc\n5 6 b.mrc\n',
    );
    const { code, stdout, stderr } = await run(['info', '--validate', path]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ {2}particles +3 of 2 micrographs$/m);
    expect(stdout).toMatch(/^ {2}places +x 1 to 5, y 4 to 20 px, centres$/m);
    expect(stdout).toMatch(/^ {2}micrograph +a\.mrc: 2$/m);
    expect(stdout).toMatch(/^ {2}table +data_: 3 rows, _rlnCoordinateX _rlnCoordinateY _rlnMicrographName$/m);
    expect(await json(path)).toMatchObject({
      code: 0,
      kind: 'coordinates',
      format: 'star',
      particles: 3,
      x: { min: 1, max: 5 },
      score: null,
      micrographs: [
        { name: 'a.mrc', particles: 2 },
        { name: 'b.mrc', particles: 1 },
      ],
    });
  });

  it('says what is wrong, and goes on with the next', async () => {
    const bad = write('bad.box', '1 2 x 4\n');
    const { code, stdout, stderr } = await run(['info', bad, write('good.box', '1 2 10 10 0.5\n')]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/bad\.box is not a good box file: line 1 has "x"/),
    ]);
    expect(stdout).toMatch(/^ {2}boxes +10 px$/m);
  });
});
