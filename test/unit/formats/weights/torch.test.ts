import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../../src/core/errors.ts';
import { readTorchWeights } from '../../../../src/formats/weights/torch/read.ts';
import {
  bytesOf,
  code,
  containerOf,
  global,
  int,
  legacyFile,
  legacyOf,
  pickle,
  stateDict,
  type TensorSpec,
  tensor,
  text,
  tuple,
} from '../../../fixtures/pickle.ts';

const read = (bytes: Uint8Array) =>
  [...readTorchWeights('w.sav', bytes)].map(([name, { shape, data }]) => ({ name, shape, data: [...data] }));

/** The same state dictionary as a stream and as an archive. */
function both(
  specs: readonly TensorSpec[],
  storages: Readonly<Record<string, ArrayBufferView>>,
): Uint8Array[] {
  const entries = Object.entries(storages).map(([key, view]): [string, Uint8Array] => [key, bytesOf(view)]);
  const size = (view: ArrayBufferView) => ('length' in view ? Number(view.length) : 0);
  return [
    legacyFile(
      stateDict(specs, [code('N')]),
      Object.entries(storages).map(([key, view]) => [key, size(view), bytesOf(view)]),
    ),
    containerOf(stateDict(specs), Object.fromEntries(entries)),
    containerOf(stateDict(specs), Object.fromEntries(entries), 6),
  ];
}

