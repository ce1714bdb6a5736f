import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../../src/core/bytes.ts';
import { parseLiteral } from '../../../../src/formats/cs/literal.ts';
import { decodeLz4Block } from '../../../../src/formats/cs/lz4.ts';
import { readNpy, writeNpy } from '../../../../src/formats/cs/npy.ts';
import { readCs, readCsLocations } from '../../../../src/formats/cs/picks.ts';
import { type CsTable, findColumn, numberAt, textAt, uidAt } from '../../../../src/formats/cs/table.ts';
import { writeCs, writeCsg } from '../../../../src/formats/cs/write.ts';
import { pickLists } from '../picks.ts';
import { describeWithShared, sharedBytes } from '../sharedData.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const value = (table: CsTable, name: string, row: number, index = 0) => {
  const column = findColumn(table, name);
  return column ? numberAt(table, column, row, index) : undefined;
};

describe('Python literals', () => {
  it('are read as data', () => {
    const parsed = parseLiteral(
      "{'descr': [('a/b', '<f4', (2,)), (\"it's\", '|S5')], 'x': (10L, -3), 'y': True, }",
    );
    expect(parsed).toEqual(
      new Map<string, unknown>([
        [
          'descr',
          [
            ['a/b', '<f4', [2]],
            ["it's", '|S5'],
          ],
        ],
        ['x', [10, -3]],
        ['y', true],
      ]),
    );
  });

  it.each(['', '{', "{'a' 1}", "{'a': }", '[1 2]', "__import__('os')", `${'['.repeat(1000)}`, '{1: 2}'])(
    'refuse %j',
    (text) => {
      expect(parseLiteral(text)).toBeUndefined();
    },
  );
});

describe('LZ4 blocks', () => {
  it('are unpacked, copies that overlap themselves too', () => {
    // "ab", then 13 bytes copied from 2 back, then "xyzzy" (the specification's end: five literals).
    const block = Uint8Array.of(0x29, 97, 98, 2, 0, 0x50, ...encode('xyzzy'));
    expect(new TextDecoder().decode(decodeLz4Block(block, 20))).toBe('abababababababaxyzzy');
    // 270 literals: 15 + 255 + 0.
    const long = Uint8Array.of(0xf0, 255, 0, ...new Uint8Array(270).fill(7));
    expect(decodeLz4Block(long, 270)).toEqual(new Uint8Array(270).fill(7));
  });

  it('of a wrong size, or that reach before their start, are refused', () => {
    const block = Uint8Array.of(0x29, 97, 98, 2, 0, 0x50, ...encode('xyzzy'));
    expect(decodeLz4Block(block, 19)).toBeUndefined();
    expect(decodeLz4Block(block, 21)).toBeUndefined();
    expect(decodeLz4Block(Uint8Array.of(0x29, 97, 98, 3, 0, 0x50, ...encode('xyzzy')), 20)).toBeUndefined();
    expect(decodeLz4Block(Uint8Array.of(0xf0, 255, 255), 20)).toBeUndefined();
  });
});

/** A file of the stream format, as its specification in cryosparc-tools has it: x is packed, the rest is plain. */
function csdat(change: (header: Record<string, unknown>) => void = () => {}) {
  const header = {
    length: 2,
    dtype: [
      ['uid', '<u8'],
      ['location/micrograph_path', '|O'],
      ['location/micrograph_shape', '<u4', [2]],
      ['location/center_x_frac', '<f4'],
      ['location/center_y_frac', '<f4'],
    ],
    compression: 'lz4',
    compressed_fields: ['location/center_x_frac'],
  };
  change(header);
  const word = (n: number) => new Uint8Array(Uint32Array.of(n).buffer);
  const column = (bytes: Uint8Array) => concatBytes([word(bytes.length), bytes]);
  const of = (array: { readonly buffer: ArrayBuffer }) => new Uint8Array(array.buffer);
  const text = encode(JSON.stringify(header));
  return concatBytes([
    Uint8Array.of(0x95, ...encode('CSDAT')),
    word(text.length),
    text,
    column(of(BigUint64Array.of(2n ** 63n + 5n, 6n))),
    column(of(BigUint64Array.of(1n, 1n))),
    column(of(Uint32Array.of(1000, 2000, 1000, 2000))),
    column(concatBytes([Uint8Array.of(0x80), of(Float32Array.of(0.25, 0.5))])),
    column(of(Float32Array.of(0.75, 0.125))),
    encode('\0J1/12345678901234567_mic.mrc\0'),
  ]);
}

