import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import { groups, Recorder, u32 } from '../gpu/recorder.ts';
import { nearestFastSize, nextFastSize } from './sizes.ts';
import type { FourierTransforms, RadialTransfer } from './transform.ts';

/** A plane sampled anew: sample i lies at i · sourcePerSample source pixels (pixel centre 0 stays at 0). */
export interface ResampledPlane extends Plane {
  /** Source pixels per sample along x and y, exact; `chooseLengths` says how near to what was asked for. */
  readonly sourcePerSampleX: number;
  readonly sourcePerSampleY: number;
}

/** A side in Fourier space: the padded source length and the length it is cropped (or zero-padded) to. */
export interface ResampledLength {
  readonly padded: number;
  readonly resampled: number;
}

/** The pad, where the image is led back to its own beginning, as a part of the side. */
const padFraction = 0.08;
const minimalPad = 16;
/** How far a side's scale may be off the wanted one to save padding. */
const scaleTolerance = 0.0025;

/**
 * Chooses the padded and resampled lengths for one side; both are even with factors 2, 3, 5. Their ratio is within
 * 0.25 % of `scale` where such lengths exist, and else as near as can be: 3.5 % off at worst for 48 samples or more.
 */
export function chooseLengths(length: number, scale: number): ResampledLength {
  const least = length + Math.max(minimalPad, Math.ceil(length * padFraction));
  if (scale === 1) {
    const padded = nextFastSize(least);
    return { padded, resampled: padded };
  }
  let best: ResampledLength | undefined;
  let bestError = Number.POSITIVE_INFINITY;
  for (let padded = nextFastSize(least); padded <= least * 1.25 + 32; padded = nextFastSize(padded + 2)) {
    const resampled = nearestFastSize(padded * scale);
    const error = Math.abs(resampled / padded / scale - 1);
    if (error < bestError) {
      bestError = error;
      best = { padded, resampled };
    }
    if (error < scaleTolerance) break;
  }
  return best ?? { padded: nextFastSize(least), resampled: nextFastSize(least * scale) };
}

/**
 * Filters a plane in Fourier space, and samples it anew when `scale` is not 1.
 * @param transfer factor against frequency in cycles per source pixel.
 * @param scale result pixels per source pixel.
 * @returns a new plane that the caller frees; the source is left as it was. Submitted, not awaited.
 */
export async function filterPlane(
  context: GpuContext,
  transforms: FourierTransforms,
  source: Plane,
  transfer: RadialTransfer,
  scale = 1,
): Promise<ResampledPlane> {
  const x = chooseLengths(source.width, scale);
  const y = chooseLengths(source.height, scale);
  const width = Math.floor(((source.width - 1) * x.resampled) / x.padded) + 1;
  const height = Math.floor(((source.height - 1) * y.resampled) / y.padded) + 1;
  const result = await filterThrough(context, transforms, source, transfer, { x, y, width, height });
  return { ...result, sourcePerSampleX: x.padded / x.resampled, sourcePerSampleY: y.padded / y.resampled };
}

/**
 * The way back from `filterPlane` with a `scale`: a plane of its size is sampled as the source was, pixel for pixel.
 * @param source size of what was sampled anew.
 * @returns a new plane that the caller frees; the other is left as it was. Submitted, not awaited.
 */
export async function resampleBack(
  context: GpuContext,
  transforms: FourierTransforms,
  sampled: Plane,
  source: { readonly width: number; readonly height: number },
  scale: number,
): Promise<Plane> {
  const back = ({ padded, resampled }: ResampledLength): ResampledLength => ({
    padded: resampled,
    resampled: padded,
  });
  const { width, height } = source;
  const x = back(chooseLengths(width, scale));
  const y = back(chooseLengths(height, scale));
  return await filterThrough(context, transforms, sampled, () => 1, { x, y, width, height });
}

/** The lengths of a passage through Fourier space, and what is cut out behind it. */
interface Passage {
  readonly x: ResampledLength;
  readonly y: ResampledLength;
  readonly width: number;
  readonly height: number;
}

async function filterThrough(
  context: GpuContext,
  transforms: FourierTransforms,
  source: Plane,
  transfer: RadialTransfer,
  { x, y, width, height }: Passage,
): Promise<Plane> {
  const recorder = new Recorder(context);
  const spent: GPUBuffer[] = [];
  const release = (...buffers: GPUBuffer[]): void => {
    spent.push(...buffers);
  };
  try {
    const padded = await padPeriodic(context, recorder, source, x.padded, y.padded);
    release(padded.buffer);
    const spectrum = await transforms.forward(recorder, padded, release);
    release(spectrum.buffer);
    const resampled = await transforms.resample(
      recorder,
      spectrum,
      x.resampled,
      y.resampled,
      transfer,
      release,
    );
    const full = await transforms.backward(recorder, resampled, release);
    release(full.buffer);
    const result = await crop(context, recorder, full, width, height);
    recorder.submit();
    return result;
  } finally {
    context.free(...spent);
  }
}

/** Extends a plane to a larger, periodic one. */
export async function padPeriodic(
  context: GpuContext,
  recorder: Recorder,
  source: Plane,
  width: number,
  height: number,
): Promise<Plane> {
  const buffer = context.buffer('padded image', width * height * 4);
  const pipeline = await context.pipeline('image/pad_periodic.wgsl');
  recorder.dispatch(
    pipeline,
    [u32(source.width), u32(source.height), u32(width), u32(height)],
    [source.buffer, buffer],
    [groups(width, 64), height, 1],
  );
  return { buffer, width, height };
}

async function crop(
  context: GpuContext,
  recorder: Recorder,
  source: Plane,
  width: number,
  height: number,
): Promise<Plane> {
  const buffer = context.buffer('filtered image', width * height * 4);
  const pipeline = await context.pipeline('image/crop.wgsl');
  recorder.dispatch(
    pipeline,
    [u32(source.width), u32(width), u32(height)],
    [source.buffer, buffer],
    [groups(width, 64), height, 1],
  );
  return { buffer, width, height };
}