describe('weights saved by PyTorch', () => {
  it('come back by name, in order', () => {
    const specs = [
      { name: 'z.weight', shape: [2, 3] },
      { name: 'a.bias', shape: [] },
    ];
    for (const file of both(specs, {
      'z.weight': Float32Array.of(1, 2, 3, 4, 5, 6),
      'a.bias': Float32Array.of(7),
    })) {
      expect(read(file)).toEqual([
        { name: 'z.weight', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] },
        { name: 'a.bias', shape: [], data: [7] },
      ]);
    }
  });

  it('are converted from every number type', () => {
    const half = { type: 'HalfStorage', values: Uint16Array.of(0x3c00, 0xc100), expected: [1, -2.5] };
    const types = [
      half,
      { type: 'BFloat16Storage', values: Uint16Array.of(0x3f80, 0xc020), expected: [1, -2.5] },
      { type: 'DoubleStorage', values: Float64Array.of(0.1, -2.5), expected: [Math.fround(0.1), -2.5] },
      { type: 'LongStorage', values: BigInt64Array.of(3n, -4n), expected: [3, -4] },
      { type: 'IntStorage', values: Int32Array.of(3, -4), expected: [3, -4] },
      { type: 'ShortStorage', values: Int16Array.of(3, -4), expected: [3, -4] },
      { type: 'CharStorage', values: Int8Array.of(3, -4), expected: [3, -4] },
      { type: 'ByteStorage', values: Uint8Array.of(3, 252), expected: [3, 252] },
      { type: 'BoolStorage', values: Uint8Array.of(1, 0), expected: [1, 0] },
    ];
    for (const { type, values, expected } of types) {
      for (const file of both([{ name: 'w', shape: [2], type }], { w: values })) {
        expect(read(file), type).toEqual([{ name: 'w', shape: [2], data: expected }]);
      }
    }
  });

  it('follow offsets and strides, and may share a storage', () => {
    const specs = [
      { name: 'transposed', shape: [3, 2], strides: [1, 3], offset: 1, key: 's', length: 7 },
      { name: 'tied', shape: [2, 2], strides: [3, 2], key: 's', length: 7 },
      { name: 'empty', shape: [0, 5], strides: [5, 1], key: 's', length: 7 },
    ];
    for (const file of both(specs, { s: Float32Array.of(0, 1, 2, 3, 4, 5, 6) })) {
      expect(read(file).map(({ data }) => data)).toEqual([[1, 4, 2, 5, 3, 6], [0, 2, 3, 5], []]);
    }
  });

  it('of any shape and stride are the elements that the strides say', () => {
    const sides = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(sides, fc.nat(3), fc.infiniteStream(fc.nat(2)), (shape, offset, gaps) => {
        // Row-major with gaps, in any order of axes.
        let step = 1;
        const strides = shape.map((side) => {
          const stride = step + (gaps.next().value ?? 0);
          step = stride * side;
          return stride;
        });
        const length = offset + step;
        const values = Float32Array.from({ length }, (_, i) => i);
        const indices = shape.reduce<number[]>(
          (starts, side, axis) =>
            starts.flatMap((at) => Array.from({ length: side }, (_, i) => at + i * (strides[axis] ?? 0))),
          [offset],
        );
        const spec = { name: 'w', shape, strides, offset, length };
        for (const file of both([spec], { w: values })) expect(read(file)[0]?.data).toEqual(indices);
      }),
      { numRuns: 30 },
    );
  });

  it('go by their own names where a wrapper for several GPUs saved them, and only then', () => {
    const named = (...names: string[]) =>
      legacyOf(names.map((name) => [{ name, shape: [1] }, Float32Array.of(1)]));
    const names = (file: Uint8Array) => read(file).map(({ name }) => name);
    expect(names(named('module.a.weight', 'module.b'))).toEqual(['a.weight', 'b']);
    expect(names(named('module.a.weight', 'b'))).toEqual(['module.a.weight', 'b']);
  });

  it('may be trainable parameters, which only wrap their tensors', () => {
    const parameter = (...args: Uint8Array[]) =>
      pickle('}', text('w'), global('torch._utils', '_rebuild_parameter'), tuple(...args), 'R', 's');
    const inner = tensor({ name: 'w', shape: [2] }, [code('N')]);
    const fileOf = (main: Uint8Array) => legacyFile(main, [['w', 2, bytesOf(Float32Array.of(1, 2))]]);
    const whole = fileOf(parameter(inner, code(0x88), code('N')));
    expect(read(whole)).toEqual([{ name: 'w', shape: [2], data: [1, 2] }]);
    expect(() => read(fileOf(parameter(int(3))))).toThrow(/parameter in it is made of a number/);
  });

  const vector = { name: 'w', shape: [2] };
  const two = Float32Array.of(1, 2);
  const stream = (spec: TensorSpec, ...tail: (string | number | Uint8Array)[]) =>
    legacyFile(pickle('}', text('w'), tensor(spec, [code('N')]), 's', ...tail), [['w', 2, bytesOf(two)]]);
  const good = legacyOf([[vector, two]]);

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /is empty/],
    ['another file', code('\x89HDF'), /neither a stream nor an archive/],
    ['another pickle', pickle(int(1)), /not one of PyTorch/],
    ['an older protocol', code(good.subarray(0, 15), pickle(int(1000)), good), /protocol is 1000/],
    ['a big-endian machine', code(good.subarray(0, 23), pickle('}')), /little-endian/],
    ['more dimensions than 16', stream({ name: 'w', shape: Array<number>(17).fill(1) }), /has 17 dimensions/],
    [
      'a tensor longer than its storage',
      stream({ ...vector, shape: [3], length: 2 }),
      /"?w of shape \[3\] does not fit/,
    ],
    ['an offset past its storage', stream({ ...vector, offset: 1 }), /does not fit into its 2/],
    ['a stride past its storage', stream({ ...vector, strides: [2] }), /does not fit into its 2/],
    ['a negative size', stream({ ...vector, shape: [-1], length: 2 }), /size of a tensor in it is -1/],
    ['a negative stride', stream({ ...vector, strides: [-1] }), /stride of a tensor in it is -1/],
    ['an expanded tensor', stream({ ...vector, shape: [2 ** 30], strides: [0], length: 2 }), /does not fit/],
    [
      'sizes that overflow',
      stream({
        ...vector,
        shape: Array<number>(16).fill(2 ** 31 - 1),
        strides: Array<number>(16).fill(0),
        length: 2,
      }),
      /does not fit/,
    ],
    ['a storage of another length', stream({ ...vector, length: 3 }), /not as long as its tensors say/],
    ['an unlisted storage', stream({ ...vector, key: 'x' }), /list of storages does not fit/],
    ['sizes without strides', stream({ ...vector, strides: [] }), /1 sizes and 0 strides/],
    [
      'views of storages',
      legacyFile(stateDict([vector], [tuple(text('v'), int(0), int(2))]), [['w', 2, bytesOf(two)]]),
      /views of storages/,
    ],
    [
      'a storage that claims more',
      legacyFile(stateDict([vector], [code('N')]), [['w', 2n ** 62n, bytesOf(two)]]),
      /has only 8 bytes/,
    ],
    [
      'a negative storage',
      legacyFile(stateDict([vector], [code('N')]), [['w', -1n & (2n ** 64n - 1n), bytesOf(two)]]),
      /storage of -1 numbers/,
    ],
    ['bytes to spare', code(good, 'x'), /1 bytes follow/],
    ['an epoch beside the tensors', stream(vector, text('epoch'), int(3), 's'), /"epoch" is a number/],
    ['a list', legacyFile(pickle(']')), /holds a list/],
    [
      'more shared than stored',
      legacyFile(
        stateDict(
          ['a', 'b', 'c', 'd', 'e'].map((name) => ({ ...vector, name, key: 'w' })),
          [code('N')],
        ),
        [['w', 2, bytesOf(two)]],
      ),
      /have 10 numbers, but it stores 2/,
    ],
  ])('are refused with a sentence: %s', (_, bytes, words) => {
    expect(() => read(bytes)).toThrow(words);
    expect(() => read(bytes)).toThrow(FormatError);
    expect(() => read(bytes)).toThrow(/^w\.sav /);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('are refused with %f among them, by name', (value) => {
    for (const file of both([{ name: 'conv.weight', shape: [3] }], {
      'conv.weight': Float32Array.of(0, value, 0),
    })) {
      expect(() => read(file)).toThrow(`has ${value} in the tensor conv.weight, at element 1`);
    }
  });
});

