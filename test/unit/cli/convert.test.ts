import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySink, memorySource } from '../../../src/core/bytes.ts';
import { readCoordinates } from '../../../src/dataset/coordinates/read.ts';
import { openMrc } from '../../../src/formats/mrc/read.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { writeStarParticles } from '../../../src/formats/star/particles.ts';
import { describeWithShared, sharedPath, sharedText } from '../formats/sharedData.ts';
import { run } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-convert-'));
afterAll(() => rmSync(root, { recursive: true }));
const at = (...names: string[]) => join(root, ...names);
const source = (path: string) => memorySource(path, new Uint8Array(readFileSync(path)));
const places = async (path: string) =>
  (await readCoordinates(source(path))).micrographs.flatMap(({ coordinates }) =>
    coordinates.map(({ x, y }) => [x, y]),
  );

const micrographs = ['raw/a.mrc', 'raw/b.mrc'].map((name, i) => ({
  name,
  coordinates: [
    { x: 10 + i, y: 20, score: 0.5 },
    { x: 30 + i, y: 40.5, score: 0.25 },
  ],
}));

beforeAll(async () => {
  const sink = memorySink();
  const pixels = Float32Array.from({ length: 100 * 80 }, (_, i) => i * 10);
  await writeMrc(sink, { width: 100, height: 80, pixelSizeAngstrom: 1.5 }, [pixels]);
  writeFileSync(at('a.mrc'), sink.bytes());
  writeFileSync(
    at('one.star'),
    'data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n_rlnKept\n10 20 yes\n30 40.5 no\n',
  );
  writeFileSync(at('many.star'), writeStarParticles(micrographs, { pixelSizeAngstrom: 1.5 }));
});

describe('convert, coordinates', () => {
  it.each([
    ['csv', 'one.csv', 0],
    ['box', 'one.box', 0.5],
    ['eman2', 'one_info.json', 0],
    ['cbox', 'one.cbox', 0],
    ['topaz', 'one_topaz.txt', 0.5],
    ['star30', 'one30.star', 0],
    ['cs', 'one.cs', 1e-5],
  ])('to %s', async (to, name, tolerance) => {
    const needsSize = to === 'cs' ? ['--micrograph', at('a.mrc')] : [];
    const args = ['convert', at('one.star'), '-o', at(name), '--to', to, ...needsSize, '--json'];
    const { code, stdout, stderr } = await run(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ command: 'convert', from: 'star', to, particles: 2 });
    const found = await places(at(name));
    [10, 20, 30, 40.5].forEach((value, i) => {
      expect(Math.abs((found.flat()[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(tolerance);
    });
  });

  it('writes cryoSPARC’s group beside its table', () => {
    expect(readFileSync(at('one.csg'), 'utf8')).toContain("metafile: '>one.cs'");
  });

  it('goes by the extension, says what to run there, and overwrites only when asked', async () => {
    const first = await run(['convert', at('one.star'), '-o', at('again.box')]);
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringMatching(/2 particles of 1 micrograph, star → box: .*again\.box\n.*e2import\.py/),
    ]);
    const second = await run(['convert', at('one.star'), '-o', at('again.box')]);
    expect([second.code, second.stderr]).toEqual([1, expect.stringMatching(/exists already/)]);
    expect((await run(['convert', at('one.star'), '-o', at('again.box'), '--overwrite'])).code).toBe(0);
  });

  it('flips, and scales between binnings', async () => {
    await run(['convert', at('one.star'), '-o', at('flip.csv'), '--flip-y', '--micrograph', at('a.mrc')]);
    expect(await places(at('flip.csv'))).toEqual([
      [10, 59],
      [30, 38.5],
    ]);
    await run(['convert', at('one.star'), '-o', at('bin.csv'), '--bin-from', '2', '--bin-to', '1']);
    expect((await places(at('bin.csv')))[0]).toEqual([20.5, 40.5]);
  });

  it('STAR to STAR keeps what it does not know', async () => {
    await run(['convert', at('one.star'), '-o', at('scaled.star'), '--bin-to', '2']);
    expect(readFileSync(at('scaled.star'), 'utf8')).toMatch(
      /_rlnKept\n4\.750000 9\.750000 yes\n14\.750000 +20 no\n/,
    );
  });

  it('many micrographs go into a folder with an index, and come back from it', async () => {
    const { code, stdout } = await run(['convert', at('many.star'), '-o', at('folder')]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/coordinate_files\.star/)]);
    expect(readdirSync(at('folder')).sort()).toEqual([
      'a_autopick.star',
      'b_autopick.star',
      'coordinate_files.star',
    ]);
    await run(['convert', at('folder', 'coordinate_files.star'), '-o', at('back.csv')]);
    expect(await places(at('back.csv'))).toEqual(await places(at('many.star')));
    expect(readFileSync(at('back.csv'), 'utf8')).toMatch(/^micrograph,x,y,score\nraw\/a\.mrc,10,20,0\.5\n/);
  });

  it('the paths of the index count from where it was made, as RELION takes them', async () => {
    mkdirSync('test-results', { recursive: true });
    const here = mkdtempSync('test-results/convert-');
    try {
      await run(['convert', at('many.star'), '-o', `${here}/picks/`]);
      expect(readFileSync(`${here}/picks/coordinate_files.star`, 'utf8')).toContain(
        `raw/a.mrc ${here}/picks/a_autopick.star\n`,
      );
    } finally {
      rmSync(here, { recursive: true });
    }
  });

  it('a folder for cryoSPARC gets each table’s group', async () => {
    await run(['convert', at('one.star'), '-o', at('cs'), '--to', 'cs', '--micrograph', at('a.mrc')]);
    expect(readdirSync(at('cs')).sort()).toEqual(['a_picks.cs', 'a_picks.csg']);
    expect(readFileSync(at('cs', 'a_picks.csg'), 'utf8')).toContain("metafile: '>a_picks.cs'");
  });

  it('many files are spoken of as many, and tables of particles as such', async () => {
    const boxes = await run(['convert', at('many.star'), '-o', at('boxes'), '--to', 'box']);
    expect(boxes.stdout).toMatch(/2 files in .*e2import\.py \*\.box .*\nIts boxes are 200 px/s);
    const star = await run(['convert', at('many.star'), '-o', at('again.star')]);
    expect(star.stdout).toMatch(/give again\.star to Particle extraction, with "OR re-extract/);
  });

  it('says how many particles lie off the micrograph', async () => {
    const args = ['convert', at('one.star'), '-o', at('off.csv'), '--micrograph', at('a.mrc')];
    const { code, stderr } = await run([...args, '--bin-from', '3']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/1 of 2 particles lie outside of a\.mrc \(100 × 80/),
    ]);
    expect((await run([...args, '--overwrite'])).stderr).toBe('');
  });

  it('takes one of many', async () => {
    await run(['convert', at('many.star'), '-o', at('b.csv'), '--micrograph', 'b']);
    expect(await places(at('b.csv'))).toEqual([
      [11, 20],
      [31, 40.5],
    ]);
  });

  it.each([
    [['many.star', '-o', 'x.box'], 2, /holds one micrograph, and there are 2/],
    [['many.star', '-o', 'x.csv', '--micrograph', 'c'], 1, /none of c\./],
    [['one.star', '-o', 'x.csv', '--flip-y'], 2, /--flip-y needs the size/],
    [['one.star', '-o', 'x.cs'], 2, /its size must be known/],
    [['one.star', '-o', 'x.xyz'], 2, /give --to/],
    [['one.star', '-o', 'one.star'], 2, /replaced by its own result/],
    [['one.star', '-o', './one.star', '--overwrite'], 2, /replaced by its own result/],
    [['a.mrc', '-o', '.', '--overwrite'], 2, /replaced by its own result/],
    [['one.star', '-o', 'x.mod'], 2, /read, not written/],
    [['a.mrc', '-o', 'x.star'], 2, /is a picture, which is written as MRC/],
    [['a.mrc', '-o', 'b.mrc', '--flip-y'], 2, /--flip-y is about coordinates, but .* is a picture/],
    [['one.star', '-o', 'x.mrc'], 1, /text file/],
    [['none.star', '-o', 'x.csv'], 1, /does not exist/],
  ] as [string[], number, RegExp][])('%j ends with %i', async (args, wanted, words) => {
    const paths = args.map((arg) => (/^(\.\/)?\w+\.\w+$|^\.$/.test(arg) ? `${root}/${arg}` : arg));
    const { code, stderr } = await run(['convert', ...paths]);
    expect([code, stderr]).toEqual([wanted, expect.stringMatching(words)]);
    expect(existsSync(at('x.csv'))).toBe(false);
  });
});

