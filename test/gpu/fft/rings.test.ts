import { beforeAll, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { radialAverages, ringCorrelations, ringCount } from '../../../src/fft/rings.ts';
import { FourierTransforms } from '../../../src/fft/transform.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { Recorder } from '../../../src/gpu/recorder.ts';
import { ringSums } from '../../reference/fourier.ts';
import { describeGpu } from '../../support/gpu.ts';
import { randomValues } from './roundTrip.ts';

describeGpu('rings of the spectrum', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  /** Hands over the spectra of stacks of planes, and sees to it that nothing stays behind. */
  const withSpectra = async <T>(
    width: number,
    height: number,
    stacks: readonly Float32Array<ArrayBuffer>[],
    use: (...spectra: Awaited<ReturnType<FourierTransforms['forward']>>[]) => Promise<T>,
  ): Promise<T> => {
    const transforms = new FourierTransforms(context, { workgroupBytes: 0 });
    const spent: GPUBuffer[] = [];
    const recorder = new Recorder(context);
    try {
      const spectra = [];
      for (const values of stacks) {
        const buffer = context.upload('test', values);
        const planes = { buffer, width, height, count: values.length / width / height };
        const spectrum = await transforms.forward(
          recorder,
          planes,
          (...buffers) => void spent.push(...buffers),
        );
        spent.push(buffer, spectrum.buffer);
        spectra.push(spectrum);
      }
      recorder.submit();
      return await use(...spectra);
    } finally {
      context.free(...spent);
      transforms.destroy();
      expect(context.memory().bytes).toBe(0);
    }
  };

  test.each([
    [32, 32, 17],
    [30, 44, 23],
    [31, 23, 12],
    [1, 16, 9],
    [41, 13, 6],
  ])('of %i × %i are averaged as by the f64 definition', async (width, height, rings) => {
    const pixels = width * height;
    const values = randomValues(2 * pixels, width);
    const averages = await withSpectra(width, height, [values], (spectrum) =>
      radialAverages(context, spectrum ?? fail(), rings),
    );
    expect(averages).toHaveLength(2);
    averages.forEach(({ power, frequencies }, plane) => {
      const part = values.subarray(plane * pixels, (plane + 1) * pixels);
      const expected = ringSums(width, height, part, part, rings);
      expect([...frequencies]).toEqual(expected.map((sum) => sum.frequencies));
      expected.forEach((sum, ring) => {
        const mean = sum.frequencies > 0 ? sum.a / sum.frequencies : 0;
        expect(Math.abs((power[ring] ?? Number.NaN) - mean)).toBeLessThan(1e-5 * mean + 1e-6 * pixels);
      });
    });
  });

  test('are correlated as by the f64 definition: 1 where two planes agree, about 0 where they do not', async () => {
    const [width, height] = [48, 40];
    const rings = ringCount(width, height);
    expect(rings).toBe(25);
    const first = randomValues(width * height, 1);
    const other = randomValues(width * height, 2);
    const second = first.map((value, i) => value + 0.7 * (other[i] ?? 0));
    const [curve] = await withSpectra(width, height, [first, second], (a, b) =>
      ringCorrelations(context, a ?? fail(), b ?? fail()),
    );
    ringSums(width, height, first, second, rings).forEach(({ cross, a, b }, ring) => {
      expect(curve?.[ring]).toBeCloseTo(cross / Math.sqrt(a * b), 5);
    });
    const [same] = await withSpectra(width, height, [first], (a) =>
      ringCorrelations(context, a ?? fail(), a ?? fail()),
    );
    expect([...(same ?? [])].every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
  });

  test('refuse planes of two sizes', async () => {
    const refused = withSpectra(8, 8, [randomValues(64, 1), randomValues(128, 2)], (a, b) =>
      ringCorrelations(context, a ?? fail(), b ?? fail()),
    );
    await expect(refused).rejects.toThrow(UsageError);
  });
});

function fail(): never {
  throw new Error('There is no spectrum.');
}
