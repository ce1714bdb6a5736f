import { UsageError } from '../core/errors.ts';
import type { GpuContext } from '../gpu/context.ts';
import { Recorder } from '../gpu/recorder.ts';
import type { FourierTransforms, PlaneStack, ResampleOptions } from './transform.ts';

export interface FourierCropOptions extends ResampleOptions {
  readonly width: number;
  readonly height: number;
}

/** Size of a picture that is made smaller by `factor`, a part of a pixel being left out, as Topaz does. */
export function croppedSize(
  width: number,
  height: number,
  factor: number,
): { width: number; height: number } {
  if (!(factor >= 1 && factor <= Math.min(width, height))) {
    throw new UsageError(
      `A picture of ${width} × ${height} can't be made ${factor} times smaller: choose a factor from 1 to ${Math.min(width, height)}.`,
    );
  }
  return { width: Math.floor(width / factor), height: Math.floor(height / factor) };
}

/**
 * Bins planes the right way: by leaving out their high frequencies, without the aliasing of averaged squares. The
 * planes count as periodic, so an edge meets the opposite one; `filterPlane` pads instead. Any sizes, smaller or larger.
 * Pixel 0 stays at 0 and pixel i lies at i · source width / width; values and mean keep their size.
 * @returns new planes that the caller frees; the source is left as it was. Submitted, not awaited.
 * @throws GpuLimitError when a spectrum is larger than a buffer may be.
 */
export async function fourierCrop(
  context: GpuContext,
  transforms: FourierTransforms,
  source: PlaneStack,
  { width, height, nyquist = 'zero' }: FourierCropOptions,
): Promise<PlaneStack> {
  const recorder = new Recorder(context);
  const spent: GPUBuffer[] = [];
  const release = (...buffers: GPUBuffer[]): void => void spent.push(...buffers);
  let kept: GPUBuffer | undefined;
  try {
    const spectrum = await transforms.forward(recorder, source, release);
    release(spectrum.buffer);
    const cropped = await transforms.resample(recorder, spectrum, width, height, () => 1, release, {
      nyquist,
    });
    release(cropped.buffer);
    const result = await transforms.backward(recorder, cropped, release);
    recorder.submit();
    kept = result.buffer;
    return result;
  } finally {
    context.free(...spent.filter((buffer) => buffer !== kept));
  }
}
