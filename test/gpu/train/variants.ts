import type { Defines } from '../../../src/gpu/expand.ts';
import { chooseLaneBlock, gatherLaneDefines, weightLaneDefines } from '../../../src/gpu/ops/trainLanes.ts';
import { tileDefines, tiles } from '../../../src/gpu/ops/trainTile.ts';

const both = [true, false];
const each = (path: string, name: string, values: readonly string[]): [string, Defines][] =>
  values.map((value) => [path, { [name]: value }]);

/** Every text that the shaders of training have. */
export const trainingVariants: [string, Defines][] = [
  ...tiles.map(tileDefines).flatMap((tile): [string, Defines][] => [
    ['train/gather_gemm.wgsl', { ...tile, VEC: false, TRANSPOSED: false }],
    ['train/gather_gemm.wgsl', { ...tile, VEC: true, TRANSPOSED: false }],
    ['train/gather_gemm.wgsl', { ...tile, VEC: true, TRANSPOSED: true }],
    ['train/weight_gemm.wgsl', { ...tile, VEC: false }],
    ['train/weight_gemm.wgsl', { ...tile, VEC: true }],
  ]),
  ...[8, 16].flatMap((lanes): [string, Defines][] => [
    ...[4, 8, 16].flatMap((columns): [string, Defines][] =>
      [1, 4].map((channels) => [
        'train/gather_lanes.wgsl',
        gatherLaneDefines(chooseLaneBlock(lanes, columns), channels, columns + channels - 1),
      ]),
    ),
    ['train/weight_lanes.wgsl', weightLaneDefines(chooseLaneBlock(lanes, 16))],
  ]),
  ['train/sum_partials.wgsl', {}],
  ...each('train/elementwise.wgsl', 'OP', ['copy', 'add', 'activate', 'gradient']),
  ...both.flatMap((FOURS) =>
    both.map((MIRROR): [string, Defines] => ['train/place.wgsl', { MIRROR, FOURS }]),
  ),
  ['train/fold_mirror.wgsl', {}],
  ...both.flatMap((BACKWARD) =>
    both.flatMap((one): [string, Defines][] => [
      ['train/pool.wgsl', { BACKWARD, MAX: one }],
      ...both.map((FOURS): [string, Defines] => ['train/resample.wgsl', { BACKWARD, BILINEAR: one, FOURS }]),
    ]),
  ),
  ...each('train/channel_sums.wgsl', 'OF', ['values', 'squares', 'gradients']),
  ...each('train/batch_moments.wgsl', 'OF', ['mean', 'spread', 'running']),
  ...both.flatMap((FOURS) =>
    both.map((BACKWARD): [string, Defines] => ['train/normalise.wgsl', { BACKWARD, FOURS }]),
  ),
  ...['l2', 'l1', 'bce', 'focal'].flatMap((OF) =>
    both.map((WEIGHTED): [string, Defines] => ['train/loss.wgsl', { OF, WEIGHTED }]),
  ),
  ['train/count_moments.wgsl', {}],
  ['train/count_match.wgsl', {}],
  ['train/count_gradient.wgsl', {}],
  ['train/norm.wgsl', {}],
  ...both.map((NORM): [string, Defines] => ['train/judge.wgsl', { NORM }]),
  ...both.map((AVERAGE): [string, Defines] => ['train/adam.wgsl', { AVERAGE }]),
];
