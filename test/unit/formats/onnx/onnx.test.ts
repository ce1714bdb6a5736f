import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHalf } from '../../../../src/core/dtype.ts';
import { FormatError } from '../../../../src/core/errors.ts';
import { readOnnx } from '../../../../src/formats/onnx/read.ts';
import {
  attribute,
  blob,
  bytesOf,
  float,
  floats,
  type GraphParts,
  graph,
  integer,
  type Message,
  message,
  modelOf,
  node,
  packedDoubles,
  packedFloats,
  packedIntegers,
  port,
  smallModel,
  tensor,
  text,
  within,
} from '../../../fixtures/onnx.ts';

const OUT = { outputs: [port('x', [1])], inputs: [port('x', [1])] };
const bytes = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
const tensorOf = (part: Message) =>
  [...readOnnx('m.onnx', modelOf({ ...OUT, tensors: [part] })).tensors.values()][0];

describe('an ONNX model', () => {
  it('is read into plain data', () => {
    const { nodes, tensors, ...rest } = readOnnx('m.onnx', smallModel());
    expect(rest).toEqual({
      producer: 'test 1.0',
      irVersion: 8,
      opset: 17,
      opsets: new Map([['', 17]]),
      inputs: [{ name: 'image', dtype: 'float32', shape: ['n', 1, 'height', ''] }],
      outputs: [{ name: 'out', dtype: 'float32', shape: ['n', 2, 'height', 'width'] }],
    });
    expect(nodes).toEqual([
      {
        name: '',
        op: 'Conv',
        domain: '',
        inputs: ['image', 'w', 'b'],
        outputs: ['c'],
        attributes: new Map([
          ['kernel_shape', { type: 'integers', value: [3, 3] }],
          ['pads', { type: 'integers', value: [1, 1, 1, 1] }],
        ]),
      },
      {
        name: '',
        op: 'LeakyRelu',
        domain: '',
        inputs: ['c'],
        outputs: ['out'],
        attributes: new Map([['alpha', { type: 'float', value: 0.125 }]]),
      },
    ]);
    expect([...tensors]).toEqual([
      [
        'w',
        {
          kind: 'float',
          storedAs: 'float32',
          shape: [2, 1, 3, 3],
          data: Float32Array.from({ length: 18 }, (_, i) => i),
        },
      ],
      ['b', { kind: 'float', storedAs: 'float32', shape: [2], data: Float32Array.of(0.5, -0.5) }],
    ]);
  });

  it('has attributes of every plain kind', () => {
    const every = node(
      'Every',
      ['x', '', 'x'],
      ['', 'y'],
      attribute('float', 1, float(2, 0.5)),
      attribute('integer', 2, integer(3, -7)),
      attribute('text', 3, text(4, 'grüße')),
      attribute('tensor', 4, within(5, floats('', [1], [3]))),
      attribute('floats', 6, float(7, 1), float(7, 2)),
      attribute('integers', 7, integer(8, -1), integer(8, 2 ** 40)),
      attribute('texts', 8, text(9, 'a'), text(9, '')),
      attribute('nothing', 7),
    );
    const [found] = readOnnx('m.onnx', modelOf({ ...OUT, nodes: [every] })).nodes;
    expect(found?.inputs).toEqual(['x', '', 'x']);
    expect(Object.fromEntries(found?.attributes ?? [])).toEqual({
      float: { type: 'float', value: 0.5 },
      integer: { type: 'integer', value: -7 },
      text: { type: 'text', value: 'grüße' },
      tensor: {
        type: 'tensor',
        value: { kind: 'float', storedAs: 'float32', shape: [1], data: Float32Array.of(3) },
      },
      floats: { type: 'floats', value: [1, 2] },
      integers: { type: 'integers', value: [-1, 2 ** 40] },
      texts: { type: 'texts', value: ['a', ''] },
      nothing: { type: 'integers', value: [] },
    });
  });

  it('has tensors of every type that weights have, raw or typed', () => {
    const float32 = { kind: 'float', storedAs: 'float32', shape: [2] };
    const cases: [Message, unknown][] = [
      [tensor('t', 1, [2], packedFloats(4, [1, -2.5])), { ...float32, data: Float32Array.of(1, -2.5) }],
      [tensor('t', 1, [2], float(4, 1), float(4, -2.5)), { ...float32, data: Float32Array.of(1, -2.5) }],
      [floats('t', [2], [1, -2.5]), { ...float32, data: Float32Array.of(1, -2.5) }],
      [
        tensor('t', 11, [2], packedDoubles(10, [0.1, 2])),
        { ...float32, storedAs: 'float64', data: Float32Array.of(0.1, 2) },
      ],
      [
        tensor('t', 11, [2], blob(9, bytes(Float64Array.of(0.1, 2)))),
        { ...float32, storedAs: 'float64', data: Float32Array.of(0.1, 2) },
      ],
      [
        tensor('t', 10, [2], packedIntegers(5, [encodeHalf(1), encodeHalf(-2.5)])),
        { ...float32, storedAs: 'float16', data: Float32Array.of(1, -2.5) },
      ],
      [
        tensor('t', 10, [2], blob(9, bytes(Uint16Array.of(encodeHalf(1), encodeHalf(-2.5))))),
        { ...float32, storedAs: 'float16', data: Float32Array.of(1, -2.5) },
      ],
      [
        tensor('t', 16, [2], blob(9, bytes(Uint16Array.of(0x3f80, 0xc020)))),
        { ...float32, storedAs: 'bfloat16', data: Float32Array.of(1, -2.5) },
      ],
      [
        tensor('t', 7, [2], packedIntegers(7, [3, -4])),
        { kind: 'integer', storedAs: 'int64', shape: [2], data: Float64Array.of(3, -4) },
      ],
      [
        tensor('t', 7, [2], blob(9, bytes(BigInt64Array.of(3n, 2n ** 63n - 1n)))),
        { kind: 'integer', storedAs: 'int64', shape: [2], data: Float64Array.of(3, 2 ** 63) },
      ],
      [
        tensor('t', 6, [2], packedIntegers(5, [3, -4])),
        { kind: 'integer', storedAs: 'int32', shape: [2], data: Float64Array.of(3, -4) },
      ],
      [
        tensor('t', 6, [2], blob(9, bytes(Int32Array.of(3, -4)))),
        { kind: 'integer', storedAs: 'int32', shape: [2], data: Float64Array.of(3, -4) },
      ],
      [tensor('t', 1, [], packedFloats(4, [7])), { ...float32, shape: [], data: Float32Array.of(7) }],
      [tensor('t', 1, [0, 4]), { ...float32, shape: [0, 4], data: new Float32Array() }],
      [
        tensor('t', 1, [1], blob(9, new Uint8Array()), packedFloats(4, [7])),
        { ...float32, shape: [1], data: Float32Array.of(7) },
      ],
    ];
    cases.forEach(([part, expected], i) => {
      expect(tensorOf(part), String(i)).toEqual(expected);
    });
  });

  it('keeps infinities, which Clip and Pad have', () => {
    expect(tensorOf(floats('t', [1], [Number.NEGATIVE_INFINITY]))?.data[0]).toBe(Number.NEGATIVE_INFINITY);
  });

  it('has its constants among the tensors, and only true inputs among the inputs', () => {
    const { inputs, nodes, tensors } = readOnnx(
      'm.onnx',
      modelOf({
        nodes: [
          node('Constant', [], ['k'], attribute('value', 4, within(5, floats('', [2], [1, 2])))),
          node('Constant', [], ['n'], attribute('value_ints', 7, packedIntegers(8, [1, -1]))),
          node('Constant', [], ['s'], attribute('value_float', 1, float(2, 0.5))),
          node('Add', ['x', 'k'], ['y']),
        ],
        tensors: [floats('w', [1], [3])],
        inputs: [port('x', [2]), port('w', [1])],
        outputs: [port('y', [2])],
      }),
    );
    expect(inputs.map(({ name }) => name)).toEqual(['x']);
    expect(nodes.map(({ op }) => op)).toEqual(['Add']);
    expect([...tensors].map(([name, { shape, data }]) => [name, shape, [...data]])).toEqual([
      ['w', [1], [3]],
      ['k', [2], [1, 2]],
      ['n', [2], [1, -1]],
      ['s', [], [0.5]],
    ]);
  });

  it('comes back whatever its weights and attributes are', () => {
    const value = fc.float({ noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 9 }),
        fc.array(fc.maxSafeInteger()),
        fc.string(),
        (weights, ints, name) => {
          const model = modelOf({
            ...OUT,
            tensors: [floats(`w${name}`, [weights.length], weights)],
            nodes: [node('Op', ['x'], [`y${name}`], attribute('ints', 7, packedIntegers(8, ints)))],
          });
          const { tensors, nodes } = readOnnx('m.onnx', model);
          const known = new TextDecoder().decode(new TextEncoder().encode(name));
          expect([...(tensors.get(`w${known}`)?.data ?? [])]).toEqual(weights);
          expect(nodes[0]?.attributes.get('ints')).toEqual({ type: 'integers', value: ints });
          expect(nodes[0]?.outputs).toEqual([`y${known}`]);
        },
      ),
    );
  });

  it('is refused when cut off anywhere', () => {
    const whole = smallModel();
    for (let length = 0; length < whole.length; length++) {
      expect(() => readOnnx('m.onnx', whole.slice(0, length)), String(length)).toThrow(FormatError);
    }
  });

  const broken = (parts: GraphParts, ...more: Message[]) => modelOf({ ...OUT, ...parts }, ...more);
  const tensors = (...parts: Message[]) => broken({ tensors: parts });
  const nodes = (...parts: Message[]) => broken({ nodes: parts });

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /is empty/],
    ['another file', new TextEncoder().encode('hello, world'), /damaged or cut off/],
    ['no graph', bytesOf(within(8, integer(2, 17))), /has 0 graphs/],
    ['two graphs', modelOf(OUT, within(7, graph(OUT))), /has 2 graphs/],
    ['no version', bytesOf(within(7, graph(OUT))), /does not say which version/],
    ['functions', modelOf(OUT, within(25, text(1, 'f'))), /functions of its own/],
    ['sparse tensors', broken({ more: [within(15, message())] }), /sparse tensors/],
    ['no output', modelOf({}), /has no output/],
    ['an output that nothing makes', broken({ outputs: [port('y', [])] }), /nothing makes its output y/],
    [
      'a value before it is made',
      nodes(node('Relu', ['b'], ['a']), node('Relu', ['x'], ['b'])),
      /Relu reads b, which nothing makes before it/,
    ],
    [
      'a circle',
      nodes(message(node('Add', ['x', 'a'], ['a']), text(3, 'loop'))),
      /Add "loop" reads a, which/,
    ],
    [
      'a value made twice',
      nodes(node('Relu', ['x'], ['a']), node('Relu', ['x'], ['a'])),
      /makes a, which is there already/,
    ],
    [
      'a tensor made again',
      broken({ tensors: [floats('w', [1], [0])], nodes: [node('Relu', ['x'], ['w'])] }),
      /makes w, which is there already/,
    ],
    ['an input twice', broken({ inputs: [port('x', []), port('x', [])] }), /the input "x" twice/],
    ['a tensor twice', tensors(floats('w', [1], [0]), floats('w', [1], [0])), /the tensor "w" twice/],
    [
      'an operation without a name',
      nodes(message(text(1, 'x'), text(2, 'y'))),
      /an operation in it has no name/,
    ],
    [
      'an attribute twice',
      nodes(node('A', ['x'], ['y'], attribute('k', 2), attribute('k', 2))),
      /attribute k of A is given twice/,
    ],
    [
      'a branch',
      nodes(node('If', ['x'], ['y'], attribute('then_branch', 5, within(6, graph({}))))),
      /attribute then_branch of If is a graph/,
    ],
    [
      'a constant of text',
      nodes(node('Constant', [], ['y'], attribute('value_string', 3, text(4, 'a')))),
      /Constant is no constant of numbers/,
    ],
    ['a constant of nothing', nodes(node('Constant', [], ['y'])), /Constant is no constant of numbers/],
    [
      'a complex tensor',
      tensors(tensor('c', 14, [1], blob(9, new Uint8Array(8)))),
      /the tensor c is of the type complex64/,
    ],
    [
      'a tensor of 8-bit floats',
      tensors(tensor('f8', 17, [1], blob(9, new Uint8Array(1)))),
      /the tensor f8 is of the type type 17/,
    ],
    ['a tensor of text', tensors(tensor('s', 8, [1], text(6, 'a'))), /of the type string/],
    [
      'a tensor elsewhere',
      tensors(tensor('far', 1, [1], within(13, text(1, 'location')), integer(14, 1))),
      /the tensor far is kept in a second file/,
    ],
    [
      'raw bytes too few',
      tensors(tensor('w', 1, [2], blob(9, new Uint8Array(4)))),
      /w of shape \[2\] needs 2 numbers and has 1/,
    ],
    [
      'raw bytes too many',
      tensors(tensor('w', 1, [1], blob(9, new Uint8Array(5)))),
      /needs 1 numbers and has 1\.25/,
    ],
    ['numbers too few', tensors(tensor('w', 1, [2], packedFloats(4, [1]))), /needs 2 numbers and has 1/],
    [
      'a shape of petabytes',
      tensors(tensor('w', 1, [2 ** 30, 2 ** 20], packedFloats(4, [1]))),
      /needs 1125899906842624 numbers and has 1/,
    ],
    [
      'a shape that overflows',
      tensors(tensor('w', 1, Array<number>(16).fill(2 ** 50))),
      /needs .* numbers and has 0/,
    ],
    ['a negative side', tensors(tensor('w', 1, [-1])), /the tensor w has no good shape/],
    [
      'too many sides',
      tensors(tensor('w', 1, Array<number>(17).fill(1), packedFloats(4, [1]))),
      /no good shape/,
    ],
    [
      'a NaN',
      tensors(floats('enc1.weight', [2], [1, Number.NaN])),
      /the tensor enc1\.weight has a NaN in it/,
    ],
    [
      'a NaN in an attribute',
      nodes(node('Pad', ['x'], ['y'], attribute('v', 4, within(5, floats('', [1], [Number.NaN]))))),
      /the tensor of the attribute v has a NaN/,
    ],
    [
      'a length past the message',
      bytesOf(
        message(
          within(7, message(blob(5, new Uint8Array(3)))),
          (pbf) => pbf.writeTag(7, 2),
          (pbf) => pbf.writeVarint(2 ** 40),
        ),
      ),
      /damaged or cut off/,
    ],
    [
      'a length past its own message',
      bytesOf(
        within(
          7,
          message(
            (pbf) => pbf.writeTag(1, 2),
            (pbf) => pbf.writeVarint(5),
          ),
        ),
      ),
      /damaged or cut off/,
    ],
    ['a number where a message belongs', bytesOf(integer(7, 5)), /damaged or cut off/],
    ['a message where a number belongs', bytesOf(text(1, 'x')), /damaged or cut off/],
    ['a group', Uint8Array.of(0x0b, 0x0c), /damaged or cut off/],
    ['field 0', Uint8Array.of(0x02, 0x00), /damaged or cut off/],
    ['an endless number', new Uint8Array(40).fill(0xff), /damaged or cut off/],
    [
      'packed floats that don’t fit',
      tensors(tensor('w', 1, [1], blob(4, new Uint8Array(5)))),
      /damaged or cut off/,
    ],
    ['text that is no UTF-8', bytesOf(blob(2, Uint8Array.of(0xff))), /no UTF-8/],
    [
      'a million parts',
      broken({ nodes: Array<Message>(70_000).fill(node('A', [], [''])) }),
      /more than 65536 parts/,
    ],
    [
      'a thousand attributes',
      nodes(node('A', [], [], ...Array<Message>(300).fill(message()))),
      /too many attributes/,
    ],
  ])('is refused with a sentence: %s', (_, file, words) => {
    expect(() => readOnnx('m.onnx', file)).toThrow(words);
    expect(() => readOnnx('m.onnx', file)).toThrow(FormatError);
    expect(() => readOnnx('m.onnx', file)).toThrow(/^m\.onnx /);
  });
});
