import { expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import type { Gain, GainCorrection } from '../../../src/dataset/gain.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { standardisation } from '../../../src/pipelines/load.ts';
import { loadExposure, MovieExposure } from '../../../src/pipelines/movie/movieExposure.ts';
import { sumMovie } from '../../../src/pipelines/movie/sumMovie.ts';
import { statisticsOf } from '../../../src/pipelines/statistics.ts';
import { replaceBad, sumOf } from '../../reference/movie.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { openContext, SmallContext } from '../micrographs.ts';
import { direct, movieOf } from './movies.ts';

const [width, height] = [101, 83];
const size = { width, height, frames: 10 };
const all = { first: 0, last: 9 };

function gainOf(gainWidth: number, gainHeight: number, seed: number, dead: readonly number[] = []): Gain {
  const random = createRandom(seed);
  const pixels = Float32Array.from({ length: gainWidth * gainHeight }, () => random.between(0.8, 1.25));
  for (const index of dead) pixels[index] = [0, Number.NaN, Number.POSITIVE_INFINITY, -1][index % 4] ?? 0;
  return { name: 'gain.mrc', width: gainWidth, height: gainHeight, pixels };
}

/** Counts of a mean, the same for each frame of a seed, with hot pixels. */
function counting(mean: number, hot: readonly number[], seed = 1) {
  const random = createRandom(seed);
  return movieOf(
    'uint16',
    size,
    seed,
    (_, index) => random.poisson(mean) + (hot.includes(index) ? 20 * mean + 20 : 0),
  );
}

describeGpu('gain references', (gpu) => {
  test.each(['multiply', 'divide'] as const)(
    '%s; defects become the mean of good pixels around',
    async (operation) => {
      const context = new GpuContext(gpu.device, 'test');
      const movie = movieOf('uint16', size, 2);
      // A corner, a row, a block that 3 × 3 does not see over, and single pixels.
      const dead = [0, ...Array.from({ length: width }, (_, x) => 40 * width + x), 5017, 8000];
      // The block's corner lives: one good pixel is not enough for its neighbour.
      for (let i = 1; i < 25; i++) dead.push((60 + Math.floor(i / 5)) * width + 20 + (i % 5));
      const gain = gainOf(width, height, 3, dead);
      const { sum, defects, hotPixels } = await sumMovie(context, movie, {
        range: all,
        gain: { gain, operation, orientation: 0 },
        removeHotPixels: false,
      });
      expect([defects, hotPixels, sum.frames]).toEqual([new Set(dead).size, 0, 10]);
      const isBad = (index: number): boolean => dead.includes(index);
      const good = [...gain.pixels].filter((_, i) => !isBad(i));
      const mean = good.reduce((total, value) => total + value, 0) / good.length;
      const corrected = sumOf(movie.pixels).map((value, i) => {
        const g = gain.pixels[i] ?? 0;
        return operation === 'multiply' ? value * g : (value * mean) / g;
      });
      const expected = replaceBad(corrected, width, height, isBad);
      expect(largestDifference(sum.pixels, expected)).toBeLessThan(655350 * 1e-6);
      const { mean: found, standardDeviation, nonFinite } = statisticsOf(sum.pixels);
      expect(sum.statistics.mean).toBeCloseTo(found, 6);
      expect(sum.statistics.standardDeviation).toBeCloseTo(standardDeviation, 6);
      expect(nonFinite).toBe(0);
      expect(context.memory().bytes).toBe(0);
    },
  );

  test('is laid as its orientation says, and refused where it does not fit', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const movie = movieOf('uint8', size, 2);
    const gain = gainOf(height, width, 5);
    const correction: GainCorrection = { gain, operation: 'multiply', orientation: 5 };
    const parameters = { range: all, gain: correction, removeHotPixels: false };
    const { sum } = await sumMovie(context, movie, parameters);
    const raw = sumOf(movie.pixels);
    const expected = raw.map((value, i) => {
      // A quarter turn counter-clockwise, then mirrored: the file turned about its other diagonal.
      const [x, y] = [i % width, Math.floor(i / width)];
      return value * (gain.pixels[(width - 1 - x) * height + (height - 1 - y)] ?? 0);
    });
    expect(largestDifference(sum.pixels, expected)).toBeLessThan(1e-3);
    movie.reads.frames.length = 0;
    const wrong = { ...parameters, gain: { ...correction, orientation: 4 as const } };
    const message =
      'gain.mrc is 83 × 101 px in orientation 4, but the frames of movie.mrc are 101 × 83 px: turn it';
    await expect(sumMovie(context, movie, wrong)).rejects.toThrow(message);
    await expect(loadExposure(context, movie, wrong)).rejects.toThrow(message);
    // Said before anything is read.
    expect(movie.reads.frames).toEqual([]);
    expect(context.memory().bytes).toBe(0);
  });

  test('where nothing is good around there is the mean', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const wide = { width: 40, height: 3, frames: 2 };
    const movie = movieOf('uint8', wide, 1, (_, i) => (i % 40 < 5 ? 10 : 90));
    const pixels = Float32Array.from({ length: 120 }, (_, i) => (i % 40 < 5 ? 1 : 0));
    const gain: GainCorrection = {
      gain: { name: 'gain.mrc', width: 40, height: 3, pixels },
      operation: 'multiply',
      orientation: 0,
    };
    const { sum, defects } = await sumMovie(context, movie, {
      range: { first: 0, last: 1 },
      gain,
      removeHotPixels: true,
    });
    expect(defects).toBe(105);
    expect(sum.pixels.every((value) => value === 20)).toBe(true);
    expect(sum.statistics).toMatchObject({ min: 20, max: 20, nonFinite: 0 });
  });
});

