import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../../src/core/bytes.ts';
import { FormatError } from '../../../../src/core/errors.ts';
import { readNpyArray, writeNpyArray } from '../../../../src/formats/npy/npy.ts';
import { runPython } from '../../../fixtures/torch.ts';
import { describeWithShared, sharedBytes } from '../sharedData.ts';

/** A file of any header around any numbers. */
function npy(header: string, data: Uint8Array = new Uint8Array(), version = 1): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header);
  const head = new Uint8Array(version === 1 ? 10 : 12);
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(head.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  return concatBytes([head, text, data]);
}

const described = (descr: string, shape: string, order = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

describe('plain NumPy arrays', () => {
  it('come back as they were written, NaN and infinity too', () => {
    const sides = fc.array(fc.nat(4), { maxLength: 4 });
    fc.assert(
      fc.property(
        sides.chain((shape) => {
          const length = shape.reduce((all, n) => all * n, 1);
          return fc.tuple(fc.constant(shape), fc.array(fc.float(), { minLength: length, maxLength: length }));
        }),
        ([shape, values]) => {
          const data = Float32Array.from(values);
          expect(readNpyArray('a.npy', writeNpyArray(shape, data))).toEqual({ shape, dtype: '<f4', data });
        },
      ),
    );
  });

  it('are read in every version', () => {
    for (const version of [1, 2, 3]) {
      const file = npy(described('<u2', '(2,)'), Uint8Array.of(1, 0, 0, 2), version);
      expect([...readNpyArray('a.npy', file).data]).toEqual([1, 512]);
    }
  });

  it('are not written when the shape does not fit', () => {
    expect(() => writeNpyArray([2, 3], new Float32Array(5))).toThrow(RangeError);
  });

  it.each<[string, Uint8Array, string, RegExp]>([
    ['nothing', new Uint8Array(), 'empty', /is empty/],
    ['another file', new Uint8Array(200), 'bad-npy', /is not a NumPy file/],
    ['a cut before the header', npy(described('<f4', '()')).slice(0, 11), 'truncated', /cut off after 11/],
    ['a cut in the header', npy(described('<f4', '()')).slice(0, 40), 'truncated', /within its header/],
    [
      'a cut in the numbers',
      npy(described('<f4', '(2,)'), new Uint8Array(7)),
      'truncated',
      /8 bytes of numbers should follow its header, but 7 do/,
    ],
    ['version 4', npy(described('<f4', '()'), new Uint8Array(4), 4), 'bad-npy', /version 4/],
    [
      'a header of gigabytes',
      concatBytes([npy('', new Uint8Array(), 2).subarray(0, 8), Uint8Array.of(255, 255, 255, 255)]),
      'bad-npy',
      /header of 4294967295 bytes/,
    ],
    ['a program', npy("__import__('os').system('id')"), 'bad-npy', /header can't be read/],
    ['a program in a dictionary', npy("{'descr': eval('1')}"), 'bad-npy', /header can't be read/],
    ['a list', npy("['<f4']"), 'bad-npy', /header can't be read/],
    ['deep nesting', npy('['.repeat(60_000)), 'bad-npy', /header can't be read/],
    ['no shape', npy("{'descr': '<f4', 'fortran_order': False}"), 'bad-npy', /no good shape/],
    ['a negative side', npy(described('<f4', '(-1,)')), 'bad-npy', /no good shape/],
    ['a fraction of a side', npy(described('<f4', '(1.5,)')), 'bad-npy', /./],
    ['a side without an end', npy(described('<f4', `(${'9'.repeat(400)},)`)), 'bad-npy', /no good shape/],
    ['no order', npy("{'descr': '<f4', 'shape': ()}"), 'bad-npy', /no type or no order/],
    [
      'sides that overflow',
      npy(described('<f4', '(9007199254740991, 9007199254740991)')),
      'bad-npy',
      /too many/,
    ],
    ['a giant', npy(described('<f4', '(2147483647,)')), 'bad-npy', /too many/],
    [
      'records',
      npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}"),
      'bad-npy',
      /table of records/,
    ],
    [
      'objects, which are pickles',
      npy(described('|O', '(1,)'), new Uint8Array(8)),
      'bad-npy',
      /of the type \|O/,
    ],
    ['complex numbers', npy(described('<c8', '(1,)'), new Uint8Array(8)), 'bad-npy', /of the type <c8/],
    ['text', npy(described('<U3', '(1,)'), new Uint8Array(12)), 'bad-npy', /of the type <U3/],
    [
      'the prototype',
      npy(described('constructor', '(1,)'), new Uint8Array(8)),
      'bad-npy',
      /of the type constructor/,
    ],
  ])('are refused with a sentence: %s', (_, bytes, problem, words) => {
    expect(() => readNpyArray('a.npy', bytes)).toThrow(words);
    expect(() => readNpyArray('a.npy', bytes)).toThrow(FormatError);
    expect(() => readNpyArray('a.npy', bytes)).toThrow(expect.objectContaining({ problem }));
  });

  it('of no elements take none, whatever the other sides', () => {
    const huge = Array<string>(20).fill('9007199254740991').join(', ');
    expect(readNpyArray('a.npy', npy(described('<f4', `(${huge}, 0)`))).data).toHaveLength(0);
  });
});

describeWithShared('reference/inputs/apo_avg_256.npy', 'a NumPy file of the reference', () => {
  it('is written again byte for byte', () => {
    const bytes = sharedBytes('reference/inputs/apo_avg_256.npy');
    const { shape, data } = readNpyArray('apo_avg_256.npy', bytes);
    expect(shape).toEqual([256, 256]);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    expect(Math.abs(mean)).toBeLessThan(1e-5);
    expect(writeNpyArray(shape, data)).toEqual(bytes);
  });
});

const hasNumpy = spawnSync('/usr/bin/python3', ['-c', 'import numpy']).status === 0;
if (!hasNumpy) console.log('SKIPPED "NumPy itself": Python with NumPy is not there (Debian: python3-numpy).');

describe.skipIf(!hasNumpy)('NumPy itself', { timeout: 60_000 }, () => {
  it('writes every type, byte order and axis order so that we read it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-npy-'));
    runPython(
      `
import numpy, sys
for kind in "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1".split():
    a = (numpy.arange(24) - (0 if kind[0] in "ub" else 12)).reshape(2, 3, 4)
    for order in "<>":
        for axes in "CF":
            numpy.save(f"{sys.argv[1]}/{kind}{'little' if order == '<' else 'big'}{axes}", a.astype(order + kind, order=axes))
`,
      folder,
    );
    for (const kind of 'f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1'.split(' ')) {
      const expected = Array.from({ length: 24 }, (_, i) =>
        kind === 'b1' ? Math.min(i, 1) : kind.startsWith('u') ? i : i - 12,
      );
      for (const name of ['littleC', 'littleF', 'bigC', 'bigF']) {
        const bytes = new Uint8Array(readFileSync(join(folder, `${kind}${name}.npy`)));
        const { shape, data } = readNpyArray(kind, bytes);
        expect(shape).toEqual([2, 3, 4]);
        expect([...data], `${kind} ${name}`).toEqual(expected);
      }
    }
    rmSync(folder, { recursive: true });
  });

  it('writes the same bytes as we do, for every rank and every length of header', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-npy-'));
    const shapes = [
      [],
      [0],
      [5],
      [3, 4],
      [0, 7],
      [1, 2, 3],
      ...Array.from({ length: 32 }, (_, n) => Array<number>(n + 1).fill(1)),
    ];
    shapes.forEach((shape, i) => {
      const count = shape.reduce((all, n) => all * n, 1);
      const data = Float32Array.from({ length: count }, (_, value) => value);
      writeFileSync(join(folder, `${i}.npy`), writeNpyArray(shape, data));
    });
    const report = runPython(
      `
import io, json, numpy, sys
for i, shape in enumerate(json.loads(sys.argv[2])):
    out = io.BytesIO()
    numpy.save(out, numpy.arange(int(numpy.prod(shape)), dtype="<f4").reshape(shape))
    ours = open(f"{sys.argv[1]}/{i}.npy", "rb").read()
    if out.getvalue() != ours:
        print(shape, len(out.getvalue()), len(ours))
`,
      folder,
      JSON.stringify(shapes),
    );
    expect(report).toBe('');
    rmSync(folder, { recursive: true });
  });
});
