import { expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import type { FrameRange } from '../../../src/dataset/exposure.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { RunningSum } from '../../../src/pipelines/movie/runningSum.ts';
import { sumOf } from '../../reference/movie.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { openContext, SmallContext } from '../micrographs.ts';
import { computed, direct, type MemoryMovie, movieOf, sampleTypes } from './movies.ts';

const whole = (frames: number): FrameRange => ({ first: 0, last: frames - 1 });
const part = ({ pixels }: MemoryMovie, { first, last }: FrameRange): number[] =>
  sumOf(pixels.slice(first, last + 1));

describeGpu('sums of stored frames', (gpu) => {
  const shapes = [
    { width: 1, height: 1, frames: 2 },
    { width: 37, height: 19, frames: 3 },
    { width: 64, height: 80, frames: 5 },
    { width: 33, height: 300, frames: 9 },
    { width: 34, height: 17, frames: 2, padding: 3 },
  ];
  test.each(sampleTypes.flatMap((type) => shapes.map((shape) => [type, shape] as const)))(
    '%s of %j equal the sum in 64 bits',
    async (type, shape) => {
      const context = new GpuContext(gpu.device, 'test');
      const movie = movieOf(type, shape, 1);
      for (const source of [movie, computed(movie), direct(movie)]) {
        const running = new RunningSum(context, source);
        await running.moveTo(whole(shape.frames));
        const found = await running.sum.read();
        const expected = sumOf(movie.pixels);
        if (type.startsWith('float')) expect(largestDifference(found, expected)).toBeLessThan(1e-5);
        else expect([...found]).toEqual(expected);
        running.free();
      }
      expect(context.memory().bytes).toBe(0);
    },
  );

  test('frames of different sizes of strips: what is in the buffer from before does no harm', async () => {
    const context = new GpuContext(gpu.device, 'test');
    // 7 frames at once, then 2: the last rows and the last group are shorter.
    const movie = movieOf('uint16', { width: 50, height: 230, frames: 9 }, 2);
    const running = new RunningSum(context, direct(movie));
    await running.moveTo({ first: 1, last: 8 });
    expect([...(await running.sum.read())]).toEqual(part(movie, { first: 1, last: 8 }));
    running.free();
  });

  test('what is not finite stays so', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1];
    const movie = movieOf('float32', { width: 4, height: 1, frames: 2 }, 1, (f, i) =>
      f ? 1 : (special[i] ?? 0),
    );
    const running = new RunningSum(context, movie);
    await running.moveTo(whole(2));
    const found = await running.sum.read();
    expect([...found].map(Number.isFinite)).toEqual([false, false, false, true]);
    running.free();
  });
});