describe('the stream format', () => {
  it('is read', () => {
    const table = readCs('a.cs', csdat());
    const uid = findColumn(table, 'uid');
    expect(uid && uidAt(table, uid, 0)).toBe(2n ** 63n + 5n);
    expect(readCsLocations(table)).toEqual({
      unit: 'pixel',
      micrographs: [
        {
          name: 'J1/12345678901234567_mic.mrc',
          width: 2000,
          height: 1000,
          coordinates: [
            { x: 499.5, y: 749.5, score: undefined },
            { x: 999.5, y: 124.5, score: undefined },
          ],
        },
      ],
    });
  });

  it.each([
    ['an unknown packing', (header) => (header.compression = 'snap'), 'bad-cs', /save it as a NumPy file/],
    ['no columns', (header) => (header.dtype = 7), 'bad-cs', /columns/],
    ['a length of many TB', (header) => (header.length = 1e12), 'truncated', /too few bytes/],
  ] as [string, (header: Record<string, unknown>) => void, string, RegExp][])(
    'with %s is refused',
    (_, change, problem, words) => {
      expect(() => readCs('a.cs', csdat(change))).toThrow(words);
      expect(() => readCs('a.cs', csdat(change))).toThrow(expect.objectContaining({ problem }));
    },
  );
});

