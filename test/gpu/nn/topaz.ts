/** Topaz's networks and what PyTorch made of the shared pictures with them (`../shared/reference/README.md`). */
import { readNpyArray } from '../../../src/formats/npy/npy.ts';
import { recogniseTopaz } from '../../../src/formats/weights/topazNames.ts';
import { readTorchWeights } from '../../../src/formats/weights/torch/read.ts';
import { topazGraph } from '../../../src/nn/imports/topaz.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import type { WeightTensors } from '../../../src/nn/network.ts';
import { type FeatureMap, featureMap } from '../../reference/layers.ts';
import { hasShared, sharedBytes } from '../../unit/formats/sharedData.ts';

export const topazNetworks = [
  'unet_L2_v0.2.1',
  'unet_small_L1_v0.2.2',
  'fcnn_L1_v0.2.2',
  'affine_L1_v0.2.2',
  'resnet8_u32',
  'resnet16_u32',
] as const;
export type TopazName = (typeof topazNetworks)[number];

export const topazInputs = ['apo_avg_256', 'apo_frame_256', 'bgal_200x312'] as const;

export const hasTopaz = hasShared('data/weights/topaz') && hasShared('reference/outputs');

/** Largest absolute difference that float32 arithmetic may make. */
export const toleranceOf = (name: TopazName): number => (name.startsWith('resnet') ? 1e-3 : 1e-4);

export function readTopaz(name: TopazName): { readonly graph: Graph; readonly tensors: WeightTensors } {
  const tensors = readTorchWeights(name, sharedBytes(`data/weights/topaz/${name}.sav`));
  return { graph: topazGraph(name, recogniseTopaz(name, tensors)), tensors };
}

/** A plane of `../shared/reference`, by its path there without ".npy". */
export function readPlane(path: string): FeatureMap {
  const { shape, data } = readNpyArray(path, sharedBytes(`reference/${path}.npy`));
  const [height = 0, width = 0] = shape;
  return featureMap(1, width, height, data);
}
