import type { GpuContext } from '../context.ts';
import { groups, Recorder, u32 } from '../recorder.ts';

/**
 * Reads some values of a buffer of 32-bit numbers, and nothing else of it.
 * @param places indices of the values; 4 million at most, as many workgroups as a dispatch may have.
 */
export async function gather(
  context: GpuContext,
  values: GPUBuffer,
  places: ArrayLike<number>,
): Promise<Uint32Array<ArrayBuffer>> {
  if (places.length === 0) return new Uint32Array(0);
  const list = context.upload('gather', Uint32Array.from(places));
  const result = context.buffer('gather', places.length * 4);
  try {
    const recorder = new Recorder(context);
    recorder.dispatch(
      await context.pipeline('image/gather.wgsl'),
      [u32(places.length)],
      [values, list, result],
      [groups(places.length, 64), 1, 1],
    );
    recorder.submit();
    return new Uint32Array(await context.read(result, places.length * 4));
  } finally {
    context.free(list, result);
  }
}
