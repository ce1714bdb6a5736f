/** What the choice of kernels depends on, as plain data: it can be written down in a test that has no device. */
export interface Capabilities {
  /** Whether a processor plays the GPU: Mesa's lavapipe, SwiftShader, Windows' WARP. */
  readonly isProcessor: boolean;
  /** Threads that run in step and can read each other's registers: the fewest and the most; undefined without subgroups. */
  readonly subgroup: { readonly fewest: number; readonly most: number } | undefined;
  /** Workgroup memory. */
  readonly workgroupBytes: number;
  /** The most threads of a workgroup. */
  readonly invocations: number;
}

/** What every WebGPU device has. */
export const leastCapabilities: Capabilities = {
  isProcessor: false,
  subgroup: undefined,
  workgroupBytes: 16384,
  invocations: 256,
};

export function capabilitiesOf({
  features,
  limits,
  adapterInfo,
}: Pick<GPUDevice, 'features' | 'limits' | 'adapterInfo'>): Capabilities {
  // Older browsers do not say what the adapter is. Subgroups of a device that names no sizes have WGSL's: 4 to 128.
  const { isFallbackAdapter = false, subgroupMinSize = 4, subgroupMaxSize = 128 } = adapterInfo ?? {};
  return {
    isProcessor: isFallbackAdapter,
    subgroup: features.has('subgroups') ? { fewest: subgroupMinSize, most: subgroupMaxSize } : undefined,
    workgroupBytes: limits.maxComputeWorkgroupStorageSize,
    invocations: limits.maxComputeInvocationsPerWorkgroup,
  };
}
