/** Layers that bring out whatever a kernel may get wrong: tails, odd sizes, channels that fill no group, edges. */
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
} from '../../../src/nn/build.ts';
import type { Graph, Layer } from '../../../src/nn/layers.ts';
import type { Size } from '../../../src/nn/sizes.ts';

export interface CatalogueCase {
  readonly name: string;
  readonly graph: Graph;
  readonly image: Size;
}

/** Kernels that any convolution of packed channels can be forced to. */
export const packedKernels = ['direct', 'gemm', 'quads'] as const;

/** Names of the convolutions that tell most about a kernel of packed channels. */
export const telling: readonly string[] = [
  '3 × 3, 3 → 97',
  '1 × 1, 97 → 48',
  'stride 3, dilation 2',
  'an even, oblong window, padded unevenly',
  'with a residual',
  'of two values, the first up-sampled',
  'of a value and a plane, mirrored, both up-sampled',
];

const leaky = leakyRelu(0.1);
const entry = (name: string, channels: number, image: Size, ...layers: Layer[]): CatalogueCase => ({
  name,
  graph: { name, channels, layers },
  image,
});
const size = (width: number, height: number): Size => ({ width, height });

export const convolutions: readonly CatalogueCase[] = [
  entry('3 × 3, 4 → 4', 4, size(13, 9), conv('c', 'input', 4, 4, 3, { padding: 'same' })),
  entry(
    '3 × 3, 3 → 97',
    3,
    size(17, 5),
    conv('c', 'input', 3, 97, 3, { padding: 'same', activation: leaky }),
  ),
  entry('1 × 1, 97 → 48', 97, size(7, 19), conv('c', 'input', 97, 48, 1, { activation: relu })),
  entry('1 × 1, 16 → 20 of stride 2', 16, size(21, 5), conv('c', 'input', 16, 20, 1, { stride: 2 })),
  entry(
    '3 × 3, 48 → 97 of stride 2',
    48,
    size(20, 11),
    conv('c', 'input', 48, 97, 3, { stride: 2, padding: 1 }),
  ),
  entry('larger than the picture', 4, size(3, 2), conv('c', 'input', 4, 8, 5, { padding: 'same' })),
  entry('one pixel', 8, size(1, 1), conv('c', 'input', 8, 12, 3, { padding: 'same', activation: sigmoid })),
  ...[2, 4, 8].map((dilation) =>
    entry(
      `dilation ${dilation}`,
      16,
      size(41, 20),
      conv('c', 'input', 16, 16, 3, { dilation, padding: dilation }),
    ),
  ),
  ...(
    [
      [2, 2],
      [3, 2],
      [4, 6],
    ] as const
  ).map(([stride, dilation]) =>
    entry(
      `stride ${stride}, dilation ${dilation}`,
      4,
      size(53, 31),
      conv('c', 'input', 4, 8, 3, { stride, dilation, padding: 3 }),
    ),
  ),
  entry(
    'an even, oblong window, padded unevenly',
    4,
    size(15, 14),
    conv(
      'c',
      'input',
      4,
      4,
      { x: 4, y: 2 },
      { stride: { x: 1, y: 3 }, padding: { left: 3, right: 0, top: 1, bottom: 2 } },
    ),
  ),
  entry('no padding, no bias', 6, size(23, 9), conv('c', 'input', 6, 10, 5, { bias: false })),
  entry(
    'a mirrored edge',
    8,
    size(11, 7),
    conv('c', 'input', 8, 8, 7, { padding: 'same', paddingMode: 'reflect' }),
  ),
  entry('a row in chunks', 4, size(25, 3), conv('c', 'input', 4, 4, { x: 15, y: 1 }, { padding: 'same' })),
  entry(
    'a row of a prime many taps',
    4,
    size(25, 3),
    conv('c', 'input', 4, 4, { x: 17, y: 1 }, { padding: 'same' }),
  ),
  entry(
    'with a residual',
    8,
    size(14, 9),
    conv('r', 'input', 8, 12, 1),
    conv('c', 'input', 8, 12, 3, { padding: 'same' }),
    add('s', ['c', 'r'], relu),
  ),
  entry(
    'of two values, the first up-sampled',
    4,
    size(21, 13),
    pool('maxPool', 'p', 'input', 2),
    upsample('u', 'p', 'input'),
    concat('j', ['u', 'input']),
    conv('c', 'j', 8, 8, 3, { padding: 'same', activation: leaky }),
  ),
  entry(
    'of a value and a plane, mirrored, both up-sampled',
    1,
    size(12, 10),
    conv('a', 'input', 1, 6, 1),
    upsample('u', 'a', 3),
    upsample('v', 'input', 3),
    concat('j', ['u', 'v']),
    conv('c', 'j', 7, 9, 5, { padding: 'same', paddingMode: 'reflect', stride: 2 }),
  ),
  entry(
    'a plane, 7 × 7 → 48',
    1,
    size(21, 19),
    conv('c', 'input', 1, 48, 7, { padding: 'same', activation: leaky }),
  ),
  entry(
    'a plane, strided and dilated → 97',
    1,
    size(33, 12),
    conv('c', 'input', 1, 97, 5, { stride: { x: 2, y: 1 }, dilation: 2, padding: 3 }),
  ),
  entry(
    'a plane, mirrored → 3',
    1,
    size(15, 15),
    conv('c', 'input', 1, 3, 11, { padding: 'same', paddingMode: 'reflect' }),
  ),
  entry('1 × 1, 97 → a plane', 97, size(19, 10), conv('c', 'input', 97, 1, 1)),
  entry('11 × 11, 8 → a plane', 8, size(19, 13), conv('c', 'input', 8, 1, 11, { padding: 'same' })),
  entry(
    'dilated and strided, 3 → a plane',
    3,
    size(30, 22),
    conv('c', 'input', 3, 1, 5, { dilation: 3, stride: 2, padding: 5, activation: sigmoid }),
  ),
  entry('31 × 31, a plane → a plane', 1, size(37, 20), conv('c', 'input', 1, 1, 31, { padding: 'same' })),
  entry(
    'strided, dilated, mirrored, a plane → a plane',
    1,
    size(26, 19),
    conv('c', 'input', 1, 1, 5, {
      stride: 2,
      dilation: 3,
      padding: 6,
      paddingMode: 'reflect',
      activation: leaky,
    }),
  ),
];

