import { type ComputeClient, createComputeClient } from '../rpc/client.ts';
import { startWorker } from './startWorker.ts';

/** The one compute worker of the page. It is never terminated to cancel: that would lose the GPU's state. */
export function startCompute(): ComputeClient {
  return createComputeClient(startWorker());
}