describe('archives of PyTorch', () => {
  const main = stateDict([{ name: 'w', shape: [2], key: '0' }]);
  const data = bytesOf(Float32Array.of(1, 2));
  const archive = containerOf(main, { 0: data }, 6);

  it.each<[string, Uint8Array, RegExp]>([
    [
      'without a pickle',
      containerOf(main, {}, 0, { 'archive/data.pkl': new Uint8Array() }),
      /cut off within a pickle/,
    ],
    ['without a storage', containerOf(main, {}), /storage 0 needs 8 bytes and is missing/],
    ['with a short storage', containerOf(main, { 0: data.subarray(4) }), /needs 8 bytes and has 4 bytes/],
    ['of big numbers', containerOf(main, { 0: data }, 0, { 'archive/byteorder': code('big') }), /big-endian/],
    ['with two pickles', containerOf(main, { 0: data }, 0, { 'b/data.pkl': main }), /has 2 of data\.pkl/],
    [
      'with a way up',
      containerOf(main, { 0: data }, 0, { '../../etc/passwd': data }),
      /odd path \.\.\/\.\.\/etc/,
    ],
    ['with a way inside', containerOf(main, { 0: data }, 0, { 'archive/../x': data }), /odd path/],
    ['with a root', containerOf(main, { 0: data }, 0, { '/etc/passwd': data }), /odd path \/etc/],
    ['with a drive', containerOf(main, { 0: data }, 0, { 'C:\\x': data }), /odd path/],
    [
      'whose key leads elsewhere',
      containerOf(stateDict([{ name: 'w', shape: [2], key: '../version' }]), { 0: data }),
      /storage \.\.\/version needs 8 bytes and is missing/,
    ],
    ['of something else', containerOf(main, {}).slice(0, 100), /no directory/],
    ['that is encrypted', patched(archive, 0x02014b50, 8, 1), /encrypted/],
    ['of a foreign method', patched(archive, 0x02014b50, 10, 12), /unknown method 12/],
    ['that claims a giant', patched(archive, 0x02014b50, 24, 0xff, 0xff, 0xff, 0x7f), /far too many bytes/],
    [
      'that claims more than deflate can give',
      patched(archive, 0x02014b50, 24, 0, 0, 0, 2),
      /far too many bytes/,
    ],
    [
      'that claims one byte less',
      patched(archive, 0x02014b50, 24, main.length - 1, 0),
      /data\.pkl in its archive is damaged/,
    ],
    [
      'that claims a few bytes more',
      patched(archive, 0x02014b50, 24, 0xff, 0x03),
      /data\.pkl in its archive is damaged/,
    ],
    ['whose entry is elsewhere', patched(archive, 0x02014b50, 42, 7), /where its directory says/],
    ['with more entries than bytes', patched(archive, 0x06054b50, 10, 0xff, 0xff), /damaged directory/],
    ['whose directory is elsewhere', patched(archive, 0x06054b50, 16, 1), /damaged directory/],
  ])('are refused %s', (_, bytes, words) => {
    expect(() => read(bytes)).toThrow(words);
    expect(() => read(bytes)).toThrow(FormatError);
  });

  it('are refused with one bit of a number changed', () => {
    const whole = containerOf(main, { 0: data });
    const at = Buffer.from(whole).indexOf(data) + 2;
    whole.set([(whole[at] ?? 0) ^ 8], at);
    expect(() => read(whole)).toThrow(/^w\.sav .*data\/0 in its archive is damaged: its bytes/);
  });

  it('may lack checksums, as PyTorch can be told', () => {
    const stored = containerOf(main, { 0: data });
    const bare = stored.slice();
    const view = new DataView(bare.buffer);
    for (let at = 0; at + 4 <= bare.length; at++) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 16, 0, true);
    }
    expect(read(bare)).toEqual(read(stored));
  });

  it('are found with a comment behind them', () => {
    const commented = code(patched(archive, 0x06054b50, 20, 5), 'hello');
    expect(read(commented)).toEqual([{ name: 'w', shape: [2], data: [1, 2] }]);
  });

  it('are refused when cut off anywhere', () => {
    for (let length = 4; length < archive.length; length++) {
      expect(() => read(archive.slice(0, length)), String(length)).toThrow(FormatError);
    }
  });
});

/** Writes bytes at `offset` of the first record with this signature. */
function patched(file: Uint8Array, signature: number, offset: number, ...bytes: number[]): Uint8Array {
  const copy = file.slice();
  const view = new DataView(copy.buffer);
  for (let at = 0; at + 4 <= copy.length; at++) {
    if (view.getUint32(at, true) === signature) {
      copy.set(bytes, at + offset);
      return copy;
    }
  }
  throw new Error('No such record.');
}
