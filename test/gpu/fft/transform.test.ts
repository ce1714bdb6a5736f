import { expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { FourierTransforms } from '../../../src/fft/transform.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { Recorder } from '../../../src/gpu/recorder.ts';
import { dft2, realImage } from '../../reference/fourier.ts';
import { largestDifference, rms } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';

/** Every radix alone and mixed, lines of one butterfly, odd heights, width 2. */
const sizes = [
  [2, 1],
  [2, 3],
  [4, 4],
  [16, 5],
  [6, 9],
  [10, 8],
  [30, 25],
  [64, 16],
  [90, 50],
  [128, 27],
  [150, 32],
] as const;

describeGpu('real 2-D Fourier transform', (gpu) => {
  test.each(sizes)('%i × %i equals the f64 definition to 2e-6 of its rms', async (width, height) => {
    const context = new GpuContext(gpu.device, 'test');
    const transforms = new FourierTransforms(context);
    const random = createRandom(width * 1000 + height);
    const values = Float32Array.from({ length: width * height }, () => random.normal() + 0.3);
    const plane = { buffer: context.upload('test', values), width, height };
    const recorder = new Recorder(context);
    const spectrum = await transforms.forward(recorder, plane, () => {});
    recorder.submit();
    const found = new Float32Array(
      await context.read(spectrum.buffer, FourierTransforms.spectrumBytes(width, height)),
    );
    const oracle = dft2(realImage(width, height, values), -1);
    const expected: number[] = [];
    for (let v = 0; v < height; v++) {
      for (let u = 0; u <= width / 2; u++) {
        expected.push(oracle.re[v * width + u] ?? Number.NaN, oracle.im[v * width + u] ?? Number.NaN);
      }
    }
    expect(largestDifference(found, expected)).toBeLessThan(
      2e-6 * rms(expected) * Math.log2(width * height + 2),
    );

    const back = await transforms.backward(recorder, spectrum, () => {});
    recorder.submit();
    const restored = new Float32Array(await context.read(back.buffer, width * height * 4));
    const scaled = values.map((value) => value * width * height);
    expect(largestDifference(restored, scaled)).toBeLessThan(4e-6 * width * height);
  });

  test('4096 columns and rows survive forward and backward to 1e-5', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const transforms = new FourierTransforms(context);
    const random = createRandom(7);
    for (const [width, height] of [
      [4096, 6],
      [6, 4096],
      [5760, 4],
      [4, 4500],
    ] as const) {
      const values = Float32Array.from({ length: width * height }, () => random.normal());
      const recorder = new Recorder(context);
      const spectrum = await transforms.forward(
        recorder,
        { buffer: context.upload('test', values), width, height },
        () => {},
      );
      const back = await transforms.backward(recorder, spectrum, () => {});
      recorder.submit();
      const restored = new Float32Array(await context.read(back.buffer, width * height * 4));
      expect(
        largestDifference(
          restored.map((value) => value / (width * height)),
          values,
        ),
      ).toBeLessThan(1e-5);
    }
  });
});
