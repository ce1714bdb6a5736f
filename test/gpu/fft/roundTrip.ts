import { createRandom } from '../../../src/core/random.ts';
import { FourierTransforms, type PlaneStack } from '../../../src/fft/transform.ts';
import type { GpuContext } from '../../../src/gpu/context.ts';
import { Recorder } from '../../../src/gpu/recorder.ts';
import { dft2, realImage } from '../../reference/fourier.ts';

export function randomValues(count: number, seed: number): Float32Array<ArrayBuffer> {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal() + 0.3);
}

export async function readFloats(
  context: GpuContext,
  buffer: GPUBuffer,
  count: number,
): Promise<Float32Array> {
  return new Float32Array(await context.read(buffer, count * 4));
}

/** Forward and back; both results, the second divided by the pixels of a plane. Frees all but the planes. */
export async function roundTrip(
  context: GpuContext,
  transforms: FourierTransforms,
  planes: PlaneStack,
): Promise<{ spectrum: Float32Array; restored: Float32Array }> {
  const { width, height, count = 1 } = planes;
  const recorder = new Recorder(context);
  const spent: GPUBuffer[] = [];
  const release = (...buffers: GPUBuffer[]): void => void spent.push(...buffers);
  const transformed = await transforms.forward(recorder, planes, release);
  recorder.submit();
  const values = FourierTransforms.spectrumBytes(width, height, count) / 4;
  const spectrum = await readFloats(context, transformed.buffer, values);
  const back = await transforms.backward(recorder, transformed, release);
  recorder.submit();
  const restored = await readFloats(context, back.buffer, width * height * count);
  context.free(back.buffer, ...spent);
  return { spectrum, restored: restored.map((value) => value / (width * height)) };
}

/** The half spectrum by the definition, in f64: re, im, re, im … */
export function halfSpectrum(width: number, height: number, values: ArrayLike<number>): number[] {
  const { re, im } = dft2(realImage(width, height, values), -1);
  const expected: number[] = [];
  for (let v = 0; v < height; v++) {
    for (let u = 0; u <= Math.floor(width / 2); u++)
      expected.push(re[v * width + u] ?? Number.NaN, im[v * width + u] ?? Number.NaN);
  }
  return expected;
}
