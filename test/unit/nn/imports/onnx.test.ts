import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../../src/core/errors.ts';
import { onnxNetwork } from '../../../../src/nn/imports/onnx.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor } from '../../../../src/nn/imports/onnxModel.ts';

const floats = (shape: number[]): OnnxTensor => ({
  kind: 'float',
  shape,
  data: new Float32Array(shape.reduce((all, side) => all * side, 1)).fill(0.5),
});
const integers = (...data: number[]): OnnxTensor => ({
  kind: 'integer',
  shape: [data.length],
  data: Float64Array.from(data),
});
const node = (
  op: string,
  inputs: string[],
  output: string,
  attributes: Record<string, number | number[] | string> = {},
): OnnxNode => {
  const attribute = (value: number | number[] | string): OnnxAttribute =>
    typeof value === 'string'
      ? { type: 'text', value }
      : typeof value === 'number'
        ? { type: 'integer', value }
        : { type: 'integers', value };
  return {
    name: `/${op}`,
    op,
    domain: '',
    inputs,
    outputs: [output],
    attributes: new Map(Object.entries(attributes).map(([key, value]) => [key, attribute(value)])),
  };
};
const conv = (attributes: Record<string, number | number[] | string> = {}) =>
  node('Conv', ['image', 'w', 'b'], 'result', attributes);
const weights = { w: floats([4, 1, 3, 3]), b: floats([4]) };
const model = (
  nodes: OnnxNode[],
  tensors: Record<string, OnnxTensor> = weights,
  over: Partial<OnnxModel> = {},
): OnnxModel => ({
  opset: 13,
  inputs: [{ name: 'image', shape: ['n', 1, 'height', 'width'] }],
  outputs: [{ name: 'result', shape: undefined }],
  nodes,
  tensors: new Map(Object.entries(tensors)),
  ...over,
});
const layersOf = (...nodes: OnnxNode[]) => onnxNetwork('m.onnx', model(nodes)).graph.layers;

