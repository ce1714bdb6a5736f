/** Small networks with one kind of layer in their middle, so that its derivatives pass on and come back. */
import { createRandom } from '../../../../src/core/random.ts';
import {
  activate,
  add,
  batchNorm,
  concat,
  conv,
  convTranspose,
  crop,
  leakyRelu,
  pad,
  pool,
  relu,
  sigmoid,
  upsample,
} from '../../../../src/nn/build.ts';
import type { Graph, Layer } from '../../../../src/nn/layers.ts';
import { type Picture, picture } from '../../../reference/trainingLayers.ts';

export interface Case {
  readonly name: string;
  readonly graph: Graph;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

const margins = (left: number, right: number, top: number, bottom: number) => ({ left, right, top, bottom });

/** `input` → a convolution `before` of 4 channels → the layers, the last one called `middle` → a convolution `after`. */
function around(
  name: string,
  layers: readonly Layer[],
  { channels = 4, batch = 2, height = 7, width = 9 } = {},
): Case {
  const graph: Graph = {
    name,
    channels: 2,
    layers: [
      conv('before', 'input', 2, 4, 3, { padding: 1, activation: leakyRelu(0.2) }),
      ...layers,
      conv('after', 'middle', channels, 2, { x: 1, y: 2 }),
    ],
  };
  return { name, graph, batch, height, width };
}

/** Every differentiable layer, with windows, strides, dilations and margins that differ along the axes. */
export const middles: readonly Case[] = [
  around(
    'convolution',
    [conv('middle', 'before', 4, 3, { x: 3, y: 2 }, { padding: 1, activation: sigmoid })],
    {
      channels: 3,
    },
  ),
  around(
    'strided, dilated convolution',
    [
      conv(
        'middle',
        'before',
        4,
        5,
        { x: 2, y: 3 },
        { stride: { x: 2, y: 3 }, dilation: { x: 3, y: 2 }, padding: margins(1, 2, 0, 3), activation: relu },
      ),
    ],
    { channels: 5, height: 10 },
  ),
  around('convolution without bias', [conv('middle', 'before', 4, 1, 1, { bias: false })], { channels: 1 }),
  around('mirroring convolution', [
    conv('middle', 'before', 4, 4, 3, {
      padding: margins(2, 1, 1, 2),
      paddingMode: 'reflect',
      stride: 2,
      activation: leakyRelu(0.1),
    }),
  ]),
  around(
    'transposed convolution',
    [
      convTranspose(
        'middle',
        'before',
        4,
        3,
        { x: 3, y: 4 },
        { stride: { x: 2, y: 3 }, crop: 1, activation: relu },
      ),
    ],
    { channels: 3, height: 4, width: 5 },
  ),
  around('transposed convolution beyond its kernel', [
    convTranspose('middle', 'before', 4, 4, 2, { stride: 3, crop: margins(0, -1, 1, -1), bias: false }),
  ]),
  around('maximum pooling', [pool('maxPool', 'middle', 'before', 2)]),
  around('overlapping maximum pooling', [
    pool(
      'maxPool',
      'middle',
      'before',
      { x: 3, y: 2 },
      { stride: { x: 1, y: 2 }, dilation: { x: 2, y: 1 }, padding: 1 },
    ),
  ]),
  around('average pooling', [
    pool('averagePool', 'middle', 'before', { x: 3, y: 2 }, { stride: 2, padding: 1 }),
  ]),
  around('average pooling of what is there', [
    pool('averagePool', 'middle', 'before', 3, {
      stride: 1,
      padding: margins(1, 2, 0, 1),
      countPadding: false,
    }),
  ]),
  around('nearest up-sampling', [upsample('middle', 'before', { x: 2, y: 3 })], { height: 4, width: 5 }),
  around('nearest up-sampling to a size', [
    pool('maxPool', 'small', 'before', 2),
    upsample('middle', 'small', 'before'),
  ]),
  around('nearest down-sampling to a size', [
    upsample('large', 'before', 2),
    upsample('middle', 'large', 'before'),
  ]),
  around('bilinear up-sampling', [upsample('middle', 'before', { x: 3, y: 2 }, 'bilinear')], {
    height: 4,
    width: 3,
  }),
  around('bilinear up-sampling between corners', [
    pool('averagePool', 'small', 'before', 2),
    upsample('middle', 'small', 'before', 'bilinear', true),
  ]),
  around('activations', [
    activate('first', 'before', sigmoid),
    activate('second', 'before', leakyRelu(0.3)),
    activate('third', 'second', relu),
    add('middle', ['first', 'second', 'third'], leakyRelu(0.5)),
  ]),
  around('sum with itself', [add('middle', ['before', 'before'])]),
  around(
    'concatenations',
    [
      conv('b', 'before', 4, 3, 1, { activation: relu }),
      concat('ab', ['before', 'b']),
      concat('middle', ['ab', 'input', 'b', 'b']),
    ],
    { channels: 15 },
  ),
  around('crop', [crop('middle', 'before', margins(1, 2, 0, 3))]),
  around('zero padding', [pad('middle', 'before', margins(2, 0, 1, 3))]),
  around('mirror padding', [pad('middle', 'before', margins(3, 2, 4, 1), 'reflect')], {
    height: 5,
    width: 4,
  }),
  around('batch normalisation', [batchNorm('middle', 'before', 4, { activation: relu })]),
  around('a residual block', [
    conv('r1', 'before', 4, 4, 3, { padding: 'same', activation: relu }),
    conv('r2', 'r1', 4, 4, 3, { dilation: 2 }),
    crop('cut', 'before', 2),
    add('middle', ['r2', 'cut'], relu),
  ]),
  around('tied weights', [
    conv('r1', 'before', 4, 4, 3, { padding: 'same', activation: relu }),
    { ...conv('middle', 'r1', 4, 4, 3, { padding: 'same' }), weight: 'r1.weight', bias: 'r1.bias' },
  ]),
];

/** Random tensors that a graph needs, by PyTorch's shapes; running statistics are no parameters. */
export function randomTensors(
  { layers }: Graph,
  seed: number,
): Map<string, { readonly shape: readonly number[]; readonly data: Float32Array<ArrayBuffer> }> {
  const random = createRandom(seed);
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array<ArrayBuffer> }>();
  const set = (name: string | undefined, shape: readonly number[], scale: number, mean = 0): void => {
    if (name === undefined || tensors.has(name)) return;
    const count = shape.reduce((product, n) => product * n, 1);
    tensors.set(name, {
      shape,
      data: Float32Array.from({ length: count }, () => mean + scale * random.normal()),
    });
  };
  for (const layer of layers) {
    if (layer.op === 'conv' || layer.op === 'convTranspose') {
      const channels = layer.op === 'conv' ? [layer.out, layer.in] : [layer.in, layer.out];
      set(
        layer.weight,
        [...channels, layer.kernel.y, layer.kernel.x],
        1 / Math.sqrt(layer.in * layer.kernel.x * layer.kernel.y),
      );
      set(layer.bias, [layer.out], 0.3);
    } else if (layer.op === 'batchNorm') {
      set(layer.weight, [layer.channels], 0.3, 1);
      set(layer.bias, [layer.channels], 0.3);
      set(layer.mean, [layer.channels], 0);
      set(layer.variance, [layer.channels], 0, 1);
    }
  }
  return tensors;
}

export function randomPicture(
  batch: number,
  channels: number,
  height: number,
  width: number,
  seed: number,
): Picture {
  const random = createRandom(seed);
  const data = Float32Array.from({ length: batch * channels * height * width }, () => random.normal());
  return picture(batch, channels, height, width, data);
}