describeGpu('hot pixels', (gpu) => {
  const hot = [0, 33, 34, 100, 5 * width + 50, 6 * width + 50, 82 * width + 3];

  test.each([0.02, 1, 40])('of %f electrons a pixel and frame are found, and no others', async (mean) => {
    const context = new GpuContext(gpu.device, 'test');
    const movie = counting(mean, hot, 4);
    for (const range of [all, { first: 3, last: 3 }]) {
      const { sum, hotPixels, defects } = await sumMovie(context, movie, { range, removeHotPixels: true });
      expect([hotPixels, defects]).toEqual([hot.length, 0]);
      const raw = sumOf(movie.pixels.slice(range.first, range.last + 1));
      const expected = replaceBad(raw, width, height, (index) => hot.includes(index));
      expect(largestDifference(sum.pixels, expected)).toBeLessThan(1e-3);
      const kept = await sumMovie(context, movie, { range, removeHotPixels: false });
      expect(kept.hotPixels).toBe(0);
      expect([...kept.sum.pixels]).toEqual(raw);
    }
  });

  test('bright vacuum beside carbon is not hot, nor is a slope', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const random = createRandom(6);
    const movie = movieOf('uint16', { width: 200, height: 160, frames: 4 }, 5, (_, i) => {
      const [x, y] = [i % 200, Math.floor(i / 200)];
      // A hole's edge that cuts a corner off some tiles.
      return random.poisson((Math.hypot(x - 60, y - 70) < 38 ? 30 : 12) * (1 + x / 400));
    });
    const { hotPixels } = await sumMovie(context, movie, {
      range: { first: 0, last: 3 },
      removeHotPixels: true,
    });
    expect(hotPixels).toBe(0);
  });

  test('of floats that are no counts, on any offset', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const random = createRandom(7);
    for (const [offset, noise] of [
      [0, 0.01],
      [-20, 1],
      [3000, 50],
    ] as const) {
      const movie = movieOf('float32', { width, height, frames: 2 }, 6, (_, index) =>
        hot.includes(index) ? offset + 40 * noise : offset + noise * random.normal(),
      );
      const { hotPixels } = await sumMovie(context, movie, {
        range: { first: 0, last: 1 },
        removeHotPixels: true,
      });
      expect(hotPixels).toBe(hot.length);
    }
    const constant = movieOf('float32', { width, height, frames: 1 }, 6, (_, i) => (i === 7 ? 5.5 : 0.5));
    const { hotPixels } = await sumMovie(context, constant, {
      range: { first: 0, last: 0 },
      removeHotPixels: true,
    });
    expect(hotPixels).toBe(0);
  });
});

describeGpu('odd and even sums', (gpu) => {
  test.each([
    [1, { first: 0, last: 9 }],
    [1, { first: 1, last: 5 }],
    [3, { first: 0, last: 9 }],
    [4, { first: 2, last: 8 }],
  ])('groups of %i, frames %j: the first frame of the file is odd', async (group, range) => {
    const context = new GpuContext(gpu.device, 'test');
    const hot = [33, 500];
    const movie = counting(3, hot);
    for (const source of [movie, direct(movie)]) {
      const found = await sumMovie(context, source, { range, group, removeHotPixels: true, evenOdd: true });
      const frames = movie.pixels.map((pixels, index) => ({ pixels, index }));
      for (const [part, parity] of [
        ['odd', 0],
        ['even', 1],
      ] as const) {
        const mine = frames.filter(
          ({ index }) =>
            index >= range.first && index <= range.last && Math.floor(index / group) % 2 === parity,
        );
        const picture = found[part];
        expect(picture?.frames).toBe(mine.length);
        // What is hot in the sum is replaced in its halves.
        const raw = sumOf(mine.map(({ pixels }) => pixels));
        const expected = replaceBad(raw, width, height, (index) => hot.includes(index));
        expect(largestDifference(picture?.pixels ?? [], expected)).toBeLessThan(1e-4);
      }
      const halves = sumOf([found.odd?.pixels ?? [], found.even?.pixels ?? []]);
      expect(largestDifference(found.sum.pixels, halves)).toBeLessThan(1e-4);
      expect(context.memory().bytes).toBe(0);
    }
  });

  test('need two frames', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const parameters = { removeHotPixels: true, evenOdd: true };
    const one = sumMovie(context, counting(1, []), { ...parameters, range: { first: 4, last: 4 } });
    await expect(one).rejects.toThrow('movie.mrc: odd and even sums need at least two frames.');
    const group = sumMovie(context, counting(1, []), {
      ...parameters,
      group: 5,
      range: { first: 5, last: 9 },
    });
    await expect(group).rejects.toThrow('movie.mrc: odd and even sums need at least two frames.');
  });
});

