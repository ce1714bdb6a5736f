import { describe, expect, it } from 'vitest';
import { recogniseTopaz, type TopazLayer } from '../../../../src/formats/weights/topazNames.ts';

type Shapes = [name: string, shape: readonly number[]][];

const recognise = (shapes: Shapes) =>
  recogniseTopaz('mine.sav', new Map(shapes.map(([name, shape]) => [name, { shape }])));

const conv = (name: string, out: number, into: number, kernel: number, bias = true): Shapes => [
  [`${name}.weight`, [out, into, kernel, kernel]],
  ...(bias ? [[`${name}.bias`, [out]] satisfies Shapes[number]] : []),
];

const norm = (name: string, channels: number): Shapes => [
  ...['weight', 'bias', 'running_mean', 'running_var'].map((part): Shapes[number] => [
    `${name}.${part}`,
    [channels],
  ]),
  [`${name}.num_batches_tracked`, []],
];

/** A U-net of three levels. */
const unet = (units: number): Shapes => [
  ...conv('enc1.0', units, 1, 5),
  ...conv('enc2.0', units, units, 3),
  ...conv('enc3.0', units, units, 3),
  ...conv('dec2.0', 2 * units, 2 * units, 3),
  ...conv('dec2.2', 2 * units, 2 * units, 3),
  ...conv('dec1.0', 20, 2 * units + 1, 3),
  ...conv('dec1.2', 10, 20, 3),
  ...conv('dec1.4', 1, 10, 3),
];

const at = (index: number) => `features.features.${index}`;

/** A ResNet8 of 8, 16 and 32 units, with biases or with batch normalisation. */
const resnet8 = (normalised: boolean): Shapes => {
  const part = (name: string, out: number, into: number, kernel: number, bn: string) => [
    ...conv(name, out, into, kernel, !normalised),
    ...(normalised ? norm(bn, out) : []),
  ];
  const block = (index: number, into: number, out: number) => [
    ...(into === out ? [] : conv(`${at(index)}.proj`, out, into, 1, false)),
    ...part(`${at(index)}.conv0`, into, into, 3, `${at(index)}.bn0`),
    ...part(`${at(index)}.conv1`, out, into, 3, `${at(index)}.bn1`),
  ];
  return [
    ...part(`${at(0)}.conv`, 8, 1, 7, `${at(0)}.bn`),
    ...block(1, 8, 8),
    ...block(2, 8, 16),
    ...block(3, 16, 16),
    ...part(`${at(4)}.conv`, 32, 16, 5, `${at(4)}.bn`),
    ...conv('classifier', 1, 32, 1),
  ];
};

/** "conv enc1.0" */
const words = (layers: readonly TopazLayer[]) => layers.map(({ op, name }) => `${op} ${name}`);

