import { createRandom } from '../../core/random.ts';
import type { Graph } from '../../nn/layers.ts';
import type { NamedTensors } from '../../nn/train/parameters.ts';
import type { WorkingScalePicker } from '../picking/model.ts';
import { particleOnly } from './general/design.ts';
import { type NetworkWeights, outputConvolution } from './matchedFilter.ts';
import type { StartingPoint } from './pickerTraining.ts';

/**
 * The same layers with nothing learnt: weights are normal with deviation √(2 / inputs) (He et al. 2015), biases 0, the
 * last convolution 0, so that the network says nothing at first.
 */
export function blankNetwork(graph: Graph, tensors: NamedTensors, seed: number): NetworkWeights {
  const random = createRandom(seed);
  const last = outputConvolution(graph).weight;
  const blank = [...tensors].map(([name, { shape, data }]) => {
    const inputs = shape.slice(1).reduce((product, n) => product * n, 1);
    const deviation = shape.length === 4 && name !== last ? Math.sqrt(2 / inputs) : 0;
    return [name, { shape, data: Float32Array.from(data, () => deviation * random.normal()) }] as const;
  });
  return { graph, tensors: new Map(blank) };
}

/**
 * Where a training on picks starts from a picker: what it says of particles, since picks tell of nothing else.
 * @param isBlank for its design alone, nothing learnt.
 */
export function startFrom(model: WorkingScalePicker, isBlank: boolean, seed: number): StartingPoint {
  const { workingDiameterPx, highpassDiameters, clip } = model;
  const { graph, tensors } = particleOnly(model);
  const network = isBlank ? blankNetwork(graph, tensors, seed) : { graph, tensors };
  return { ...network, settings: { workingDiameterPx, highpassDiameters, clip }, isBlank };
}
