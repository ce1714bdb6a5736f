import { GpuUnavailableError } from '../core/errors.ts';
import { GpuContext } from './context.ts';

/** The limits that large micrographs profit from; asked for up to what the adapter has. */
const raisedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
] as const;
const wantedFeatures: readonly GPUFeatureName[] = ['shader-f16', 'timestamp-query', 'subgroups'];

export interface OpenOptions {
  /** "default": those that every WebGPU device has, to see that they are enough. Else all that the adapter has to give. */
  readonly limits?: 'raised' | 'default';
}

/**
 * Opens the adapter that `gpu` offers, with all it has of the limits and features that we can use.
 * @param noAdapter what to say when there is none: that there is none, and what to do.
 * @throws GpuUnavailableError with a sentence that says why and what to do.
 */
export async function openGpu(
  gpu: GPU,
  noAdapter: string,
  { limits = 'raised' }: OpenOptions = {},
): Promise<GpuContext> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new GpuUnavailableError(noAdapter);
  const requiredLimits: Record<string, number> = {};
  for (const name of limits === 'raised' ? raisedLimits : []) requiredLimits[name] = adapter.limits[name];
  const requiredFeatures = wantedFeatures.filter((feature) => adapter.features.has(feature));
  const { description, device: deviceName, architecture, vendor } = adapter.info;
  const adapterName =
    description || deviceName || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed GPU';
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  } catch (cause) {
    throw new GpuUnavailableError(`The GPU ${adapterName} could not be opened.`, { cause });
  }
  return new GpuContext(device, adapterName);
}
