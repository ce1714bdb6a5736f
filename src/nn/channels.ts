import { badNetwork } from './errors.ts';
import { type Graph, inputName, inputsOf } from './layers.ts';
import { graphLimits } from './limits.ts';

/**
 * The channels of every value.
 * @throws FormatError 'bad-weights' when they don't fit together.
 */
export function checkChannels(graph: Graph): ReadonlyMap<string, number> {
  const values = new Map<string, number>([[inputName, graph.channels]]);
  const bad = (what: string): never => {
    throw badNetwork(graph.name, what);
  };
  for (const layer of graph.layers) {
    const sources = inputsOf(layer).map((name) => values.get(name) ?? bad(`${name} is missing`));
    const [first = 0] = sources;
    let channels = first;
    if (layer.op === 'conv' || layer.op === 'convTranspose') {
      if (layer.in !== first) bad(`${layer.name} expects ${layer.in} channels and gets ${first}`);
      channels = layer.out;
    } else if (layer.op === 'batchNorm') {
      if (layer.channels !== first) bad(`${layer.name} expects ${layer.channels} channels and gets ${first}`);
    } else if (layer.op === 'concat') {
      channels = sources.reduce((sum, one) => sum + one, 0);
    } else if (layer.op === 'add') {
      const other = sources.find((one) => one !== first);
      if (other !== undefined) bad(`${layer.name} adds ${first} and ${other} channels`);
    }
    if (channels > graphLimits.channels) bad(`${layer.name} has ${channels} channels`);
    values.set(layer.name, channels);
  }
  return values;
}
