import type { GpuContext } from '../gpu/context.ts';
import { measurePeak, type Peak } from '../gpu/peak.ts';
import { Network } from '../nn/network.ts';
import { profileNetwork } from '../nn/profileNetwork.ts';
import type { ComputeApi } from '../rpc/contract.ts';
import { serveJob } from '../rpc/job.ts';
import type { ServiceParts } from './serviceParts.ts';

/** The part of the contract that tells of the GPU and of how fast networks run on it. */
export function diagnosticsService({
  gpu,
  models,
  picker,
}: ServiceParts): Pick<ComputeApi, 'gpuMemory' | 'profile'> {
  /** What an adapter reaches at its best takes a while to measure, and stays. */
  const peaks = new Map<string, Peak>();
  const peakOf = async (context: GpuContext): Promise<Peak> => {
    const peak = peaks.get(context.adapterName) ?? (await measurePeak(context));
    peaks.set(context.adapterName, peak);
    return peak;
  };
  return {
    gpuMemory: () => gpu.memory(),

    profile: ({ model, size, runs }, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        const { graph, tensors } = model === undefined ? await picker.get() : models.find(model);
        const image = { width: size, height: size };
        return await gpu.run(options, async (context) => {
          options.onProgress?.({ stage: 'Measuring the GPU', done: 0, total: 1 });
          const peak = await peakOf(context);
          options.signal?.throwIfAborted();
          options.onProgress?.({ stage: 'Compiling the kernels', done: 0, total: 1 });
          const network = new Network(context, graph, tensors);
          try {
            return await profileNetwork(context, network, image, { ...options, runs, peak });
          } finally {
            network.destroy();
          }
        });
      }),
  };
}
