import { type Graph, inputsOf, type Layer, outputName } from '../layers.ts';
import { type ParameterLayout, tensorsOf } from './parameters.ts';

/** The layers that the result is computed from, in the order of running. */
export function liveLayers(graph: Graph): Layer[] {
  const wanted = new Set([outputName(graph)]);
  const live: Layer[] = [];
  for (const layer of [...graph.layers].reverse()) {
    if (!wanted.has(layer.name)) continue;
    live.unshift(layer);
    for (const input of inputsOf(layer)) wanted.add(input);
  }
  return live;
}

/** The layers whose values depend on anything that learns: only their gradients are wanted. */
export function learningValues(
  layers: readonly Layer[],
  { parameters }: ParameterLayout,
): ReadonlySet<string> {
  const learns = new Map(parameters.map((one) => [one.name, one.learns]));
  const values = new Set<string>();
  for (const layer of layers) {
    const { weight, bias } = tensorsOf(layer);
    const own = [weight, bias].some((tensor) => tensor && learns.get(tensor.name));
    if (own || inputsOf(layer).some((input) => values.has(input))) values.add(layer.name);
  }
  return values;
}
