import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../../src/core/bytes.ts';
import { FormatError } from '../../../../src/core/errors.ts';
import { findMicrograph, readCoordinates } from '../../../../src/dataset/coordinates/read.ts';
import { writeCoordinateFolder, writeCoordinates } from '../../../../src/dataset/coordinates/write.ts';
import type { CoordinateFormat } from '../../../../src/formats/coordinates.ts';
import { describeWithShared, hasShared, sharedSource } from '../../formats/sharedData.ts';

const file = (name: string, text: string) => memorySource(name, new TextEncoder().encode(text));
const star = (...rows: string[]) =>
  `data_\nloop_\n_rlnCoordinateX\n_rlnCoordinateY\n_rlnMicrographName\n${rows.join('\n')}\n`;

describe('readCoordinates tells formats apart', () => {
  it.each([
    ['a.txt', 'image_name\tx_coord\ty_coord\tscore\na\t1\t2\t3\n', 'topaz'],
    ['a.txt', '1 2 10 10\n', 'box'],
    ['a.txt', 'x,y\n1,2\n', 'csv'],
    ['a.txt', star('1 2 a'), 'star'],
    [
      'a.star',
      'data_global\n\n_v 1\n\ndata_cryolo\nloop_\n_CoordinateX\n_CoordinateY\n_Width\n_Height\n1 2 3 4\n',
      'cbox',
    ],
    ['a.cbox', '1\t2\t10\t10\t0.5\t9\t9\n', 'cbox'],
    ['a.dat', ' {"boxes": [[1, 2, "manual"]]}', 'eman2'],
  ] as [string, string, CoordinateFormat][])('%s with %j', async (name, text, format) => {
    const read = await readCoordinates(file(name, text));
    expect([read.format, read.micrographs.flatMap(({ coordinates }) => coordinates).length]).toEqual([
      format,
      1,
    ]);
  });

  it('but the user has the last word', async () => {
    const read = await readCoordinates(file('a.txt', '1 2 10 10 0.5 9 9\n'), { format: 'cbox' });
    expect(read.micrographs[0]?.coordinates[0]).toMatchObject({ x: 6, y: 7, score: 0.5 });
  });

  it.each([
    ['a.cs', 'text', 'bad-cs'],
    ['a.mod', 'text', 'bad-model'],
    ['a.json', 'x,y\n1,2\n', 'bad-json'],
    ['a.star', '', 'empty'],
    ['a.star', 'x,y\n1,2\n', 'bad-star'],
  ])('%s with %j is refused', async (name, text, problem) => {
    await expect(readCoordinates(file(name, text))).rejects.toMatchObject({ problem });
  });
});

describe('places that no micrograph has', () => {
  it.each([
    ['a.star', star('1 2 a', '1e20 2 a'), 'bad-star'],
    ['a.csv', 'x,y\n1,2\n3,-1e8\n', 'bad-csv'],
    ['a.box', '1 2 1e300 10\n', 'bad-box'],
  ])('%s with %j is refused', async (name, text, problem) => {
    await expect(readCoordinates(file(name, text))).rejects.toMatchObject({
      problem,
      message: expect.stringMatching(/is damaged: a particle at \(.*\) has .* pixels can be/),
    });
  });

  it('but the edge of the largest picture is no damage', async () => {
    const read = await readCoordinates(file('a.csv', 'x,y\n-12,70000\n'));
    expect(read.micrographs[0]?.coordinates).toMatchObject([{ x: -12, y: 70000 }]);
  });
});

describe('writeCoordinateFolder', () => {
  it('names files in its index from the folder on that RELION starts at', () => {
    const micrographs = ['m/a.mrc', 'm/b.mrc'].map((name) => ({ name, coordinates: [] }));
    const files = writeCoordinateFolder('star', micrographs, { boxSizePx: 10 }, 'Picks/job1');
    const index = new TextDecoder().decode(files.at(-1)?.bytes);
    expect(index).toMatch(
      /^m\/a\.mrc Picks\/job1\/a_autopick\.star\nm\/b\.mrc Picks\/job1\/b_autopick\.star$/m,
    );
  });
});

