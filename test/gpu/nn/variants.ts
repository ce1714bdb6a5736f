/** Every kernel of a network that the tests know of, as text to compile. */
import { type Capabilities, leastCapabilities } from '../../../src/gpu/capabilities.ts';
import type { Defines } from '../../../src/gpu/expand.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { type OperationOptions, operationsOf } from '../../../src/nn/operations.ts';
import { compile } from '../../../src/nn/program.ts';
import { Weights } from '../../../src/nn/weights.ts';
import { smallUnet } from '../../unit/nn/networks.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import { convolutions, others, packedKernels, telling } from './catalogue.ts';

const processor: Capabilities = { ...leastCapabilities, isProcessor: true };
/** Subgroups as AMD's and Intel's; kernels of a real GPU are unrolled further. */
const gpu: Capabilities = { ...leastCapabilities, subgroup: { fewest: 8, most: 64 } };

/** Shader and defines; those with f16 only for a device that has it. */
export function networkKernels(storage: 'f32' | 'f16'): [string, Defines][] {
  const kernels = new Map<string, [string, Defines]>();
  const add = (graph: Graph, gather: boolean, options: Omit<OperationOptions, 'storage'>): void => {
    const weights = new Weights(graph.name, weightsFor(graph, 1));
    for (const { kernels: own } of operationsOf(compile(graph, { gather }), weights, {
      storage,
      ...options,
    })) {
      for (const { shader, defines } of own) {
        if (storage === 'f16' && defines.HALF !== true) continue;
        kernels.set(JSON.stringify([shader, defines]), [shader, defines]);
      }
    }
  };
  for (const graph of [...convolutions, ...others].map((one) => one.graph).concat(smallUnet(12))) {
    for (const gather of [true, false]) add(graph, gather, { capabilities: processor });
  }
  for (const { graph } of convolutions.filter(({ name }) => telling.includes(name))) {
    for (const preferred of packedKernels) add(graph, true, { capabilities: gpu, preferred });
  }
  return [...kernels.values()];
}