describeGpu('bands', (gpu) => {
  test('give the pixels and counts of the whole, bit for bit', async () => {
    const shape = { width: 64, height: 290, frames: 3 };
    const random = createRandom(9);
    // Hot and dead pixels wherever bands may meet.
    const lines = [31, 32, 33, 63, 64, 65, 95, 96, 127, 128, 191, 192, 255, 256, 289];
    const hot = lines.map((y, i) => y * 64 + ((7 * i) % 64));
    const dead = lines.flatMap((y, i) => [y * 64 + ((7 * i + 1) % 64), y * 64 + ((7 * i + 30) % 64)]);
    const movie = movieOf('uint16', shape, 1, (_, i) => random.poisson(2) + (hot.includes(i) ? 60 : 0));
    const gain: GainCorrection = { gain: gainOf(64, 290, 2, dead), operation: 'divide', orientation: 0 };
    const parameters = { range: { first: 0, last: 2 }, gain, removeHotPixels: true, evenOdd: true };
    const whole = await sumMovie(new GpuContext(gpu.device, 'test'), movie, parameters);
    const small = new SmallContext(gpu.device, 96 * 64 * 4);
    const banded = await sumMovie(small, movie, parameters);
    expect([whole.hotPixels, whole.defects]).toEqual([hot.length, dead.length]);
    for (const part of ['sum', 'odd', 'even'] as const) {
      expect(banded[part]?.pixels).toEqual(whole[part]?.pixels);
      expect(banded[part]?.statistics.mean).toBeCloseTo(whole[part]?.statistics.mean ?? 0, 10);
    }
    expect({ ...banded, sum: 0, odd: 0, even: 0 }).toEqual({ ...whole, sum: 0, odd: 0, even: 0 });
    // Many pixels that are nearly hot, on a slope: what is hot depends on the tiles and neighbours of each.
    const uneven = movieOf('uint16', shape, 1, (_, i) => {
      const rare = random.uniform() < 0.03 ? random.between(2, 9) : 1;
      return random.poisson((3 + (12 * (i >> 6)) / 290) * rare);
    });
    const rule = { range: { first: 0, last: 2 }, removeHotPixels: true };
    const one = await sumMovie(new GpuContext(gpu.device, 'test'), uneven, rule);
    const many = await sumMovie(small, uneven, rule);
    expect(one.hotPixels).toBeGreaterThan(50);
    expect(many.hotPixels).toBe(one.hotPixels);
    expect(many.sum.pixels).toEqual(one.sum.pixels);
    expect(small.memory().bytes).toBe(0);
  });
});