describe('networks of other sizes', () => {
  it('a U-net of three levels and 12 units', () => {
    const { kind, layers, alignment } = recognise(unet(12));
    expect(kind).toBe('unet');
    expect(alignment).toBe(4);
    expect(layers.map((layer) => ('inputs' in layer ? layer.inputs.join('+') : layer.input))).toEqual([
      'input',
      'enc1.0',
      'pool1',
      'enc2.0',
      'pool2',
      // The deepest pooled map is no skip.
      'enc3.0',
      'up2+pool1',
      'join2',
      'dec2.0',
      'dec2.2',
      'up1+input',
      'join1',
      'dec1.0',
      'dec1.2',
    ]);
    expect(layers.find(({ name }) => name === 'up2')).toEqual({
      op: 'upsample',
      name: 'up2',
      input: 'enc3.0',
      like: 'pool1',
    });
  });

  it('a U-net whose decoder lacks the skip is another network', () => {
    const other = unet(12).map(([name, shape]): Shapes[number] =>
      name === 'dec1.0.weight' ? [name, [20, 24, 3, 3]] : [name, shape],
    );
    expect(() => recognise(other)).toThrow('dec1.0.weight takes 24 channels where 25 come');
  });

  it('a detector of 8 units has the dilations of the dense one', () => {
    const { kind, use, layers } = recognise(resnet8(false));
    expect([kind, use]).toEqual(['resnet8', 'pick']);
    const dilations = layers.flatMap((layer) =>
      layer.op === 'conv' ? [`${layer.name} ${layer.dilation}`] : [],
    );
    expect(dilations.map((text) => text.replace('features.features.', ''))).toEqual([
      '0.conv 1',
      '1.conv0 2',
      '1.conv1 4',
      '2.conv0 2',
      '2.conv1 4',
      '2.proj 1',
      '3.conv0 4',
      '3.conv1 8',
      '4.conv 4',
      'classifier 4',
    ]);
    const crops = layers.flatMap((layer) => (layer.op === 'crop' ? [layer.by] : []));
    expect(crops).toEqual([6, 6, 12]);
    expect(layers[0]).toEqual({ op: 'pad', name: 'padded', input: 'input', by: 35 });
  });

  it('a detector with batch normalisation is normalised after the sum', () => {
    const { layers } = recognise(resnet8(true));
    expect(words(layers).slice(1, 8)).toEqual([
      `conv ${at(0)}.conv`,
      `batchNorm ${at(0)}.bn`,
      `conv ${at(1)}.conv0`,
      `batchNorm ${at(1)}.bn0`,
      `conv ${at(1)}.conv1`,
      `crop ${at(1)}.crop`,
      `add ${at(1)}.sum`,
    ]);
    expect(layers[8]).toEqual({
      op: 'batchNorm',
      name: `${at(1)}.bn1`,
      input: `${at(1)}.sum`,
      channels: 8,
      epsilon: 1e-5,
      activation: 'relu',
    });
    expect(
      layers.filter(
        (layer) => layer.op !== 'batchNorm' && 'activation' in layer && layer.activation !== 'none',
      ),
    ).toEqual([]);
  });

  it('every layer reads what comes before it', () => {
    for (const shapes of [unet(4), resnet8(true), resnet8(false)]) {
      const known = new Set(['input']);
      for (const layer of recognise(shapes).layers) {
        const reads =
          'inputs' in layer ? layer.inputs : [layer.input, ...('like' in layer ? [layer.like] : [])];
        for (const name of reads) expect(known).toContain(name);
        expect(known).not.toContain(layer.name);
        known.add(layer.name);
      }
    }
  });
});

describe('other networks are refused with the reason', () => {
  const without = (shapes: Shapes, name: string): Shapes => shapes.filter(([other]) => other !== name);
  const shift = (shapes: Shapes): Shapes =>
    shapes.map(([name, shape]) => [
      name.replace(/features\.([1-4])\./, (_, n) => `features.${Number(n) + 1}.`),
      shape,
    ]);

  it.each<[string, Shapes, string]>([
    ['nothing', [], 'it has no tensors'],
    ['another network', conv('layer1', 8, 1, 3), 'it begins with layer1.weight'],
    ['one level', conv('enc1.0', 8, 1, 3), 'its U-net has one level'],
    ['a missing tensor', without(unet(8), 'dec2.2.weight'), 'it lacks the tensor dec2.2.weight'],
    ['a missing bias', without(unet(8), 'dec2.2.bias'), 'it lacks the tensor dec2.2.bias'],
    ['a tensor too many', [...unet(8), ['dec9.weight', [1]]], 'unet has no tensor dec9.weight'],
    [
      'a bias of another length',
      [
        ['filter.weight', [1, 1, 3, 3]],
        ['filter.bias', [2]],
      ],
      'filter.bias has the shape [2] where [1] is wanted',
    ],
    ['a filter of two channels', conv('filter', 2, 1, 3), 'filter gives 2 channels where one is wanted'],
    ['an even kernel', conv('filter', 1, 1, 4), 'no square convolution of an odd kernel'],
    ['an oblong kernel', [['filter.weight', [1, 1, 3, 5]]], 'no square convolution of an odd kernel'],
    ['a volume', [['filter.weight', [1, 1, 3, 3, 3]]], 'no square convolution of an odd kernel'],
    ['too many channels', conv('filter', 1e6, 1, 3), 'makes 1000000 channels'],
    ['pooling or dropout', shift(resnet8(false)), 'networks with pooling or dropout are not known'],
    ['a detector without features', conv('classifier', 1, 8, 1), 'its features are missing'],
    [
      'a ResNet of another depth',
      resnet8(false).filter(([name]) => !name.includes('.4.')),
      'its features are conv, block, block, block',
    ],
    [
      'normalisation that is missing',
      without(resnet8(true), `${at(1)}.bn1.running_var`),
      'lacks the tensor features.features.1.bn1.running_var',
    ],
  ])('%s', (_, shapes, words) => {
    expect(() => recognise(shapes)).toThrow(words);
    expect(() => recognise(shapes)).toThrow(/^mine\.sav is none of the Topaz networks/);
  });
});