export const others: readonly CatalogueCase[] = [
  entry(
    'transposed, 4 × 4 of stride 2',
    8,
    size(9, 7),
    convTranspose('t', 'input', 8, 12, 4, { stride: 2, crop: 1 }),
  ),
  entry(
    'transposed, with output padding, activated',
    3,
    size(6, 8),
    convTranspose('t', 'input', 3, 5, 3, {
      stride: 3,
      crop: { left: 1, right: -1, top: 0, bottom: 1 },
      activation: relu,
    }),
  ),
  entry(
    'transposed, a stride beyond the kernel',
    4,
    size(5, 4),
    convTranspose('t', 'input', 4, 4, { x: 1, y: 2 }, { stride: { x: 3, y: 2 } }),
  ),
  entry(
    'transposed, of planes',
    1,
    size(11, 6),
    convTranspose('t', 'input', 1, 1, 5, { stride: 2, crop: 2 }),
  ),
  entry(
    'transposed, to a plane',
    8,
    size(7, 9),
    convTranspose('t', 'input', 8, 1, 2, { stride: 2, bias: false }),
  ),
  entry('maximum of odd sizes', 6, size(11, 7), pool('maxPool', 'p', 'input', 2)),
  entry(
    'maximum of overlapping, padded, dilated windows',
    4,
    size(12, 9),
    pool('maxPool', 'p', 'input', 3, { stride: 2, padding: 1, dilation: 2 }),
  ),
  entry(
    'maximum of a plane',
    1,
    size(13, 8),
    pool('maxPool', 'p', 'input', { x: 3, y: 2 }, { stride: { x: 2, y: 2 } }),
  ),
  entry('mean', 5, size(13, 8), pool('averagePool', 'p', 'input', 3, { stride: 1, padding: 1 })),
  entry(
    'mean without its padding',
    5,
    size(13, 8),
    pool('averagePool', 'p', 'input', 3, { stride: 2, padding: 1, countPadding: false }),
  ),
  entry(
    'nearest to an odd size',
    4,
    size(21, 13),
    pool('maxPool', 'p', 'input', 2),
    upsample('u', 'p', 'input'),
  ),
  entry('nearest, threefold and a plane', 1, size(7, 5), upsample('u', 'input', { x: 3, y: 2 })),
  entry(
    'linear to an odd size',
    6,
    size(21, 13),
    pool('maxPool', 'p', 'input', 2),
    upsample('u', 'p', 'input', 'bilinear'),
  ),
  entry('linear, with corners', 4, size(9, 6), upsample('u', 'input', 2, 'bilinear', true)),
  entry('linear, of one pixel', 4, size(1, 6), upsample('u', 'input', { x: 4, y: 1 }, 'bilinear', true)),
  entry('cropped', 5, size(9, 8), crop('k', 'input', { left: 2, right: 1, top: 0, bottom: 3 })),
  entry('a cropped plane', 1, size(9, 8), crop('k', 'input', 2)),
  entry('padded', 6, size(9, 8), pad('p', 'input', { left: 2, right: 1, top: 0, bottom: 3 })),
  entry('padded by its mirror image', 1, size(9, 8), pad('p', 'input', 4, 'reflect')),
  entry('normalised, then activated', 7, size(9, 8), batchNorm('n', 'input', 7), activate('a', 'n', leaky)),
  entry('a normalised plane', 1, size(9, 8), batchNorm('n', 'input', 1, { activation: sigmoid })),
  entry(
    'a sum of three',
    3,
    size(9, 8),
    activate('a', 'input', relu),
    add('s', ['a', 'input', 'a'], sigmoid),
  ),
  entry(
    'a sum of values that lie differently',
    3,
    size(9, 8),
    activate('a', 'input', relu),
    concat('j', ['a', 'input']),
    conv('c', 'input', 3, 6, 1, { activation: relu }),
    add('s', ['j', 'c']),
  ),
  entry('the image alone', 2, size(70, 3), activate('a', 'input', { kind: 'none' })),
];
