/** What every normalised cross-correlation with templates of one radius needs of a micrograph. */
import { nextFastSize } from '../../fft/sizes.ts';
import type { Release, Spectrum } from '../../fft/spectrum.ts';
import { FourierTransforms } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { Plane } from '../../gpu/plane.ts';
import { f32, groups, Recorder, u32 } from '../../gpu/recorder.ts';
import { leastVariance } from './correlation.ts';
import { insidePart, reachOf } from './inside.ts';

/** What the steps of one recording share; `release` takes buffers that are spent once it was submitted. */
export interface Pass {
  readonly context: GpuContext;
  readonly transforms: FourierTransforms;
  readonly recorder: Recorder;
  readonly release: Release;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The mean in the disc around each pixel, by way of the Fourier transform: in the manner of the templates, on a raster or
 * of radius, so that a template that is the disc itself scores as it should.
 */
export interface LocalMean {
  /** Pixels of the disc, by weight. */
  readonly area: number;
  /** Made once for planes of a size; then it gives the mean of a spectrum's plane, which its caller frees. */
  prepare(pass: Pass, size: Size): Promise<(spectrum: Spectrum) => Promise<GPUBuffer>>;
}

/** Mean and contrast lie in the corner of planes of the spectrum's size, at every pixel of the picture. */
export interface Ground {
  readonly transforms: FourierTransforms;
  /** Of the picture with zeros beside and below it, so that nothing reaches around its edges. */
  readonly spectrum: Spectrum;
  readonly means: GPUBuffer;
  /** One over the root of area times variance, both of what of the disc lies inside the picture. */
  readonly contrast: GPUBuffer;
}

/**
 * Spectrum, local mean and local contrast of a picture. Submitted, not awaited; `freeGround` gives it back.
 * @param picture standardised, so that the variance of its ground is about 1; left as it was.
 * @param radiusPx of the disc in which is compared.
 */
export async function openGround(
  context: GpuContext,
  picture: Plane,
  radiusPx: number,
  localMean: LocalMean,
): Promise<Ground> {
  const transforms = new FourierTransforms(context);
  const kept: GPUBuffer[] = [];
  const spent: GPUBuffer[] = [];
  const release: Release = (...buffers) => void spent.push(...buffers);
  const keep = (buffer: GPUBuffer): GPUBuffer => {
    kept.push(buffer);
    return buffer;
  };
  try {
    const recorder = new Recorder(context);
    const reach = reachOf(radiusPx);
    const [width, height] = [nextFastSize(picture.width + reach), nextFastSize(picture.height + reach)];
    const plane = (owner: string): Plane => {
      const buffer = context.buffer(owner, width * height * 4);
      release(buffer);
      return { buffer, width, height };
    };
    const [padded, squares] = [plane('padded'), plane('squares')];
    recorder.dispatch(
      await context.pipeline('template/pad.wgsl'),
      [picture.width, picture.height, width, height].map(u32),
      [picture.buffer, padded.buffer, squares.buffer],
      [groups(width, 8), groups(height, 8), 1],
    );
    const spectrum = await transforms.forward(recorder, padded, release);
    keep(spectrum.buffer);
    const power = await transforms.forward(recorder, squares, release);
    release(power.buffer);
    const meanOf = await localMean.prepare({ context, transforms, recorder, release }, { width, height });
    const means = keep(await meanOf(spectrum));
    const contrast = keep(await meanOf(power));
    const parts = context.upload('inside', insidePart(radiusPx));
    release(parts);
    recorder.dispatch(
      await context.pipeline('template/contrast.wgsl'),
      [...[picture.width, picture.height, width, reach].map(u32), f32(localMean.area), f32(leastVariance)],
      [parts, means, contrast],
      [groups(picture.width, 8), groups(picture.height, 8), 1],
    );
    recorder.submit();
    return { transforms, spectrum, means, contrast };
  } catch (error) {
    context.free(...kept);
    transforms.destroy();
    throw error;
  } finally {
    context.free(...spent);
  }
}

export function freeGround(context: GpuContext, { transforms, spectrum, means, contrast }: Ground): void {
  context.free(spectrum.buffer, means, contrast);
  transforms.destroy();
}