describe('a file of boxes of a micrograph without picks', () => {
  it.each([
    ['a.box', 'box', ''],
    ['a.cbox', 'cbox', ''],
    ['a.box', 'box', '# nothing\n'],
  ])('%s, %s: %j', async (name, format, text) => {
    const read = await readCoordinates(file(name, text));
    expect(read).toMatchObject({ format, micrographs: [{ name: undefined, coordinates: [] }] });
    expect(read.warnings).toEqual(text === '' ? [expect.stringContaining('is empty (0 bytes)')] : []);
  });

  it('is what we write ourselves', async () => {
    const bytes = writeCoordinates('box', [{ name: 'a', coordinates: [] }], { boxSizePx: 10 });
    expect((await readCoordinates(memorySource('a.box', bytes))).micrographs[0]?.coordinates).toEqual([]);
  });
});

describe('an index of coordinate files', () => {
  const index = file(
    'autopick.star',
    'data_coordinate_files\nloop_\n_rlnMicrographName\n_rlnMicrographCoordinates\nm/a.mrc p/a.star\nm/b.mrc p/b.star\n',
  );
  const files: Record<string, string> = { 'p/a.star': star('1 2 x', '3 4 x'), 'p/b.star': star('5 6 x') };
  const resolve = async (path: string) => {
    const text = files[path];
    return text === undefined ? undefined : file(path, text);
  };

  it('gives the picks of the files it names', async () => {
    const read = await readCoordinates(index, { resolve });
    expect(read.micrographs.map(({ name, coordinates }) => [name, coordinates.length])).toEqual([
      ['m/a.mrc', 2],
      ['m/b.mrc', 1],
    ]);
    expect(read.star).toBeUndefined();
  });

  it('says which are not there', async () => {
    const some = await readCoordinates(index, {
      resolve: async (path) => (path === 'p/a.star' ? resolve(path) : undefined),
    });
    expect(some.warnings).toEqual(['1 of the 2 files that autopick.star names are not there (p/b.star).']);
    await expect(readCoordinates(index, { resolve: async () => undefined })).rejects.toThrow(
      /none of those it names is there/,
    );
    await expect(readCoordinates(index)).rejects.toThrow(/open the files that it names/);
  });

  it('in an index is refused, so that no circle can be', async () => {
    await expect(readCoordinates(index, { resolve: async () => index })).rejects.toThrow(FormatError);
  });
});

describe('findMicrograph', () => {
  it.each([
    ['raw/a.mrc', 'job/a.mrcs', 'a'],
    ['May08_03.05.02.mrc', 'May08_03.05.02', 'May08_03.05.02'],
    ['mic1.tiff', 'J1/motion/123456789012345678_mic1_patch_aligned.mrc', 'mic1'],
    ['mic1_DW.mrc', 'mic1.mrc', 'mic1'],
  ])('finds %s as %s', async (opened, named) => {
    const read = await readCoordinates(file('p.star', star(`1 2 ${named}`, '3 4 other.mrc', '5 6 mi.mrc')));
    expect(findMicrograph(read, opened)?.name).toBe(named);
  });

  it('does not guess between two', async () => {
    const read = await readCoordinates(file('p.star', star('1 2 a_1.mrc', '3 4 a_2.mrc')));
    expect(findMicrograph(read, 'a.mrc')).toBeUndefined();
    expect(findMicrograph(read, 'a_2.tif')?.coordinates[0]?.x).toBe(3);
  });
});

