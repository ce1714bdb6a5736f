import { writeFileSync } from 'node:fs';
import { writeSafetensors } from '../../../src/formats/weights/safetensors.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { graphToJson } from '../../../src/nn/parse.ts';
import { weightsFor } from '../nn/weights.ts';

/** Writes a network with random weights; `spoil` may change a tensor's. */
export function writeNetwork(
  path: string,
  graph: Graph,
  spoil: (weights: Float32Array) => void = () => {},
): void {
  const tensors = new Map(
    [...weightsFor(graph, 3)].map(([key, tensor]) => [key, { dtype: 'F32' as const, ...tensor }]),
  );
  for (const { data } of tensors.values()) spoil(data);
  const metadata = new Map([['cryolite.graph', JSON.stringify(graphToJson(graph))]]);
  writeFileSync(path, writeSafetensors(tensors, metadata));
}