describe('onnxNetwork', () => {
  test('reads what it is given', () => {
    const [layer] = layersOf(conv({ strides: [1, 2], dilations: [3, 1], pads: [1, 2, 3, 4] }));
    expect(layer).toEqual({
      op: 'conv',
      name: 'result',
      input: 'input',
      in: 1,
      out: 4,
      kernel: { x: 3, y: 3 },
      stride: { x: 2, y: 1 },
      dilation: { x: 1, y: 3 },
      padding: { top: 1, left: 2, bottom: 3, right: 4 },
      paddingMode: 'zero',
      weight: 'w',
      bias: 'b',
      activation: { kind: 'none' },
    });
  });

  test('pads to the same size where it is told to, an odd pixel last', () => {
    const even = { w: floats([4, 1, 4, 3]), b: floats([4]) };
    const { graph } = onnxNetwork('m', model([conv({ auto_pad: 'SAME_UPPER' })], even));
    expect(graph.layers[0]).toMatchObject({ padding: { left: 1, right: 1, top: 1, bottom: 2 } });
  });

  test('passes over what changes nothing, and over what nobody needs', () => {
    const layers = layersOf(
      node('Identity', ['image'], 'same'),
      node('Conv', ['same', 'w', 'b'], 'first'),
      node('Relu', ['first'], 'unused'),
      node('Dropout', ['first'], 'kept'),
      node('Sigmoid', ['kept'], 'result'),
    );
    expect(layers.map(({ op, name }) => `${op} ${name}`)).toEqual(['conv first', 'activation result']);
  });

  test('reads weights by another name, and numbers for each channel', () => {
    const tensors = { ...weights, k: floats([1, 4, 1, 1]), one: floats([]) };
    const { graph, tensors: kept } = onnxNetwork(
      'm',
      model(
        [
          node('Identity', ['w'], 'other'),
          node('Conv', ['image', 'other'], 'a'),
          node('Mul', ['a', 'k'], 'm'),
          node('Sub', ['m', 'one'], 'result'),
        ],
        tensors,
      ),
    );
    expect(graph.layers[0]).toMatchObject({ op: 'conv', weight: 'w' });
    expect(kept.get('m/factors')?.data).toEqual(new Float32Array(4).fill(0.5));
    expect(kept.get('result/terms')?.data).toEqual(new Float32Array(4).fill(-0.5));
    expect([...kept.keys()].sort()).toEqual(
      ['w', 'm/factors', 'm/zeros', 'm/ones', 'result/terms', 'result/zeros', 'result/ones'].sort(),
    );
  });

  test('takes a sum or a join of one picture for the picture', () => {
    const alone = [node('Sum', ['image'], 's'), node('Concat', ['s'], 'j', { axis: 1 })];
    const [layer, ...others] = layersOf(...alone, node('Conv', ['j', 'w', 'b'], 'result'));
    expect([layer?.op, layer && 'input' in layer ? layer.input : '', others]).toEqual(['conv', 'input', []]);
    for (const op of ['Sum', 'Concat']) {
      expect(() => layersOf(node(op, [], 'result'))).toThrow(FormatError);
    }
  });

  test('passes over a change to another float, and follows sizes that are cut to whole numbers', () => {
    const layers = layersOf(
      node('Cast', ['image'], 'double', { to: 11 }),
      node('Cast', ['double'], 'float', { to: 1 }),
      node('Conv', ['float', 'w', 'b'], 'result', { kernel_shape: [3, 3] }),
    );
    expect(layers.map(({ op }) => op)).toEqual(['conv']);
    const pads = { kind: 'float', shape: [8], data: Float32Array.of(0, 0, 1.9, 0, 0, 0, 0, 2.2) } as const;
    const { graph } = onnxNetwork(
      'm',
      model([node('Cast', ['pads'], 'whole', { to: 7 }), node('Pad', ['image', 'whole'], 'result')], {
        pads,
      }),
    );
    expect(graph.layers[0]).toMatchObject({ op: 'pad', by: { left: 0, right: 2, top: 1, bottom: 0 } });
  });

  test('reads a part of a picture of fixed size as a crop', () => {
    const inputs = [{ name: 'image', shape: [1, 1, 23, 37] }];
    const part = (starts: number[], ends: number[]) =>
      onnxNetwork(
        'm',
        model([node('Slice', ['image'], 'result', { axes: [2, 3], starts, ends })], {}, { inputs }),
      ).graph.layers[0];
    expect(part([2, -30], [20, -1])).toMatchObject({
      op: 'crop',
      by: { top: 2, bottom: 3, left: 7, right: 1 },
    });
    expect(part([0, 0], [23, 99])).toMatchObject({ by: { top: 0, bottom: 0, left: 0, right: 0 } });
  });

  test('gives every layer a name of its own that a plan does not use', () => {
    const first = { ...node('Conv', ['image', 'w'], '~a'), name: '' };
    const layers = layersOf(first, node('Relu', ['~a'], 'input'), node('Sigmoid', ['input'], 'result'));
    expect(layers.map(({ name }) => name)).toEqual(['a', 'input (2)', 'result']);
    expect(layers[1]).toMatchObject({ input: 'a' });
  });

  const wrong = (what: string, ...nodes: OnnxNode[]): [string, OnnxModel] => [what, model(nodes)];
  const sized = (nodes: OnnxNode[], ...list: number[]) =>
    model(nodes, { ...weights, list: integers(...list) });
  test.each<[string, OnnxModel]>([
    wrong(
      'Softmax "/Softmax" is an operation that Cryolite does not know',
      node('Softmax', ['image'], 'result'),
    ),
    [
      'X "/X" is of com.microsoft, not one',
      model([{ ...node('X', ['image'], 'result'), domain: 'com.microsoft' }]),
    ],
    wrong('Conv "/Conv" has group 2; only 1 is supported', conv({ group: 2 })),
    wrong('Conv "/Conv" has other strides than 2 whole numbers', conv({ strides: [1] })),
    wrong('Conv "/Conv" pads by SAME_LOWER', conv({ auto_pad: 'SAME_LOWER' })),
    wrong(
      'Conv "/Conv" reads x as weights, which are not in the file',
      node('Conv', ['image', 'x'], 'result'),
    ),
    wrong('Conv "/Conv" reads x, which is no picture', node('Conv', ['x', 'w'], 'result')),
    wrong('Conv "/Conv" has weights of 1 sides', node('Conv', ['image', 'b'], 'result')),
    wrong(
      'MaxPool "/MaxPool" has ceil_mode 1',
      node('MaxPool', ['image'], 'result', { kernel_shape: [2, 2], ceil_mode: 1 }),
    ),
    wrong('Mul "/Mul" works on two pictures', node('Mul', ['image', 'image'], 'result')),
    wrong(
      'Add "/Add" has 4 numbers that are not one for each of 1 channels',
      node('Add', ['image', 'b'], 'result'),
    ),
    wrong('Concat "/Concat" joins along axis 2', node('Concat', ['image', 'image'], 'result', { axis: 2 })),
    wrong('LeakyRelu "/LeakyRelu" has the slope 2', node('LeakyRelu', ['image'], 'result', { alpha: 2 })),
    wrong('Resize "/Resize" interpolates by cubic', node('Resize', ['image'], 'result', { mode: 'cubic' })),
    wrong(
      'Resize "/Resize" has a size that is only known when it runs',
      node('Resize', ['image', '', '', 'x'], 'result'),
    ),
    ['enlarges by 1 × 1 × 2 × 1.5', sized([node('Resize', ['image', '', 'list'], 'result')], 1, 1, 2, 1.5)],
    [
      'takes the nearest pixel by asymmetric and ceil',
      sized(
        [
          node('Resize', ['image', '', 'list'], 'result', {
            coordinate_transformation_mode: 'asymmetric',
            nearest_mode: 'ceil',
          }),
        ],
        1,
        1,
        2,
        2,
      ),
    ],
    [
      'has a fixed size, but the input has none',
      sized([node('Resize', ['image', '', '', 'list'], 'result')], 1, 1, 20, 20),
    ],
    ['Pad "/Pad" pads channels', sized([node('Pad', ['image', 'list'], 'result')], 0, 1, 0, 0, 0, 0, 0, 0)],
    [
      'pads by edge',
      sized([node('Pad', ['image', 'list'], 'result', { mode: 'edge' })], 0, 0, 1, 1, 0, 0, 1, 1),
    ],
    [
      'pads some sides and crops others',
      sized([node('Pad', ['image', 'list'], 'result')], 0, 0, 1, 1, 0, 0, -1, 1),
    ],
    ['cuts axis 1', model([node('Slice', ['image'], 'result', { axes: [1], starts: [0], ends: [1] })])],
    [
      'is no cropping by fixed margins',
      model([node('Slice', ['image'], 'result', { axes: [2], starts: [0], ends: [9] })]),
    ],
    wrong('its output result is no result of the network', node('Identity', ['image'], 'result')),
    [
      'it has 2 inputs where one is wanted',
      model([conv()], weights, { inputs: ['a', 'b'].map((name) => ({ name, shape: [1, 1, 2, 2] })) }),
    ],
    [
      'its input image is no picture of a known number of channels',
      model([conv()], weights, { inputs: [{ name: 'image', shape: [1, 'c', 'h', 'w'] }] }),
    ],
    [
      'Pad "/Pad" pads axes that it names',
      model([node('Pad', ['image', 'list', '', 'axes'], 'result')], {
        list: integers(0, 0, 1, 2, 0, 0, 3, 4),
        axes: integers(0, 1, 3, 2),
      }),
    ],
    [
      'Resize "/Resize" enlarges axes that it names',
      model([node('Resize', ['image', '', 'list'], 'result', { axes: [0, 1, 3, 2] })], {
        list: integers(1, 1, 2, 3),
      }),
    ],
    [
      'Resize "/Resize" keeps the aspect ratio by not_larger',
      model([node('Resize', ['image', '', 'list'], 'result', { keep_aspect_ratio_policy: 'not_larger' })], {
        list: integers(1, 1, 2, 2),
      }),
    ],
    wrong('Conv "/Conv" has kernel_shape 5 × 5, but weights of 3 × 3', conv({ kernel_shape: [5, 5] })),
    wrong(
      'Cast "/Cast" rounds a picture to int32',
      node('Cast', ['image'], 'c', { to: 6 }),
      node('Conv', ['c', 'w', 'b'], 'result'),
    ),
    wrong('Cast "/Cast" rounds a picture to float16', node('Cast', ['image'], 'result', { to: 10 })),
    wrong('Cast "/Cast" rounds a picture to type 9', node('Cast', ['image'], 'result', { to: 9 })),
    ["it uses version 1 of ONNX's operations", model([conv()], weights, { opset: 1 })],
    ["it uses version 99 of ONNX's operations", model([conv()], weights, { opset: 99 })],
    [
      'BatchNormalization "/BatchNormalization" has spatial 0',
      model([node('BatchNormalization', ['image', 'v', 'v', 'v', 'v'], 'result', { spatial: 0 })], {
        v: floats([1]),
      }),
    ],
    [
      'Sub "/Sub" calculates with the size of a picture, which is only known when it runs',
      model(
        [
          node('Shape', ['image'], 's'),
          node('Gather', ['s', 'list'], 'h', { axis: 0 }),
          node('Sub', ['h', 'h'], 'diff'),
          conv(),
        ],
        { ...weights, list: integers(2) },
      ),
    ],
    [
      'Slice "/Slice" is no cropping by fixed margins',
      model([node('Slice', ['image'], 'result', { axes: [3], starts: [-9], ends: [2 ** 31 - 1] })]),
    ],
    ['it has 0 outputs where one is wanted', model([conv()], weights, { outputs: [] })],
  ])('refuses: %s', (what, hostile) => {
    const read = () => onnxNetwork('m.onnx', hostile);
    expect(read).toThrow(FormatError);
    expect(read).toThrow("m.onnx can't be run: ");
    expect(read).toThrow(what);
  });

  test('sums that grow without end are not followed', () => {
    const nodes = Array.from({ length: 40 }, (_, i) =>
      node('Concat', [`k${i}`, `k${i}`], `k${i + 1}`, { axis: 0 }),
    );
    const bomb = model([...nodes, conv()], { ...weights, k0: integers(1, 2, 3, 4) });
    expect(() => onnxNetwork('m.onnx', bomb)).toThrow(/Concat.*joins along axis 0/);
  });

  test.each<[string, OnnxNode[], Record<string, OnnxTensor>]>([
    ['stride.x of result is 0', [conv({ strides: [1, 0] })], weights],
    ['dilation.y of result is -1', [conv({ dilations: [-1, 1] })], weights],
    ['padding.left of result is 100000', [conv({ pads: [0, 100_000, 0, 0] })], weights],
    ['kernel.x of result is 0', [conv()], { w: floats([4, 1, 3, 0]), b: floats([4]) }],
    ['kernel.x of result is 0', [node('MaxPool', ['image'], 'result')], {}],
    [
      'result joins 65 layers',
      [node('Concat', new Array<string>(65).fill('image'), 'result', { axis: 1 })],
      {},
    ],
  ])('refuses what no graph may have: %s', (what, nodes, tensors) => {
    const read = () => onnxNetwork('m.onnx', model(nodes, tensors));
    expect(read).toThrow(FormatError);
    expect(read).toThrow(what);
  });

  const chain = (op: string, length: number, inputs: (before: string) => string[]): OnnxNode[] =>
    Array.from({ length }, (_, i) => node(op, inputs(`k${i}`), `k${i + 1}`));
  const hostile = (nodes: OnnxNode[], k0: OnnxTensor) =>
    onnxNetwork('m.onnx', model([...nodes, conv()], { ...weights, k0 }));
  const many = integers(...new Array<number>(4096).fill(2));

  test('a few bytes for each do not make thousands of numbers', () => {
    const sums = chain('Add', 300, (before) => [before, before]);
    expect(() => hostile(sums, many)).toThrow(/Add.*calculates with too many numbers/);
    const wide = node('Concat', new Array<string>(20_000).fill('k0'), 'k1', { axis: 0 });
    expect(() => hostile([wide], many)).toThrow(/Concat.*joins along axis 0/);
    const deep = chain('Unsqueeze', 20, (before) => [before]);
    expect(() => hostile(deep, integers(1))).toThrow(/Unsqueeze.*does not know/);
    // As many as exporters make.
    expect(
      hostile(
        chain('Add', 100, (before) => [before, before]),
        many,
      ).graph.layers,
    ).toHaveLength(1);
  });

  test('throws nothing but a FormatError, whatever the nodes are', () => {
    const ops = [
      'Conv',
      'ConvTranspose',
      'MaxPool',
      'Add',
      'Mul',
      'Concat',
      'Resize',
      'Pad',
      'Slice',
      'Shape',
      'Gather',
      'Reshape',
      'ConstantOfShape',
      'Transpose',
      'BatchNormalization',
    ];
    const names = fc.constantFrom('image', 'w', 'b', 'list', 'v0', 'v1', '', 'x');
    const value = fc.oneof(
      fc.integer({ min: -3, max: 9 }),
      fc.constantFrom('linear', 'reflect'),
      fc.array(fc.integer({ min: -2, max: 5 }), { maxLength: 4 }),
    );
    const keys = [
      'strides',
      'pads',
      'kernel_shape',
      'axis',
      'mode',
      'starts',
      'ends',
      'axes',
      'alpha',
      'group',
    ];
    const any = fc.record({
      op: fc.constantFrom(...ops),
      inputs: fc.array(names, { maxLength: 4 }),
      attributes: fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 4, noNullPrototype: true }),
    });
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 5 }),
        fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 8 }),
        (some, list) => {
          const nodes = some.map(({ op, inputs, attributes }, i) => node(op, inputs, `v${i}`, attributes));
          try {
            onnxNetwork('m', model([...nodes, conv()], { ...weights, list: integers(...list) }));
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        },
      ),
      { seed: 6, numRuns: 3000 },
    );
  });
});
