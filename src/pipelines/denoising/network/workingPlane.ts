/** A picture at another pixel size and back again, through the same periodic frame, so that every pixel comes back to its place. */
import { chooseLengths, padPeriodic, type ResampledLength } from '../../../fft/filter.ts';
import { FourierTransforms, type RadialTransfer } from '../../../fft/transform.ts';
import type { GpuContext } from '../../../gpu/context.ts';
import type { Plane } from '../../../gpu/plane.ts';
import { groups, Recorder, u32 } from '../../../gpu/recorder.ts';

/** The frame, along both axes: the picture with a border that leads its end back to its beginning. */
export interface WorkingFrame {
  readonly x: ResampledLength;
  readonly y: ResampledLength;
}

/** @param scale working pixels for each pixel of the picture. */
export function workingFrame(
  size: { readonly width: number; readonly height: number },
  scale: number,
): WorkingFrame {
  return { x: chooseLengths(size.width, scale), y: chooseLengths(size.height, scale) };
}

/**
 * The whole frame at the working scale, times a transfer function.
 * @param transfer against cycles per pixel of the source.
 * @returns a new plane that the caller frees. Submitted, not awaited.
 */
export async function toWorkingScale(
  context: GpuContext,
  source: Plane,
  { x, y }: WorkingFrame,
  transfer: RadialTransfer,
): Promise<Plane> {
  return await recorded(context, async (transforms, recorder, release) => {
    const padded = await padPeriodic(context, recorder, source, x.padded, y.padded);
    release(padded.buffer);
    return await resampled(transforms, recorder, padded, x.resampled, y.resampled, transfer, release);
  });
}

/**
 * Back to the pixels of a picture of a size, without the frame's border.
 * @returns a new plane that the caller frees. Submitted, not awaited.
 */
export async function fromWorkingScale(
  context: GpuContext,
  working: Plane,
  { x, y }: WorkingFrame,
  size: { readonly width: number; readonly height: number },
  factor: number,
): Promise<Plane> {
  return await recorded(context, async (transforms, recorder, release) => {
    const whole = await resampled(transforms, recorder, working, x.padded, y.padded, () => factor, release);
    release(whole.buffer);
    const { width, height } = size;
    const buffer = context.buffer('denoised image', width * height * 4);
    recorder.dispatch(
      await context.pipeline('image/crop.wgsl'),
      [u32(whole.width), u32(width), u32(height)],
      [whole.buffer, buffer],
      [groups(width, 64), height, 1],
    );
    return { buffer, width, height };
  });
}

type Release = (...buffers: GPUBuffer[]) => void;

async function recorded(
  context: GpuContext,
  record: (transforms: FourierTransforms, recorder: Recorder, release: Release) => Promise<Plane>,
): Promise<Plane> {
  const transforms = new FourierTransforms(context);
  const spent: GPUBuffer[] = [];
  let kept: Plane | undefined;
  try {
    const recorder = new Recorder(context);
    const made = await record(transforms, recorder, (...buffers) => void spent.push(...buffers));
    recorder.submit();
    kept = made;
    return made;
  } finally {
    context.free(...spent.filter((buffer) => buffer !== kept?.buffer));
    transforms.destroy();
  }
}

async function resampled(
  transforms: FourierTransforms,
  recorder: Recorder,
  plane: Plane,
  width: number,
  height: number,
  transfer: RadialTransfer,
  release: Release,
): Promise<Plane> {
  const spectrum = await transforms.forward(recorder, plane, release);
  release(spectrum.buffer);
  const other = await transforms.resample(recorder, spectrum, width, height, transfer, release);
  // The way back may end in the spectrum's own buffer, which is then the result's.
  const back = await transforms.backward(recorder, other, release);
  return { buffer: back.buffer, width, height };
}
