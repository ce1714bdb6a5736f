/** The U-Net of Topaz's shape, kernel by kernel, beside the peaks of the adapter. */
import type { GpuContext } from '../../src/gpu/context.ts';
import { Network } from '../../src/nn/network.ts';
import { type NetworkProfile, profileNetwork } from '../../src/nn/profileNetwork.ts';
import { unet } from './compare/networks.ts';

export async function benchNetworkProfile(
  context: GpuContext,
  runs: number,
  edge: number,
): Promise<NetworkProfile> {
  const { graph, tensors } = unet();
  const network = new Network(context, graph, tensors);
  try {
    return await profileNetwork(context, network, { width: edge, height: edge }, { runs });
  } finally {
    network.destroy();
  }
}