describe('.cs files of ours', () => {
  it('come back within a thousandth of a pixel', () => {
    const size = { width: 5760, height: 4092 };
    fc.assert(
      fc.property(pickLists({ least: 1, scored: true }), (picks) => {
        const inside = picks.map(({ x, y, score }) => ({
          x: Math.abs(x) % 5760,
          y: Math.abs(y) % 4092,
          score,
        }));
        const written = writeCs([
          { name: 'raw/Ångström mic.mrc', ...size, pixelSizeAngstrom: 0.885, coordinates: inside },
        ]);
        const { unit, micrographs } = readCsLocations(readCs('a.cs', written));
        expect(unit).toBe('pixel');
        expect(micrographs[0]).toMatchObject({
          name: 'raw/Ångström mic.mrc',
          ...size,
          pixelSizeAngstrom: 0.885,
        });
        micrographs[0]?.coordinates.forEach(({ x, y, score }, i) => {
          expect(Math.abs(x - (inside[i]?.x ?? Number.NaN))).toBeLessThan(1e-3);
          expect(Math.abs(y - (inside[i]?.y ?? Number.NaN))).toBeLessThan(1e-3);
          expect(score).toBeCloseTo(inside[i]?.score ?? Number.NaN, 3);
        });
        expect(micrographs[0]?.coordinates.length).toBe(inside.length);
      }),
    );
  });

  it('give every particle its own uid, the same ones again', () => {
    const coordinates = Array.from({ length: 50 }, (_, i) => ({ x: i % 5, y: 3, score: 1 }));
    const bytes = writeCs([{ name: 'a.mrc', width: 100, height: 90, coordinates }]);
    const table = readCs('a.cs', bytes);
    const uid = findColumn(table, 'uid');
    const uids = uid ? coordinates.map((_, row) => uidAt(table, uid, row)) : [];
    expect(new Set(uids).size).toBe(50);
    expect(writeCs([{ name: 'a.mrc', width: 100, height: 90, coordinates }])).toEqual(bytes);
  });

  const python = spawnSync('python3', ['-c', 'import numpy']).status === 0;
  if (!python) console.log('SKIPPED "NumPy reads .cs files of ours": python3 with numpy is not there.');
  it.skipIf(!python)('are what NumPy reads', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-cs-'));
    const coordinates = [
      { x: 0, y: 0, score: 0.5 },
      { x: 99, y: 44.5, score: 0.25 },
    ];
    writeFileSync(join(folder, 'a.cs'), writeCs([{ name: 'm/a.mrc', width: 100, height: 90, coordinates }]));
    const code =
      "import numpy,json;a=numpy.load('a.cs');print(json.dumps([a.dtype.names,a['location/center_x_frac'].tolist(),a['location/center_y_frac'].tolist(),a['location/micrograph_shape'].tolist(),a['location/micrograph_path'][1].decode(),a['pick_stats/ncc_score'].tolist()]))";
    const { stdout } = spawnSync('python3', ['-c', code], { cwd: folder, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    const [names, x, y, shape, path, scores] = JSON.parse(stdout);
    expect(names).toEqual([
      'uid',
      ...['micrograph_uid', 'exp_group_id', 'micrograph_path', 'micrograph_shape', 'center_x_frac'].map(
        (n) => `location/${n}`,
      ),
      ...['center_y_frac', 'micrograph_psize_A'].map((n) => `location/${n}`),
      ...['ncc_score', 'power', 'template_idx', 'angle_rad'].map((n) => `pick_stats/${n}`),
    ]);
    [x, y].forEach((values, axis) => {
      const wanted = axis === 0 ? [0.005, 0.995] : [0.5 / 90, 0.5];
      values.forEach((one: number, i: number) => {
        expect(one).toBeCloseTo(wanted[i] ?? Number.NaN, 6);
      });
    });
    expect([shape, path, scores]).toEqual([
      [
        [90, 100],
        [90, 100],
      ],
      'm/a.mrc',
      [0.5, 0.25],
    ]);
  });

  it('are tied to a group', () => {
    expect(writeCsg('a_picks.cs', 7, '2026-01-02')).toMatch(
      /results:\n {2}location:\n {4}metafile: '>a_picks.cs'\n {4}num_items: 7\n {4}type: particle.location\n {2}pick_stats:/,
    );
  });
});

describe('NumPy files', () => {
  const plain = (text: string, rows = new Uint8Array(64), version = 1) => {
    const body = encode(text);
    const head =
      version === 1 ? [body.length & 255, body.length >> 8] : [body.length & 255, body.length >> 8, 0, 0];
    return Uint8Array.of(0x93, ...encode('NUMPY'), version, 0, ...head, ...body, ...rows);
  };

  it('of versions 2 and 3, big-endian, with odd types, are read', () => {
    const rows = new Uint8Array(18);
    const view = new DataView(rows.buffer);
    view.setFloat64(0, 1.5);
    view.setInt16(8, -7);
    view.setUint32(10, 0x41);
    view.setUint32(14, 0x1f600);
    const text =
      "{'descr': [('a', '>f8'), ('b', '>i2'), ('c', '>U2')], 'fortran_order': False, 'shape': (1,)}";
    for (const version of [1, 2, 3]) {
      const table = readNpy('a.cs', plain(text, rows, version));
      const c = findColumn(table, 'c');
      expect([value(table, 'a', 0), value(table, 'b', 0), c && textAt(table, c, 0)]).toEqual([
        1.5,
        -7,
        'A😀',
      ]);
    }
  });

  it.each([
    ["{'descr': '<f4', 'shape': (3,)}", 'bad-cs', /no named columns/],
    ["{'descr': [('a', '|O')], 'shape': (3, 3)}", 'bad-cs', /not one number of rows/],
    ["{'descr': [('a', [('b', '<f4')])], 'shape': (3,)}", 'bad-cs', /plain types/],
    ["{'descr': [('a', '<f4')], 'shape': (10000000000,)}", 'truncated', /rows of 4 bytes should follow/],
    ["{'descr': [('a', '<f4', (999999, 999999))], 'shape': (9,)}", 'truncated', /cut off/],
    ['import os', 'bad-cs', /header/],
  ])('with the header %j are refused', (text, problem, words) => {
    expect(() => readNpy('a.cs', plain(text))).toThrow(words);
    expect(() => readNpy('a.cs', plain(text))).toThrow(expect.objectContaining({ problem }));
  });

  it('of many fields get the longer header', () => {
    const columns = Array.from({ length: 3000 }, (_, i) => ({
      name: `field/number_${i}`,
      type: '<f4',
      size: 4,
      write: (view: DataView, at: number) => view.setFloat32(at, i, true),
    }));
    const bytes = writeNpy(columns, 1);
    expect(bytes[6]).toBe(2);
    expect(value(readNpy('a.cs', bytes), 'field/number_2999', 0)).toBe(2999);
  });
});

describeWithShared('data/coordinates/cryosparc', '.cs files of cryoSPARC', () => {
  const read = (file: string) => readCs(file, sharedBytes(`data/coordinates/${file}`));

  // Values by NumPy.
  it('keep all their columns', () => {
    const exported = read('cryosparc/J2_particles_exported.cs');
    expect([exported.length, exported.columns.length]).toEqual([22, 42]);
    const [uid, path] = [findColumn(exported, 'uid'), findColumn(exported, 'blob/path')];
    expect(uid && uidAt(exported, uid, 0)).toBe(2714306824294111763n);
    expect(path && textAt(exported, path, 0)).toBe(
      '>J1/imported/000090334788266266069_18jam15b_0345_ali_DW.mrcs',
    );
    const other = read('cryosparc/empiar_10076_7.cs');
    expect([other.length, other.columns.length]).toEqual([7, 24]);
    const none = read('cryosparc/zero_rows_4k.cs');
    expect([none.length, none.columns.length]).toEqual([0, 106]);
    expect(readCsLocations(none).micrographs).toEqual([{ name: undefined, coordinates: [] }]);
  });

  it('without locations say so', () => {
    expect(() => readCsLocations(read('cryosparc/J2_particles_exported.cs'))).toThrow(
      /has 42 columns but no location/,
    );
  });

  it('with locations give centres', () => {
    const { micrographs, unit } = readCsLocations(read('ours/apoferritin_picks.cs'));
    expect([unit, micrographs.length, micrographs[0]?.coordinates.length]).toEqual(['pixel', 1, 149]);
    expect(micrographs[0]).toMatchObject({ width: 1240, height: 1200, pixelSizeAngstrom: 1.5 });
    expect(micrographs[0]?.coordinates[0]?.x).toBeCloseTo(405.97, 2);
    expect(micrographs[0]?.coordinates[0]?.y).toBeCloseTo(32.27, 2);
  });
});
