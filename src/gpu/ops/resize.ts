import type { GpuContext } from '../context.ts';
import { groups, type Recorder, u32 } from '../recorder.ts';
import type { TensorView } from './view.ts';

/** Records 2 × 2 maximum pooling; the result is floor(width/2) × floor(height/2). */
export function recordMaxPool(
  context: GpuContext,
  recorder: Recorder,
  source: TensorView,
  result: TensorView,
): Promise<void> {
  return record('nn/max_pool.wgsl', context, recorder, source, result);
}

/** Records nearest-neighbour up-sampling by two. */
export function recordUpsample(
  context: GpuContext,
  recorder: Recorder,
  source: TensorView,
  result: TensorView,
): Promise<void> {
  return record('nn/upsample.wgsl', context, recorder, source, result);
}

async function record(
  shader: string,
  context: GpuContext,
  recorder: Recorder,
  source: TensorView,
  result: TensorView,
): Promise<void> {
  const pipeline = await context.pipeline(shader);
  const channels4 = result.channels / 4;
  recorder.dispatch(
    pipeline,
    [
      result.width,
      result.height,
      source.width,
      channels4,
      source.stride / 4,
      source.offset / 4,
      result.stride / 4,
      result.offset / 4,
    ].map(u32),
    [source.buffer, result.buffer],
    [groups(result.width * channels4, 64), result.height, 1],
  );
}
