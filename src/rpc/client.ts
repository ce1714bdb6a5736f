import { type Remote, transfer, wrap } from 'comlink';
import type { JobOptions } from '../core/progress.ts';
import type {
  ComputeApi,
  DemoResult,
  FilterParameters,
  FilterResult,
  GpuReport,
  ImageKind,
  OpenedMicrograph,
  PickParameters,
  PickResult,
  TilePixels,
} from './contract.ts';
import { runJob } from './job.ts';

/** The compute worker as the page sees it: plain promises, an AbortSignal and a progress listener. */
export interface ComputeClient {
  start(): Promise<GpuReport>;
  open(file: File, frame: number, options?: JobOptions): Promise<OpenedMicrograph>;
  close(id: number): Promise<void>;
  tile(id: number, kind: ImageKind, level: number, column: number, row: number): Promise<TilePixels>;
  valueAt(id: number, kind: ImageKind, x: number, y: number): Promise<number | undefined>;
  filter(id: number, parameters: FilterParameters, options?: JobOptions): Promise<FilterResult>;
  exportFiltered(id: number, options?: JobOptions): Promise<Blob>;
  pick(id: number, parameters: PickParameters, options?: JobOptions): Promise<PickResult>;
  demo(options?: JobOptions): Promise<DemoResult>;
  cacheUsage(): Promise<{ readonly bytes: number; readonly budget: number; readonly tiles: number }>;
  clearCache(): Promise<void>;
}

/** Wraps a worker that exposes `ComputeApi`. */
export function createComputeClient(worker: Worker): ComputeClient {
  const remote: Remote<ComputeApi> = wrap<ComputeApi>(worker);
  const job = <T>(call: (port: MessagePort) => Promise<T>, options: JobOptions = {}): Promise<T> =>
    runJob((port) => call(transfer(port, [port])), options);
  return {
    start: () => remote.start(),
    open: (file, frame, options) => job((port) => remote.open(file, frame, port), options),
    close: (id) => remote.close(id),
    tile: (id, kind, level, column, row) => remote.tile(id, kind, level, column, row),
    valueAt: (id, kind, x, y) => remote.valueAt(id, kind, x, y),
    filter: (id, parameters, options) => job((port) => remote.filter(id, parameters, port), options),
    exportFiltered: (id, options) => job((port) => remote.exportFiltered(id, port), options),
    pick: (id, parameters, options) => job((port) => remote.pick(id, parameters, port), options),
    demo: (options) => job((port) => remote.demo(port), options),
    cacheUsage: () => remote.cacheUsage(),
    clearCache: () => remote.clearCache(),
  };
}