describeGpu('a range that moves', (gpu) => {
  test.each(['uint8', 'int8', 'uint4', 'int16', 'uint16', 'float16', 'float32'] as const)(
    '%s: has the bits of a fresh sum however it got there',
    async (type) => {
      const context = new GpuContext(gpu.device, 'test');
      const movie = movieOf(type, { width: 45, height: 70, frames: 11 }, 3);
      const random = createRandom(4);
      for (const source of [movie, direct(movie)]) {
        const running = new RunningSum(context, source);
        for (let i = 0; i < 12; i++) {
          const first = random.integer(11);
          const range = { first, last: first + random.integer(11 - first) };
          await running.moveTo(range);
          expect(running.range).toEqual(range);
          const fresh = new RunningSum(context, source);
          await fresh.moveTo(range);
          const found = await running.sum.read();
          expect(new Uint32Array(found.buffer)).toEqual(new Uint32Array((await fresh.sum.read()).buffer));
          if (!type.startsWith('float')) expect([...found]).toEqual(part(movie, range));
          fresh.free();
        }
        running.free();
      }
      expect(context.memory().bytes).toBe(0);
    },
  );

  test('reads only frames that come and go, also of floats that are counts', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const random = createRandom(1);
    for (const type of ['uint8', 'float32'] as const) {
      const movie = movieOf(type, { width: 16, height: 8, frames: 20 }, 5, () => random.integer(7));
      const running = new RunningSum(context, movie);
      await running.moveTo({ first: 2, last: 17 });
      movie.reads.frames.length = 0;
      await running.moveTo({ first: 4, last: 18 });
      expect(movie.reads.frames).toEqual([18, 2, 3]);
      movie.reads.frames.length = 0;
      await running.moveTo({ first: 4, last: 18 });
      expect(movie.reads.frames).toEqual([]);
      await running.moveTo({ first: 9, last: 9 });
      expect(movie.reads.frames).toEqual([9]);
      expect([...(await running.sum.read())]).toEqual(movie.pixels[9]);
      running.free();
    }
  });

  test('begins anew where a frame turns out not to hold counts', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const movie = movieOf('float32', { width: 8, height: 8, frames: 6 }, 6, (frame, i) =>
      frame === 0 ? 0.1 * i : i + 1e6 * frame,
    );
    const running = new RunningSum(context, movie);
    await running.moveTo({ first: 1, last: 5 });
    expect(running.samples.quantum).toBe(1);
    await running.moveTo({ first: 0, last: 5 });
    expect(running.samples.quantum).toBe(0);
    const fresh = new RunningSum(context, movie);
    await fresh.moveTo(whole(6));
    expect(await running.sum.read()).toEqual(await fresh.sum.read());
    running.free();
    fresh.free();
  });

  test('an abort ends after a whole frame, and the next move goes on from there', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const movie = movieOf('uint16', { width: 40, height: 40, frames: 10 }, 7);
    const running = new RunningSum(context, movie);
    const controller = new AbortController();
    const stages: string[] = [];
    const stopped = running.moveTo(whole(10), {
      signal: controller.signal,
      onProgress: ({ stage, done, total }) => {
        stages.push(`${stage} ${done}/${total}`);
        if (done === 3) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect(stages).toEqual([0, 1, 2, 3].map((done) => `Summing frames ${done}/10`));
    expect(running.range).toEqual({ first: 0, last: 2 });
    expect([...(await running.sum.read())]).toEqual(part(movie, { first: 0, last: 2 }));
    expect(movie.reads.inFlight).toBe(0);
    movie.reads.frames.length = 0;
    await running.moveTo({ first: 1, last: 4 });
    expect(movie.reads.frames).toEqual([3, 4, 0]);
    expect([...(await running.sum.read())]).toEqual(part(movie, { first: 1, last: 4 }));
    running.free();
    expect(context.memory().bytes).toBe(0);
  });

  test('a file that can not be read in the middle leaves nothing wrong behind', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const movie = movieOf('uint8', { width: 20, height: 20, frames: 6 }, 8);
    let broken = true;
    const fragile = {
      ...movie,
      readSamples: async (frame: number, first: number, count: number) => {
        if (broken && frame === 4) throw new FormatError('truncated', 'movie.mrc', 'is cut off.');
        if (!movie.readSamples) throw new Error('It has samples.');
        return movie.readSamples(frame, first, count);
      },
    };
    const running = new RunningSum(context, fragile);
    await expect(running.moveTo(whole(6))).rejects.toThrow('movie.mrc is cut off.');
    expect(running.range).toEqual({ first: 0, last: 3 });
    broken = false;
    await running.moveTo(whole(6));
    expect([...(await running.sum.read())]).toEqual(sumOf(movie.pixels));
    // With several frames at once it breaks within them: the sum is not to be trusted.
    broken = true;
    const several = new RunningSum(context, { ...fragile, height: 20, hasDirectRows: true });
    await expect(several.moveTo(whole(6))).rejects.toThrow('movie.mrc is cut off.');
    broken = false;
    await several.moveTo({ first: 0, last: 2 });
    expect([...(await several.sum.read())]).toEqual(part(movie, { first: 0, last: 2 }));
    running.free();
    several.free();
    expect(context.memory().bytes).toBe(0);
  });

  test('refuses frames that the movie does not have, in a sentence', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const running = new RunningSum(context, movieOf('uint8', { width: 4, height: 4, frames: 3 }, 1));
    for (const range of [
      { first: 0, last: 3 },
      { first: -1, last: 1 },
      { first: 2, last: 1 },
      { first: 0.5, last: 1 },
    ]) {
      await expect(running.moveTo(range)).rejects.toThrow(
        `movie.mrc has 3 frames: there is no range from ${range.first + 1} to ${range.last + 1}.`,
      );
    }
    running.free();
  });

  test('a lost device is called so', async () => {
    const context = await openContext();
    const movie = movieOf('uint8', { width: 64, height: 64, frames: 50 }, 1);
    const running = new RunningSum(context, movie);
    const moving = running.moveTo(whole(50), {
      onProgress: ({ done }) => {
        if (done === 5) context.device.destroy();
      },
    });
    await expect(moving).rejects.toMatchObject({ code: 'device-lost' });
    expect(movie.reads.inFlight).toBe(0);
  });
});

