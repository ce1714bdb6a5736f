/** The compute worker from its own file beside the page; in the single file another module takes this one's place. */
export function startWorker(): Worker {
  return new Worker(new URL('../workers/compute.worker.ts', import.meta.url), { type: 'module' });
}