/** All of shared/data/coordinates: rows as its README has them, or the word for why not. */
const EXPECTED: Readonly<Record<string, readonly [CoordinateFormat, number] | string>> = {
  'relion/relion30_autopick.star': ['star', 45],
  'relion/relion30_particles.star': ['star', 17],
  'relion/relion31_autopick.star': ['star', 296],
  'relion/relion31_particles.star': ['star', 17],
  'relion/relion31_optics_particles.star': ['star', 5],
  'relion/relion31_6opticsgroups.star': ['star', 139],
  'relion/relion5_particles.star': ['star', 17],
  'relion/pyem_from_cryosparc.star': ['star', 5],
  'relion/manualpick_placeholders.star': ['star', 460],
  'starfile-edge/one_loop.star': ['star', 16],
  'starfile-edge/rln3.1_data_style.star': ['star', 2],
  'starfile-edge/basic_double_quote.star': 'missing-columns',
  'starfile-edge/empty_loop.star': 'missing-columns',
  'starfile-edge/default_pipeline.star': 'missing-columns',
  'starfile-edge/xmipp_test.xmd': 'missing-columns',
  'eman-box/edge/2d_0_center.box': ['box', 2],
  'eman-box/edge/2d_center.box': ['box', 3],
  'eman-box/edge/2d_center_float.box': ['box', 3],
  'eman-box/edge/2d_left.box': ['box', 3],
  'eman-box/edge/2d_empty.box': ['box', 0],
  'eman-box/edge/2d_corrupt_has_string.box': 'bad-box',
  'eman-box/edge/2d_corrupt_unqual_columns.box': 'bad-box',
  'cbox/old_format.cbox': ['cbox', 174],
  'cbox/same_micrograph_old_format.cbox': ['cbox', 125],
  'cbox/new_format.cbox': ['cbox', 125],
  'cbox/TcdA1-0010_old.cbox': ['cbox', 133],
  'cbox/TcdA1-0155_new.cbox': ['cbox', 146],
  'cbox/boxmanager_2d.cbox': ['cbox', 3],
  'cbox/boxmanager_3d.cbox': ['cbox', 3],
  'cbox/filament.cbox': ['cbox', 16],
  'cbox/empty.cbox': ['cbox', 0],
  'cryosparc/J2_particles_exported.cs': 'missing-columns',
  'cryosparc/empiar_10076_7.cs': 'missing-columns',
  'cryosparc/zero_rows_4k.cs': ['cs', 0],
  'cryosparc/lfs_pointer_run_data.star': 'bad-star',
  'cryoppp/stack_0005_2x_SumCorr.csv': ['csv', 68],
  'cryoppp/stack_0029_2x_SumCorr.csv': ['csv', 185],
  'imod/two_contour_example.mod': ['imod', 25],
  'imod/slicer_angle_example.mod': ['imod', 4],
  'imod/point_sizes_example.mod': ['imod', 18],
  'imod/multiple_objects_example.mod': ['imod', 6],
  'topaz/header_only_picks.txt': ['topaz', 0],
  'ours/coordinate_files.star': ['star', 149 + 161 + 163],
  'ours/apoferritin_picks.cs': ['cs', 149],
  'ours/topaz_picks.txt': ['topaz', 149],
  'ours/crlf_tabs_blank_lines.star': ['star', 2],
  'ours/no_column_numbers_y_first.star': ['star', 2],
};

describeWithShared('data/coordinates', 'readCoordinates on the files of all programs', () => {
  it.each(Object.entries(EXPECTED))('%s', async (path, expected) => {
    const place = `data/coordinates/${path}`;
    const resolve = async (named: string) => {
      const found = join(dirname(place), named);
      return hasShared(found) ? sharedSource(found) : undefined;
    };
    const reading = readCoordinates(sharedSource(place), { resolve });
    if (typeof expected === 'string') {
      await expect(reading).rejects.toMatchObject({ problem: expected });
      return;
    }
    const { format, micrographs } = await reading;
    const all = micrographs.flatMap(({ coordinates }) => coordinates);
    expect([format, all.length]).toEqual(expected);
    expect(all.every(({ x, y }) => Number.isFinite(x + y))).toBe(true);
  });
});