describe('convert, images', () => {
  it('a volume stays one', async () => {
    const sink = memorySink();
    const size = { width: 8, height: 8, frames: 8, isVolume: true, pixelSizeAngstrom: 2 };
    await writeMrc(sink, size, [new Float32Array(512).fill(0.5)]);
    writeFileSync(at('volume.mrc'), sink.bytes());
    expect((await run(['convert', at('volume.mrc'), '-o', at('volume12.mrc'), '--mode', '12'])).code).toBe(0);
    expect(await openMrc(source(at('volume12.mrc')))).toMatchObject({ kind: 'volume', frames: 8 });
  });

  it.each(['0', '1', '2', '6', '12'])('to MRC mode %s', async (mode) => {
    const output = at(`mode${mode}.mrc`);
    const { code, stderr } = await run(['convert', at('a.mrc'), '-o', output, '--mode', mode]);
    expect(code).toBe(0);
    const image = await openMrc(source(output));
    expect([image.header.width, image.header.height, image.header.mode.mode]).toEqual([
      100,
      80,
      Number(mode),
    ]);
    const rows = await image.readRows(0, 0, 80);
    expect(rows[5]).toBe(50);
    expect(/were cut/.test(stderr)).toBe(mode !== '2');
    expect(/RELION 3\.1 reads mode 6 as signed/.test(stderr)).toBe(mode === '6');
  });

  it('into a folder, under its own name', async () => {
    const { code } = await run(['convert', at('a.mrc'), '-o', `${at('new', 'folder')}/`]);
    expect([code, readdirSync(at('new', 'folder'))]).toEqual([0, ['a.mrc']]);
  });

  it('refuses modes that are not written', async () => {
    const { code, stderr } = await run(['convert', at('a.mrc'), '-o', at('m.mrc'), '--mode', '4']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--mode/)]);
  });
});

describeWithShared('data/coordinates/relion', 'convert on real files', () => {
  it('RELION particles of six optics groups: the optics stay to the byte', async () => {
    const file = 'data/coordinates/relion/relion31_6opticsgroups.star';
    mkdirSync(at('real'));
    await run(['convert', sharedPath(file), '-o', at('real', 'p.star'), '--bin-to', '2']);
    const [optics] = sharedText(file).split('data_particles');
    const text = readFileSync(at('real', 'p.star'), 'utf8');
    expect(text.startsWith(optics ?? '?')).toBe(true);
    expect((await places(at('real', 'p.star'))).length).toBe(139);
  });

  it('the index of coordinate files, named from where it lies', async () => {
    const { code } = await run([
      'convert',
      sharedPath('data/coordinates/ours/coordinate_files.star'),
      '-o',
      at('all.csv'),
    ]);
    expect(code).toBe(0);
    expect((await places(at('all.csv'))).length).toBe(473);
  });
});
