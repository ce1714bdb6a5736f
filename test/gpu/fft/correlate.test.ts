import { beforeAll, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { correlatePlanes } from '../../../src/fft/correlate.ts';
import { FourierTransforms } from '../../../src/fft/transform.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { shiftPeriodic } from '../../reference/fourier.ts';
import { describeGpu } from '../../support/gpu.ts';
import { hasShared, sharedSource, sharedText } from '../../unit/formats/sharedData.ts';

const plain = { workgroupBytes: 0, invocations: 256 };

/** Smooth noise: nothing above half of Nyquist matters much. */
function scene(width: number, height: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const image = new Float64Array(width * height);
  for (let blob = 0; blob < 40; blob++) {
    const [x, y, sigma, height0] = [
      random.between(0, width),
      random.between(0, height),
      random.between(1.5, 5),
      random.normal(),
    ];
    for (let v = 0; v < height; v++) {
      for (let u = 0; u < width; u++) {
        const dx = Math.abs(u - x);
        const dy = Math.abs(v - y);
        const squared = Math.min(dx, width - dx) ** 2 + Math.min(dy, height - dy) ** 2;
        image[v * width + u] = (image[v * width + u] ?? 0) + height0 * Math.exp(-squared / (2 * sigma ** 2));
      }
    }
  }
  return image;
}

describeGpu('cross-correlation', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  const correlate = async (
    width: number,
    height: number,
    reference: readonly Float64Array[],
    moving: readonly Float64Array[],
    options: Parameters<typeof correlatePlanes>[4] = {},
  ) => {
    const stack = (planes: readonly Float64Array[]) => ({
      buffer: context.upload('test', Float32Array.from(planes.flatMap((plane) => [...plane]))),
      width,
      height,
      count: planes.length,
    });
    const transforms = new FourierTransforms(context, plain);
    const [a, b] = [stack(reference), stack(moving)];
    try {
      return await correlatePlanes(context, transforms, a, b, options);
    } finally {
      transforms.destroy();
      context.free(a.buffer, b.buffer);
      expect(context.memory().bytes).toBe(0);
    }
  };

  const noisy = (plane: Float64Array, sigma: number, seed: number): Float64Array => {
    const random = createRandom(seed);
    return plane.map((value) => value + sigma * random.normal());
  };

  test.each([
    [64, 48],
    [45, 63],
  ])('finds shifts of a whole picture of %i × %i to 0.002 px', async (width, height) => {
    const picture = scene(width, height, 1);
    for (const [x, y] of [
      [0, 0],
      [3.25, -7.6],
      [-12.5, 0.49],
      [20.05, 15.95],
    ] as const) {
      const moved = shiftPeriodic(width, height, picture, x, y).map((value) => 7 + 3 * value);
      const [shift] = await correlate(width, height, [picture], [moved]);
      expect(Math.hypot((shift?.x ?? Number.NaN) - x, (shift?.y ?? Number.NaN) - y)).toBeLessThan(0.002);
      expect(shift?.coefficient).toBeCloseTo(1, 3);
    }
  });

  test('finds the shifts of many boxes at once, against one reference and each against its own', async () => {
    const [width, height, count] = [32, 30, 9];
    const random = createRandom(3);
    const pictures = Array.from({ length: count }, (_, box) => scene(width, height, 10 + box));
    const wanted = pictures.map(() => ({ x: random.between(-8, 8), y: random.between(-8, 8) }));
    const first = pictures[0] ?? new Float64Array();
    for (const reference of [[first], pictures]) {
      const moving = wanted.map(({ x, y }, box) =>
        noisy(
          shiftPeriodic(width, height, reference[reference.length === 1 ? 0 : box] ?? first, x, y),
          0.05,
          box,
        ),
      );
      const found = await correlate(width, height, reference, moving, { largestShiftPx: 10 });
      found.forEach(({ x, y, coefficient }, box) => {
        expect(Math.hypot(x - (wanted[box]?.x ?? 0), y - (wanted[box]?.y ?? 0))).toBeLessThan(0.05);
        expect(coefficient).toBeGreaterThan(0.9);
      });
    }
  });

  test('stays under 0.05 px at as much noise as signal, and looks no farther than it may', async () => {
    const [width, height] = [96, 80];
    const picture = scene(width, height, 5);
    const deviation = Math.sqrt(picture.reduce((sum, value) => sum + value * value, 0) / picture.length);
    const reference = noisy(picture, deviation, 6);
    const moving = noisy(shiftPeriodic(width, height, picture, 4.3, -2.7), deviation, 7);
    const transfer = (k: number): number => Math.exp(-30 * k * k);
    const [shift] = await correlate(width, height, [reference], [moving], { transfer });
    expect(Math.hypot((shift?.x ?? 0) - 4.3, (shift?.y ?? 0) + 2.7)).toBeLessThan(0.05);
    const [near] = await correlate(width, height, [reference], [moving], { transfer, largestShiftPx: 2 });
    expect(Math.max(Math.abs(near?.x ?? 9), Math.abs(near?.y ?? 9))).toBeLessThan(4);
  });

  test('gives the same bits again', async () => {
    const pictures = [scene(40, 36, 1), scene(40, 36, 2)];
    const moving = pictures.map((picture, i) => shiftPeriodic(40, 36, picture, 1.7 * i, -3.1));
    const first = await correlate(40, 36, pictures, moving);
    expect(await correlate(40, 36, pictures, moving)).toEqual(first);
  });

  test('of a plane without contrast is 0 at no shift', async () => {
    const flat = new Float64Array(20 * 20);
    const [shift] = await correlate(20, 20, [flat], [scene(20, 20, 1)]);
    expect(shift?.coefficient).toBe(0);
  });

  test('refuses planes that do not belong together', async () => {
    const planes = [1, 2, 3].map((seed) => scene(8, 8, seed));
    const refused = correlate(8, 8, planes.slice(0, 2), planes);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow("3 pictures can't be correlated with 2 references");
  });

  test('measures the drift of a real movie as its authors did', async () => {
    if (!hasShared('data/movie')) {
      console.log('SKIPPED "measures the drift of a real movie": ../shared/data/movie is not there.');
      return;
    }
    const open = async (name: string): Promise<Float64Array> => {
      const micrograph = await openMicrograph(sharedSource(`data/movie/${name}`));
      const frames = await Promise.all(
        Array.from({ length: micrograph.frames }, (_, frame) => micrograph.readRows(frame, 0, 80)),
      );
      return Float64Array.from(frames.flatMap((frame) => [...frame]));
    };
    const image = await open('hiv_image_80x80x1.mrc');
    const movie = await open('hiv_images_shift_noise_80x80x10.mrc');
    const frames = Array.from({ length: 10 }, (_, frame) => movie.subarray(frame * 6400, (frame + 1) * 6400));
    const found = await correlate(80, 80, [image], frames, { largestShiftPx: 20 });
    const wanted = sharedText('data/movie/shifts.csv')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    expect(wanted).toHaveLength(10);
    found.forEach(({ x, y }, frame) => {
      const [, dx = Number.NaN, dy = Number.NaN] = wanted[frame] ?? [];
      expect(Math.max(Math.abs(x - dx), Math.abs(y - dy))).toBeLessThan(0.5);
    });
  });
});
