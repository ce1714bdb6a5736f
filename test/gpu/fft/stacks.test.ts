import { beforeAll, expect, test } from 'vitest';
import { GpuLimitError } from '../../../src/core/errors.ts';
import { FourierTransforms } from '../../../src/fft/transform.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { Recorder } from '../../../src/gpu/recorder.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { SmallContext } from '../micrographs.ts';
import { halfSpectrum, randomValues, roundTrip } from './roundTrip.ts';

const plain = { workgroupBytes: 0, invocations: 256 };
const tiled = { workgroupBytes: 2048, invocations: 64 };

describeGpu('Fourier transforms', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  const transform = async (
    values: Float32Array<ArrayBuffer>,
    width: number,
    height: number,
    count: number,
    limits: { workgroupBytes: number; invocations: number },
  ) => {
    const transforms = new FourierTransforms(context, limits);
    const planes = { buffer: context.upload('test', values), width, height, count };
    const result = await roundTrip(context, transforms, planes);
    transforms.destroy();
    context.free(planes.buffer);
    expect(context.memory().bytes).toBe(0);
    return result;
  };

  test.each([
    [24, 20, 7, plain],
    [24, 20, 7, tiled],
    [15, 9, 3, plain],
    [11, 13, 5, plain],
  ] as const)('take %i × %i boxes, %i at once, as each alone', async (width, height, count, limits) => {
    const pixels = width * height;
    const values = randomValues(pixels * count, 3);
    const { spectrum, restored } = await transform(values, width, height, count, limits);
    const expected = Array.from({ length: count }, (_, box) =>
      halfSpectrum(width, height, values.subarray(box * pixels, (box + 1) * pixels)),
    ).flat();
    expect(largestDifference(spectrum, expected)).toBeLessThan(1e-5 * Math.sqrt(pixels));
    expect(largestDifference(restored, values)).toBeLessThan(1e-5);
  });

  test.each([
    ['radix by radix', plain],
    ['in tiles', tiled],
  ] as const)('keep the energy (Parseval) and give the same bits again, %s', async (_, limits) => {
    const [width, height] = [60, 48];
    const values = randomValues(width * height, 5);
    const { spectrum, restored } = await transform(values, width, height, 1, limits);
    const again = await transform(values, width, height, 1, limits);
    expect(new Uint32Array(again.spectrum.buffer)).toEqual(new Uint32Array(spectrum.buffer));
    expect(again.restored).toEqual(restored);
    let energy = 0;
    for (let at = 0; at < spectrum.length; at += 2) {
      const column = (at / 2) % (width / 2 + 1);
      const weight = column === 0 || column === width / 2 ? 1 : 2;
      energy += weight * ((spectrum[at] ?? 0) ** 2 + (spectrum[at + 1] ?? 0) ** 2);
    }
    const sum = values.reduce((all, value) => all + value * value, 0);
    expect(energy / (width * height) / sum).toBeCloseTo(1, 6);
  });

  test('bring long lines back to 1e-5', async () => {
    for (const [width, height] of [
      [4096, 6],
      [6, 4096],
      [5760, 4],
      [4, 4500],
      [4001, 2],
      [2, 4007],
    ] as const) {
      const values = randomValues(width * height, 7);
      const { restored } = await transform(values, width, height, 1, plain);
      expect(largestDifference(restored, values)).toBeLessThan(1e-5);
    }
  });

  test('give the same in a whole row of 4096 as radix by radix', async () => {
    const [width, height] = [4096, 2];
    const values = randomValues(width * height, 9);
    const byRadix = await transform(values, width, height, 1, plain);
    const inTiles = await transform(values, width, height, 1, { workgroupBytes: 16384, invocations: 256 });
    const size = Math.sqrt(width * height);
    expect(largestDifference(inTiles.spectrum, byRadix.spectrum)).toBeLessThan(1e-5 * size);
    expect(largestDifference(inTiles.restored, values)).toBeLessThan(1e-5);
  });

  test('take a prime size in parts where memory is short, with the same result', async () => {
    const [width, height, count] = [22, 13, 4];
    const values = randomValues(width * height * count, 8);
    const whole = await transform(values, width, height, count, plain);
    // The convolution of one box’s columns does not fit: 12 columns of 25 values of 8 bytes.
    const small = new SmallContext(gpu.device, FourierTransforms.spectrumBytes(width, height, 1) + 8);
    for (const box of [0, 3]) {
      const transforms = new FourierTransforms(small, plain);
      const part = values.slice(box * width * height, (box + 1) * width * height);
      const plane = { buffer: small.upload('test', part), width, height };
      const { spectrum } = await roundTrip(small, transforms, plane);
      const bits = spectrum.length;
      expect([...spectrum]).toEqual([...whole.spectrum.subarray(box * bits, (box + 1) * bits)]);
      transforms.destroy();
      small.free(plane.buffer);
      expect(small.memory().bytes).toBe(0);
    }
  });

  test('refuse what is too large with a sentence, and keep nothing', async () => {
    const small = new SmallContext(gpu.device, 64 * 64 * 4);
    const plane = { buffer: small.buffer('test', 64 * 64 * 4), width: 64, height: 64 };
    const recorder = new Recorder(small);
    const refused = new FourierTransforms(small).forward(recorder, plane, () => {});
    await expect(refused).rejects.toThrow(GpuLimitError);
    await expect(refused).rejects.toThrow('but Fourier transform needs 16.5 KiB');
    small.free(plane.buffer);
    expect(small.memory().bytes).toBe(0);
  });
});