describeGpu('MovieExposure', (gpu) => {
  const read = async (context: GpuContext, plane: { buffer: GPUBuffer; width: number; height: number }) =>
    new Float32Array(await context.read(plane.buffer, plane.width * plane.height * 4));
  const dead = [17, 4000];
  const hot = [33, 500];

  test('gives the standardised sum, and another one without reading what it has', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const movie = counting(5, hot);
    const exposure = new MovieExposure(context, movie);
    const gain: GainCorrection = {
      gain: gainOf(width, height, 2, dead),
      operation: 'multiply',
      orientation: 0,
    };
    for (const parameters of [
      { range: all, removeHotPixels: true },
      { range: all, removeHotPixels: true, gain },
      { range: { first: 0, last: 8 }, removeHotPixels: true, gain },
      {
        range: { first: 3, last: 3 },
        removeHotPixels: false,
        gain: { ...gain, operation: 'divide' as const },
      },
    ]) {
      const { plane, bin, statistics, hotPixels, defects } = await exposure.expose(parameters);
      const { sum, ...expected } = await sumMovie(context, movie, parameters);
      expect([bin, hotPixels, defects]).toEqual([1, expected.hotPixels, expected.defects]);
      for (const field of ['min', 'max', 'mean', 'standardDeviation'] as const) {
        expect(Math.abs(statistics[field] - sum.statistics[field])).toBeLessThan(1e-6 * sum.statistics.max);
      }
      const { mean, scale } = standardisation(sum.statistics);
      const standard = sum.pixels.map((value) => (value - mean) * scale);
      expect(largestDifference(await read(context, plane), standard)).toBeLessThan(1e-4);
      context.free(plane.buffer);
    }
    movie.reads.frames.length = 0;
    const { plane } = await exposure.expose({ range: { first: 3, last: 5 }, removeHotPixels: true });
    expect(movie.reads.frames).toEqual([4, 5]);
    expect([...(await exposure.rawSum({ first: 3, last: 5 }))]).toEqual(sumOf(movie.pixels.slice(3, 6)));
    expect(movie.reads.frames).toEqual([4, 5]);
    exposure.free();
    await expect(exposure.expose({ range: all, removeHotPixels: true })).rejects.toThrow('has been freed');
    context.free(plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test('bins what a filter could not hold, with the statistics of the full picture', async () => {
    const movie = counting(5, hot);
    const wholeContext = new GpuContext(gpu.device, 'test');
    const { sum } = await sumMovie(wholeContext, movie, { range: all, removeHotPixels: true });
    // The sum fits, but a plane with room for a filter's padding does not.
    const small = new SmallContext(gpu.device, 96 * 101 * 4);
    const { plane, bin, statistics } = await loadExposure(small, movie, {
      range: all,
      removeHotPixels: true,
    });
    expect([bin, plane.width, plane.height]).toEqual([2, 51, 42]);
    expect(statistics.mean).toBeCloseTo(sum.statistics.mean, 4);
    expect(statistics.standardDeviation).toBeCloseTo(sum.statistics.standardDeviation, 4);
    const expected = Array.from({ length: 51 * 42 }, (_, i) => {
      const values: number[] = [];
      for (let v = 2 * Math.floor(i / 51); v < Math.min(height, 2 * Math.floor(i / 51) + 2); v++) {
        for (let u = 2 * (i % 51); u < Math.min(width, 2 * (i % 51) + 2); u++) {
          values.push(sum.pixels[v * width + u] ?? Number.NaN);
        }
      }
      const mean = values.reduce((total, value) => total + value, 0) / values.length;
      return (mean - sum.statistics.mean) / sum.statistics.standardDeviation;
    });
    expect(largestDifference(await read(small, plane), expected)).toBeLessThan(1e-4);
    small.free(plane.buffer);
    expect(small.memory().bytes).toBe(0);
  });

  test('does one thing after the other; a cancelled one leaves the next what it has', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const movie = counting(5, []);
    const exposure = new MovieExposure(context, movie);
    const controller = new AbortController();
    const parameters = { range: all, removeHotPixels: false };
    const stopped = exposure.expose(parameters, {
      signal: controller.signal,
      onProgress: ({ done }) => {
        if (done === 6) controller.abort();
      },
    });
    const next = exposure.expose({ ...parameters, range: { first: 0, last: 7 } });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const { plane } = await next;
    expect(movie.reads.frames.slice(-2)).toEqual([6, 7]);
    expect([...(await exposure.rawSum({ first: 0, last: 7 }))]).toEqual(sumOf(movie.pixels.slice(0, 8)));
    // What is going on when it is freed is done first.
    const last = exposure.expose(parameters);
    exposure.free();
    context.free(plane.buffer, (await last).plane.buffer);
    await Promise.resolve();
    expect(context.memory().bytes).toBe(0);
  });

  test('is the same twice', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const movie = movieOf('float32', { width: 300, height: 200, frames: 2 }, 3);
    const one = await loadExposure(context, movie, { range: { first: 0, last: 1 }, removeHotPixels: true });
    const two = await loadExposure(context, movie, { range: { first: 0, last: 1 }, removeHotPixels: true });
    expect(two.statistics).toEqual(one.statistics);
    expect(await read(context, two.plane)).toEqual(await read(context, one.plane));
    context.free(one.plane.buffer, two.plane.buffer);
  });

  test('a lost device is called so, and is not come back to', async () => {
    const context = await openContext();
    const exposure = new MovieExposure(context, counting(5, []));
    const { plane } = await exposure.expose({ range: all, removeHotPixels: true });
    context.device.destroy();
    await context.device.lost;
    await expect(exposure.expose({ range: all, removeHotPixels: false })).rejects.toMatchObject({
      code: 'device-lost',
    });
    context.free(plane.buffer);
    exposure.free();
  });
});
