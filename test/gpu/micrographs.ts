import { createRandom } from '../../src/core/random.ts';
import type { Micrograph } from '../../src/dataset/micrograph.ts';
import { GpuContext } from '../../src/gpu/context.ts';
import { findAdapter, usedFeatures } from '../support/gpu.ts';

/** A micrograph that lies in memory. */
export function micrographOf(width: number, height: number, data: Float32Array): Micrograph {
  return {
    name: 'memory.mrc',
    width,
    height,
    frames: 1,
    pixelSizeAngstrom: 1,
    description: 'in memory',
    warnings: [],
    readRows: async (_, first, count) =>
      new Float32Array(data.subarray(first * width, (first + count) * width)),
  };
}

export function noise(count: number, seed: number): Float32Array<ArrayBuffer> {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
}

/** Dark discs at the centres on a noisy ground of mean 100. */
export function discs(
  width: number,
  height: number,
  diameter: number,
  centres: readonly { readonly x: number; readonly y: number }[],
): Float32Array<ArrayBuffer> {
  const data = noise(width * height, 7).map((value) => 100 + 2 * value);
  for (const { x, y } of centres) {
    for (let v = 0; v < height; v++) {
      for (let u = 0; u < width; u++) {
        // An edge of one pixel, so that the position between pixels counts.
        const inside = Math.min(1, Math.max(0, diameter / 2 + 0.5 - Math.hypot(u - x, v - y)));
        data[v * width + u] = (data[v * width + u] ?? 0) - 10 * inside;
      }
    }
  }
  return data;
}

/** A context whose buffers may not be larger than `limit` bytes; it may change. */
export class SmallContext extends GpuContext {
  constructor(
    device: GPUDevice,
    public limit: number,
  ) {
    super(device, 'small');
  }

  override get maxBufferBytes(): number {
    return this.limit;
  }
}

/** A device of its own, for a test that loses it or hands it over; the test destroys it. */
export async function openContext(): Promise<GpuContext> {
  const adapter = await findAdapter();
  if (typeof adapter === 'string') throw new Error(adapter);
  // As the product asks for: kernels are chosen by what a device has, and others give other bits.
  const requiredFeatures = usedFeatures.filter((feature) => adapter.features.has(feature));
  return new GpuContext(await adapter.requestDevice({ requiredFeatures }), 'test');
}
