/**
 * A long call across the worker boundary: the client makes a MessageChannel and sends one port along; the worker
 * posts progress on it and listens for the abort. Cancelling never terminates the worker, which would throw away
 * the GPU state.
 */
import type { JobOptions, Progress } from '../core/progress.ts';

type ToWorker = { readonly type: 'abort' };
type ToClient = { readonly type: 'progress'; readonly progress: Progress };

/** Client side: runs `call` with a fresh port, wiring the caller's signal and listener to it. */
export async function runJob<T>(
  call: (port: MessagePort) => Promise<T>,
  options: JobOptions = {},
): Promise<T> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = (event: MessageEvent<ToClient>) => onProgress?.(event.data.progress);
  const abort = () => port1.postMessage({ type: 'abort' } satisfies ToWorker);
  signal?.addEventListener('abort', abort);
  try {
    return await call(port2);
  } finally {
    signal?.removeEventListener('abort', abort);
    port1.close();
  }
}

/** Worker side: gives `work` a signal and a progress listener backed by the port. */
export async function serveJob<T>(port: MessagePort, work: (options: JobOptions) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  port.onmessage = (event: MessageEvent<ToWorker>) => {
    if (event.data.type === 'abort') controller.abort();
  };
  let last = 0;
  const onProgress = (progress: Progress): void => {
    // A message a frame is enough for a progress bar; the last one always goes out.
    const now = performance.now();
    if (progress.done < progress.total && now - last < 30) return;
    last = now;
    port.postMessage({ type: 'progress', progress } satisfies ToClient);
  };
  try {
    return await work({ signal: controller.signal, onProgress });
  } finally {
    port.close();
  }
}
