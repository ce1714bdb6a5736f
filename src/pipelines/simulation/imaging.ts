import type { Random } from '../../core/random.ts';
import { filterPlane } from '../../fft/filter.ts';
import { FourierTransforms, type RadialTransfer } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';

/** Lets a waiting abort arrive. */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal?.throwIfAborted();
}

/** Uploads, filters and reads back an image. @param transfer against cycles per pixel. */
export async function image(
  context: GpuContext,
  data: Float32Array<ArrayBuffer>,
  width: number,
  height: number,
  transfer: RadialTransfer,
): Promise<Float32Array<ArrayBuffer>> {
  const transforms = new FourierTransforms(context);
  const source = { buffer: context.upload('simulation', data), width, height };
  try {
    const result = await filterPlane(context, transforms, source, transfer);
    try {
      return new Float32Array(await context.read(result.buffer, width * height * 4));
    } finally {
      context.free(result.buffer);
    }
  } finally {
    context.free(source.buffer);
    transforms.destroy();
  }
}

export function whiteNoise(random: Random, length: number): Float32Array<ArrayBuffer> {
  const white = new Float32Array(length);
  for (let i = 0; i < length; i++) white[i] = random.normal();
  return white;
}

export function addInto(sum: Float32Array, other: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (other[i] ?? 0);
}

export function scaleToRms(values: Float32Array, wanted: number): void {
  let sum = 0;
  for (const value of values) sum += value * value;
  const factor = sum > 0 ? wanted / Math.sqrt(sum / values.length) : 0;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * factor;
}
