import { type ComputeClient, createComputeClient } from '../rpc/client.ts';

/** The one compute worker of the page. It is never terminated to cancel: that would lose the GPU's state. */
export function startCompute(): ComputeClient {
  const worker = new Worker(new URL('../workers/compute.worker.ts', import.meta.url), { type: 'module' });
  return createComputeClient(worker);
}
