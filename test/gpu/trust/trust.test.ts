import { beforeAll, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import type { Plane } from '../../../src/gpu/plane.ts';
import { correlationOf, taper, withSpectra } from '../../../src/pipelines/frc.ts';
import { compareHalves } from '../../../src/pipelines/trust/judgeHalves.ts';
import { measureResidual } from '../../../src/pipelines/trust/judgeResidual.ts';
import { residualPlane } from '../../../src/pipelines/trust/residual.ts';
import { ringCorrelation } from '../../reference/frc.ts';
import { describeGpu } from '../../support/gpu.ts';
import { noise } from '../micrographs.ts';

describeGpu('trust in a denoised picture', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  /** Planes of values for the length of `use`; nothing must stay behind. */
  const withPlanes = async <T>(
    width: number,
    height: number,
    images: readonly Float32Array<ArrayBuffer>[],
    use: (planes: readonly Plane[]) => Promise<T>,
  ): Promise<T> => {
    const planes = images.map((data) => ({ buffer: context.upload('test', data), width, height }));
    try {
      return await use(planes);
    } finally {
      context.free(...planes.map(({ buffer }) => buffer));
      expect(context.memory().bytes).toBe(0);
    }
  };
  const plane = (planes: readonly Plane[], i: number): Plane => {
    const one = planes[i];
    if (!one) throw new Error('There is no such plane.');
    return one;
  };

  test('the ring correlation equals its definition in f64, with fading edges and zeros beyond', async () => {
    const [width, height] = [37, 31];
    const common = noise(width * height, 1);
    const images = [2, 3].map((seed) => {
      const own = noise(width * height, seed);
      return common.map((value, i) => value + 0.8 * (own[i] ?? 0));
    });
    const [a = common, b = common] = images;
    const { curve, rings } = await withPlanes(width, height, [a, b], (planes) =>
      withSpectra(context, planes, async ({ compare, rings: count }) => ({
        curve: correlationOf(await compare(0, 1)),
        rings: count,
      })),
    );
    expect(rings).toBe(19);
    const weights = { x: taper(width), y: taper(height) };
    const expected = ringCorrelation({ width, height }, { width: 40, height: 32 }, [a, b], weights, rings);
    expected.forEach((value, ring) => {
      expect(curve[ring]).toBeCloseTo(value, 4);
    });
  });

  test('pictures of two sizes are refused', async () => {
    const refused = withPlanes(20, 20, [noise(400, 1)], (planes) =>
      withSpectra(context, [plane(planes, 0), { ...plane(planes, 0), width: 18 }], async () => {}),
    );
    await expect(refused).rejects.toThrow(UsageError);
  });

  test('the residual is raw less denoised, and of white noise taken whole it is all', async () => {
    const [width, height] = [67, 45];
    const raw = noise(width * height, 5);
    const denoised = raw.map((value) => 0.25 * value);
    await withPlanes(width, height, [raw, denoised], async (planes) => {
      const residual = await residualPlane(context, plane(planes, 0), plane(planes, 1));
      try {
        const values = new Float32Array(await context.read(residual.buffer, width * height * 4));
        expect([...values]).toEqual([...raw.map((value, i) => value - (denoised[i] ?? 0))]);
      } finally {
        context.free(residual.buffer);
      }
      const measured = await measureResidual(context, plane(planes, 0), plane(planes, 1), 2, 20);
      for (const { share, coherence } of measured.bands) {
        expect(share).toBeCloseTo(0.5625, 4);
        expect(coherence).toBeCloseTo(1, 3);
      }
      expect(measured.nyquistAngstrom).toBe(4);
    });
  });

  test('halves with a known signal give its part back that was kept', async () => {
    const size = 96;
    const signal = noise(size * size, 11);
    const halves = [12, 13].map((seed) => {
      const own = noise(size * size, seed);
      return signal.map((value, i) => value + (own[i] ?? 0));
    });
    // Three fifths of the signal, and something of its own that both invent alike.
    const invention = noise(size * size, 14);
    const denoised = signal.map((value, i) => 0.6 * value + 0.6 * (invention[i] ?? 0));
    const judged = await withPlanes(size, size, [...halves, denoised, denoised], (planes) =>
      compareHalves(
        context,
        {
          raw: [plane(planes, 0), plane(planes, 1)],
          denoised: [plane(planes, 2), plane(planes, 3)],
        },
        2,
        60,
      ),
    );
    const fine = judged.bands.find(({ name }) => name === 'fine');
    // By chance within 2 / √(some thousand frequencies).
    expect(fine?.rawFrc).toBeCloseTo(0.5, 1);
    expect(fine?.denoisedFrc).toBeCloseTo(1, 4);
    expect(fine?.signalKept).toBeCloseTo(0.6, 1);
    expect(fine?.rawLikeness).toBeCloseTo(Math.SQRT1_2, 1);
    expect(fine?.denoisedLikeness).toBeCloseTo(Math.SQRT1_2, 1);
  });
});
