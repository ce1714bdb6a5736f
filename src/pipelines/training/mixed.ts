import type { NamedTensor } from '../../nn/train/parameters.ts';
import type { NetworkWeights } from './matchedFilter.ts';

/**
 * The network whose every weight is the mean of two others' (Wortsman et al., "Robust fine-tuning of zero-shot models",
 * CVPR 2022). It makes sense only where one was learnt from the other.
 * @param second of the same graph, with every tensor that the first has.
 * @param share of the second, 0 to 1.
 * @throws RangeError where a tensor is missing or of another size.
 */
export function mixedNetwork(first: NetworkWeights, second: NetworkWeights, share: number): NetworkWeights {
  if (share === 0) return first;
  const tensors = [...first.tensors].map(([name, { shape, data }]): [string, NamedTensor] => {
    const other = second.tensors.get(name)?.data;
    if (other?.length !== data.length) throw new RangeError(`${name} is not in both networks`);
    return [name, { shape, data: data.map((value, i) => value + share * ((other[i] ?? 0) - value)) }];
  });
  return { graph: first.graph, tensors: new Map(tensors) };
}