/** Counts the pieces that the driver has not done yet. */
class CountingContext extends GpuContext {
  most = 0;
  private open = 0;

  override async finish(): Promise<void> {
    this.open++;
    this.most = Math.max(this.most, this.open);
    await super.finish();
    this.open--;
  }
}

describeGpu('memory', (gpu) => {
  test.each([true, false])('stays under 3 frames and the sum (rows in any order: %s)', async (isDirect) => {
    const context = new CountingContext(gpu.device, 'test');
    // Frames of 12 MiB, half of them read twice over.
    const [width, height] = [4096, 3072];
    const frameBytes = width * height;
    let alive = 0;
    let most = 0;
    const frame = new Uint8Array(frameBytes).fill(1);
    const movie = {
      ...movieOf('uint8', { width: 1, height: 1, frames: 1 }, 1),
      width,
      height,
      frames: 9,
      hasDirectRows: isDirect,
      readSamples: async (_: number, first: number, count: number) => {
        alive += count * width;
        most = Math.max(most, alive + context.memory().bytes);
        await new Promise((resolve) => setTimeout(resolve, 1));
        const bytes = frame.slice(first * width, (first + count) * width);
        // A strip is alive until the next but one is asked for: the worst that the reader can see.
        setTimeout(() => {
          alive -= count * width;
        }, 20);
        return { type: 'uint8' as const, bytes, rowBytes: width };
      },
    };
    const running = new RunningSum(context, movie);
    await running.moveTo(whole(9));
    const found = await running.sum.read();
    expect(found.every((value) => value === 9)).toBe(true);
    expect(most).toBeLessThan(frameBytes * 4 + 3 * frameBytes);
    expect(context.most).toBeLessThanOrEqual(2);
    running.free();
  });

  test('frames too large for a buffer are summed in bands, to the same bits', async () => {
    const [width, height] = [64, 300];
    for (const type of ['uint4', 'int16', 'float32'] as const) {
      const movie = movieOf(type, { width, height, frames: 10 }, 2);
      const context = new GpuContext(gpu.device, 'test');
      // 128 rows, 64 of which are beside the band.
      const small = new SmallContext(gpu.device, 128 * width * 4);
      const one = new RunningSum(context, direct(movie));
      const many = new RunningSum(small, direct(movie));
      expect([one.sum.bands.length, many.sum.bands.length]).toEqual([1, 5]);
      for (const range of [whole(10), { first: 2, last: 8 }]) {
        await one.moveTo(range);
        await many.moveTo(range);
        expect(await many.sum.read()).toEqual(await one.sum.read());
      }
      one.free();
      many.free();
      expect(small.memory().bytes).toBe(0);
    }
    const tiny = new SmallContext(gpu.device, 90 * width * 4);
    const movie = movieOf('uint8', { width, height, frames: 1 }, 2);
    expect(() => new RunningSum(tiny, movie)).toThrow(
      'This GPU allows buffers of 22.5 KiB, but rows of 64 px need 24 KiB.',
    );
  });
});
