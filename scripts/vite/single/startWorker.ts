/** Stands in for `ui/startWorker.ts` in the single file: the worker's program is a text in the page's. */
import ComputeWorker from '../../../src/workers/compute.worker.ts?worker&inline';

export function startWorker(): Worker {
  return new ComputeWorker();
}
