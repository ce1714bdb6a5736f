import type { GpuContext } from '../../gpu/context.ts';
import type { Plane } from '../../gpu/plane.ts';
import { groups, Recorder, u32 } from '../../gpu/recorder.ts';

/**
 * What denoising has taken away: the raw plane less the denoised one, in the standardisation of the raw one.
 * @returns a plane that the caller frees. Submitted, not awaited.
 */
export async function residualPlane(context: GpuContext, raw: Plane, denoised: Plane): Promise<Plane> {
  const { width, height } = raw;
  if (denoised.width !== width || denoised.height !== height)
    throw new Error('The denoised picture is of another size than the raw one.');
  const count = width * height;
  const columns = Math.min(groups(count, 256), 32768) * 256;
  const pipeline = await context.pipeline('image/difference.wgsl');
  const buffer = context.buffer('residual', count * 4);
  const recorder = new Recorder(context);
  recorder.dispatch(
    pipeline,
    [u32(count), u32(columns)],
    [raw.buffer, buffer, denoised.buffer],
    [columns / 256, groups(count, columns), 1],
  );
  recorder.submit();
  return { buffer, width, height };
}
