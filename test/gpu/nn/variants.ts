/** Every kernel of a network that the tests know of, as text to compile. */
import type { Defines } from '../../../src/gpu/expand.ts';
import { operationsOf } from '../../../src/nn/operations.ts';
import { compile } from '../../../src/nn/program.ts';
import { Weights } from '../../../src/nn/weights.ts';
import { smallUnet } from '../../unit/nn/networks.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import { convolutions, others } from './catalogue.ts';

/** Shader and defines; those with f16 only for a device that has it. */
export function networkKernels(storage: 'f32' | 'f16'): [string, Defines][] {
  const kernels = new Map<string, [string, Defines]>();
  for (const graph of [...convolutions, ...others].map((one) => one.graph).concat(smallUnet(12))) {
    for (const gather of [true, false]) {
      const weights = new Weights(graph.name, weightsFor(graph, 1));
      for (const { kernels: own } of operationsOf(compile(graph, { gather }), weights, { storage })) {
        for (const { shader, defines } of own) {
          if (storage === 'f16' && defines.HALF !== true) continue;
          kernels.set(JSON.stringify([shader, defines]), [shader, defines]);
        }
      }
    }
  }
  return [...kernels.values()];
}
