/**
 * Tells from the names and shapes of tensors which of Topaz's networks they belong to, and describes it as data: a
 * flat list of layers, each naming what it reads. Source: `shared/data/weights/README.md`, checked there and in our tests
 * against PyTorch. Units, kernel sizes and the depth of the U-net come from the shapes.
 */

import type { Tensor } from './tensors.ts';
import { describeDenoiser } from './topaz/denoisers.ts';
import { describeDetector } from './topaz/detectors.ts';
import type { TopazNetwork } from './topaz/layers.ts';
import { badTopaz, TensorShapes } from './topaz/shapes.ts';

export type { TopazKind, TopazLayer, TopazNetwork } from './topaz/layers.ts';

/** Counts batches while training; no weight. */
const IGNORED = /\.num_batches_tracked$/;

/**
 * @param tensors shapes by name, as `readTorchWeights` gives them; the data are not looked at.
 * @throws FormatError bad-weights: it is none of Topaz's networks, or a tensor is missing, too many or of the wrong shape.
 */
export function recogniseTopaz(
  file: string,
  tensors: ReadonlyMap<string, Pick<Tensor, 'shape'>>,
): TopazNetwork {
  const named = [...tensors].filter(([name]) => !IGNORED.test(name));
  const shapes = new TensorShapes(file, new Map(named.map(([name, { shape }]) => [name, shape])));
  const network = shapes.has('classifier.weight') ? describeDetector(shapes) : describeDenoiser(shapes);
  const unused = shapes.unused();
  if (unused !== undefined) throw badTopaz(file, `${network.kind} has no tensor ${unused}`);
  return network;
}
