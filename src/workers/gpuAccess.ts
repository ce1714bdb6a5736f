import { GpuUnavailableError, messageOf } from '../core/errors.ts';
import type { JobOptions } from '../core/progress.ts';
import type { GpuContext } from '../gpu/context.ts';
import { createGpuProvider, type GpuProvider, withGpu } from '../jobs/gpu.ts';
import type { GpuMemory, GpuReport } from '../rpc/contract.ts';

/** The worker's one GPU: how long and short work gets it, and what can do without. */
export class GpuAccess {
  private readonly provider: GpuProvider;
  private hasGpu = true;

  constructor(open: () => Promise<GpuContext>) {
    this.provider = createGpuProvider(open);
  }

  /** Opens the device; never throws for want of one. */
  async start(): Promise<GpuReport> {
    try {
      const { adapterName, device } = await this.provider.acquire();
      this.hasGpu = true;
      return {
        available: true,
        description: adapterName,
        features: [...device.features].sort(),
        limits: limitsOf(device),
      };
    } catch (error) {
      this.hasGpu = false;
      return { available: false, description: messageOf(error), features: [], limits: {} };
    }
  }

  /** What is on the GPU now; undefined where there is none. */
  async memory(): Promise<GpuMemory | undefined> {
    if (!this.hasGpu) return undefined;
    const { bytes, peak, byOwner, peakByOwner, mostByOwner } = (await this.provider.acquire()).memory();
    const owners = [...mostByOwner].map(([owner, most]) => ({
      owner,
      bytes: byOwner.get(owner) ?? 0,
      atPeak: peakByOwner.get(owner) ?? 0,
      most,
    }));
    return { bytes, peak, byOwner: owners.sort((a, b) => b.bytes - a.bytes || b.most - a.most) };
  }

  /** @throws GpuUnavailableError at once where there is none. */
  need(): void {
    if (!this.hasGpu) throw new GpuUnavailableError('This needs WebGPU, which this browser does not offer.');
  }

  /** The device, or a new one after a loss: for work that goes on by itself. */
  acquire(): Promise<GpuContext> {
    return this.provider.acquire();
  }

  /** Long work: says so when the device was lost, and goes on with a new one. */
  run<T>(options: JobOptions, work: (context: GpuContext) => Promise<T>): Promise<T> {
    return withGpu(this.provider, work, () =>
      options.onProgress?.({ stage: 'The GPU was lost; going on with a new device', done: 0, total: 1 }),
    );
  }

  /** What can do without: by the CPU where there is no GPU, or none any more. */
  async orOnCpu<T>(onDevice: () => Promise<T>, onCpu: () => Promise<T>): Promise<T> {
    if (!this.hasGpu) return await onCpu();
    try {
      return await onDevice();
    } catch (error) {
      if (error instanceof GpuUnavailableError) return await onCpu();
      throw error;
    }
  }

  /** Short work, such as a tile: once more on a new device. `acquire` is undefined where there is no GPU. */
  brief<T>(work: (acquire: (() => Promise<GpuContext>) | undefined) => Promise<T>): Promise<T> {
    return this.orOnCpu(
      () => withGpu(this.provider, (context) => work(async () => context)),
      () => work(undefined),
    );
  }
}

/** All that the device has; they are accessors of its class, so spreading finds none. */
function limitsOf({ limits }: GPUDevice): Record<string, number> {
  const all: Record<string, number> = {};
  for (const name in limits) {
    const value: unknown = Reflect.get(limits, name);
    if (typeof value === 'number') all[name] = value;
  }
  return all;
}
