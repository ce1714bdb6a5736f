import type { Peak } from '../gpu/peak.ts';
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
  return {
    gpuMemory: () => gpu.memory(),

    profile: ({ model, size, runs }, port) =>
      serveJob(port, async (options) => {
        gpu.need();
        const { graph, tensors } = model === undefined ? await picker.get() : models.find(model);
        return await gpu.run(options, async (context) => {
          const network = new Network(context, graph, tensors);
          try {
            const peak = peaks.get(context.adapterName);
            const image = { width: size, height: size };
            const profile = await profileNetwork(context, network, image, {
              ...options,
              runs,
              ...(peak && { peak }),
            });
            peaks.set(context.adapterName, profile.peak);
            return profile;
          } finally {
            network.destroy();
          }
        });
      }),
  };
}
