import { describe, expect, test } from 'vitest';
import { type ByteSink, memorySink, memorySource } from '../../../../src/core/bytes.ts';
import { UsageError } from '../../../../src/core/errors.ts';
import { createRandom } from '../../../../src/core/random.ts';
import { openMrc } from '../../../../src/formats/mrc/read.ts';
import { drawDetector } from '../../../../src/pipelines/simulation/detector.ts';
import { driftCsv, driftPath } from '../../../../src/pipelines/simulation/drift.ts';
import { writeSimulatedMovie } from '../../../../src/pipelines/simulation/files.ts';
import {
  defaultMovie,
  type MovieParameters,
  type SimulatedMovie,
  simulateMovie,
} from '../../../../src/pipelines/simulation/movie.ts';
import { MovedPicture } from '../../../../src/pipelines/simulation/shift.ts';
import { defaultSimulation, type SimulatedField } from '../../../../src/pipelines/simulation/simulate.ts';

const [width, height] = [96, 80];

/** A field with strong, smooth contrast, so that its motion can be measured in a small movie. */
function fieldOf(dosePerPixel: number, strength = 0.5): SimulatedField {
  const random = createRandom(4);
  const spots = Array.from({ length: 60 }, () => ({
    x: random.between(0, width),
    y: random.between(0, height),
    weight: random.normal(),
  }));
  const contrast = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const sum = spots.reduce(
      (total, spot) => total + spot.weight * Math.exp(-((spot.x - x) ** 2 + (spot.y - y) ** 2) / 18),
      0,
    );
    return strength * Math.max(-1, Math.min(1, sum));
  });
  const solvent = new Float32Array(width * height);
  return { width, height, contrast, solvent, truth: [], dosePerPixel, random };
}

const parameters = { ...defaultSimulation, size: width, height, pixelSizeAngstrom: 1.25 };

function movieOf(field: SimulatedField, over: Partial<MovieParameters>, seed = 1): SimulatedMovie {
  return simulateMovie(field, { ...parameters, seed }, { ...defaultMovie, frames: 4, ...over });
}

function frameOf(movie: SimulatedMovie, frame: number, rowsAtOnce = 7): Float32Array<ArrayBuffer> {
  const counts = new Float32Array(width * height);
  let at = 0;
  for (const band of movie.bands(frame, rowsAtOnce)) {
    counts.set(band, at);
    at += band.length;
  }
  expect(at).toBe(counts.length);
  return counts;
}

const meanOf = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length;

/**
 * Where `moved` shows what `still` shows, px: the whole lag with the smallest squared differences, refined by parabolas,
 * all by loops over the inner part of the picture.
 */
function measuredShift(still: Float32Array, moved: Float32Array): { x: number; y: number } {
  const margin = 10;
  const difference = (lagX: number, lagY: number): number => {
    let sum = 0;
    for (let y = margin; y < height - margin; y++) {
      for (let x = margin; x < width - margin; x++) {
        sum += ((moved[(y + lagY) * width + x + lagX] ?? 0) - (still[y * width + x] ?? 0)) ** 2;
      }
    }
    return sum;
  };
  let best = { x: 0, y: 0, value: Number.POSITIVE_INFINITY };
  for (let y = -6; y <= 6; y++) {
    for (let x = -6; x <= 6; x++) {
      const value = difference(x, y);
      if (value < best.value) best = { x, y, value };
    }
  }
  const vertex = (below: number, above: number): number =>
    (below - above) / (2 * (below - 2 * best.value + above));
  return {
    x: best.x + vertex(difference(best.x - 1, best.y), difference(best.x + 1, best.y)),
    y: best.y + vertex(difference(best.x, best.y - 1), difference(best.x, best.y + 1)),
  };
}

describe('drift', () => {
  test('goes as far as asked from the first to the last frame, fast at first, and is 0 on average', () => {
    for (const seed of [1, 2, 3]) {
      const path = driftPath(seed, 40, 4);
      const at = (frame: number) => path[frame] ?? { x: 0, y: 0 };
      const way = (from: number, to: number) => Math.hypot(at(to).x - at(from).x, at(to).y - at(from).y);
      expect(way(0, 39)).toBeCloseTo(4, 9);
      expect(way(0, 10)).toBeGreaterThan(1.5 * way(29, 39));
      expect(path.reduce((sum, { x }) => sum + x, 0)).toBeCloseTo(0, 9);
      expect(path.reduce((sum, { y }) => sum + y, 0)).toBeCloseTo(0, 9);
      expect(driftPath(seed, 40, 4)).toEqual(path);
    }
    expect(driftPath(1, 40, 4)).not.toEqual(driftPath(2, 40, 4));
    expect(driftPath(1, 1, 4)).toEqual([{ x: 0, y: 0 }]);
    expect(driftPath(1, 3, 0).every(({ x, y }) => Math.abs(x) + Math.abs(y) === 0)).toBe(true);
    expect(driftCsv([{ x: 1, y: -0.25 }])).toBe('frame,shift_x_px,shift_y_px\n1,1.0000,-0.2500\n');
  });
});

describe('a moved picture', () => {
  const random = createRandom(3);
  const picture = {
    data: Float32Array.from({ length: 13 * 9 }, () => random.uniform()),
    width: 13,
    height: 9,
  };
  const moved = (shift: { x: number; y: number }): number[][] => {
    const move = new MovedPicture(picture, shift);
    return Array.from({ length: 9 }, (_, y) => {
      const row = new Float32Array(13);
      move.row(y, row);
      return [...row];
    });
  };
  /** The cubic convolution kernel of Keys (1981), equation 15. */
  const keys = (s: number): number => {
    const d = Math.abs(s);
    if (d < 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
    return d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
  };

  test.each([
    { x: 0, y: 0 },
    { x: 3, y: -2 },
    { x: 0.4, y: 0 },
    { x: -1.7, y: 2.3 },
    { x: 20, y: -30 },
    { x: -11.5, y: 7.25 },
  ])('by $x, $y is what the kernel makes of all pixels', ({ x: shiftX, y: shiftY }) => {
    const result = moved({ x: shiftX, y: shiftY });
    const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value));
    for (let y = 0; y < 9; y++) {
      for (let x = 0; x < 13; x++) {
        let expected = 0;
        for (let v = -50; v < 60; v++) {
          for (let u = -50; u < 60; u++) {
            const weight = keys(y - shiftY - v) * keys(x - shiftX - u);
            if (weight !== 0) expected += weight * (picture.data[clamp(v, 8) * 13 + clamp(u, 12)] ?? 0);
          }
        }
        expect(result[y]?.[x]).toBeCloseTo(expected, 5);
      }
    }
  });
});

describe('a camera', () => {
  test('has a gain of 1 on average, uneven by blocks, columns and pixels, and dead pixels', () => {
    const { gain, hotPixels } = drawDetector(5, 512, 400, { gain: true, hotPixels: 30 });
    if (!gain) throw new Error('no gain');
    const alive = gain.filter((value) => value !== 0);
    const mean = meanOf(alive);
    expect(mean).toBeCloseTo(1, 3);
    const deviation = Math.sqrt(alive.reduce((sum, value) => sum + (value - mean) ** 2, 0) / alive.length);
    // √(0.05² + 0.03² + 0.01²) = 0.059; sixteen blocks are few.
    expect(deviation).toBeGreaterThan(0.051);
    expect(deviation).toBeLessThan(0.075);
    const columns = new Array<number>(512).fill(0);
    for (const [i, value] of gain.entries()) if (value === 0) columns[i % 512] = (columns[i % 512] ?? 0) + 1;
    const dead = columns.reduce((a, b) => a + b, 0);
    expect(dead).toBeGreaterThan(400 + 6);
    expect(dead).toBeLessThan(400 + 9 + 10);
    expect(Math.max(...columns)).toBe(400);
    expect(new Set(hotPixels).size).toBe(30);
    expect(hotPixels.every((pixel) => gain[pixel] !== 0)).toBe(true);
    const again = drawDetector(5, 512, 400, { gain: true, hotPixels: 30 });
    expect(again.hotPixels).toEqual(hotPixels);
    expect(again.gain?.every((value, i) => value === gain[i])).toBe(true);
  });
});

describe('a movie', () => {
  test('spreads the dose over its frames as counts with the variance of counting', () => {
    const movie = movieOf(fieldOf(24, 0), { frames: 8, driftAngstrom: 3 });
    let [sum, squares] = [0, 0];
    for (let frame = 0; frame < 8; frame++) {
      const counts = frameOf(movie, frame);
      expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
      for (const count of counts) {
        sum += count;
        squares += count * count;
      }
    }
    const n = 8 * width * height;
    expect(Math.abs(sum / n / 3 - 1)).toBeLessThan(5 / Math.sqrt(3 * n));
    expect(Math.abs((squares / n - (sum / n) ** 2) / 3 - 1)).toBeLessThan(5 * Math.sqrt(2 / n) + 0.01);
  });

  test('counts less where the ice lets less through, and only as cameras that count do', () => {
    const dimmed = {
      ...fieldOf(400, 0),
      transmission: Float32Array.from({ length: width * height }, (_, i) =>
        i % width < width / 2 ? 1 : 0.5,
      ),
    };
    const counts = frameOf(movieOf(dimmed, { frames: 10, driftAngstrom: 0 }), 3);
    const half = (isRight: boolean): number =>
      meanOf(counts.filter((_, i) => i % width < width / 2 !== isRight));
    expect(Math.abs(half(false) / 40 - 1)).toBeLessThan(0.02);
    expect(Math.abs(half(true) / 20 - 1)).toBeLessThan(0.02);
    const integrating = { ...parameters, camera: 'integrating' as const };
    expect(() => simulateMovie(dimmed, integrating, { ...defaultMovie, frames: 10 })).toThrow(
      /take --camera counting/,
    );
  });

  test('moves as its drift says, to a tenth of a pixel', () => {
    const field = fieldOf(5 * 60);
    const movie = movieOf(field, { frames: 5, driftAngstrom: 6, mode: 'int16' });
    expect(movie.drift.some(({ x }) => Math.abs(x) > 1)).toBe(true);
    const still = field.contrast.map((change) => 60 * (1 + change));
    for (const [frame, { x, y }] of movie.drift.entries()) {
      const found = measuredShift(still, frameOf(movie, frame));
      expect(Math.abs(found.x - x)).toBeLessThan(0.1);
      expect(Math.abs(found.y - y)).toBeLessThan(0.1);
    }
  });

  test('of an uneven camera is flat when it is multiplied with the gain, and dark where that is 0', () => {
    const movie = movieOf(fieldOf(4000, 0), { frames: 80, driftAngstrom: 0, gain: true });
    const { gain } = movie.detector;
    if (!gain) throw new Error('no gain');
    const sum = new Float32Array(width * height);
    for (let frame = 0; frame < 80; frame++) {
      for (const [i, count] of frameOf(movie, frame).entries()) sum[i] = (sum[i] ?? 0) + count;
    }
    const alive = [...gain.keys()].filter((i) => gain[i] !== 0);
    const spread = (values: readonly number[]): number => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return Math.sqrt(values.reduce((total, v) => total + (v - mean) ** 2, 0) / values.length) / mean;
    };
    const raw = alive.map((i) => sum[i] ?? 0);
    const flat = alive.map((i) => (sum[i] ?? 0) * (gain[i] ?? 0));
    // 4000 counts have a deviation of 1.6 %.
    expect(spread(raw)).toBeGreaterThan(0.05);
    expect(spread(flat)).toBeLessThan(0.0175);
    expect(flat.reduce((a, b) => a + b, 0) / flat.length).toBeCloseTo(4000, -1.5);
    expect(alive.length).toBeLessThan(gain.length);
    expect([...gain.keys()].every((i) => gain[i] !== 0 || sum[i] === 0)).toBe(true);
  });

  test('has as many hot pixels as asked for, each far above its neighbours in every frame', () => {
    const movie = movieOf(fieldOf(8), { hotPixels: 9, gain: true });
    const { hotPixels } = movie.detector;
    expect(hotPixels).toHaveLength(9);
    for (let frame = 0; frame < 4; frame++) {
      const counts = frameOf(movie, frame);
      // Means of 2 beside 30.
      const bright = [...counts.keys()].filter((i) => (counts[i] ?? 0) > 13);
      expect(bright).toEqual(hotPixels);
    }
  });

  test('is the same with its seed, in whatever order and bands; without flaws it is that of a perfect camera', () => {
    const options = { gain: true, hotPixels: 5 };
    const movie = movieOf(fieldOf(8), options);
    const second = frameOf(movie, 1);
    const first = frameOf(movie, 0, 80);
    expect(first).not.toEqual(second);
    expect(frameOf(movieOf(fieldOf(8), options), 1, 1)).toEqual(second);
    expect(frameOf(movieOf(fieldOf(8), options), 0, 33)).toEqual(first);
    expect(frameOf(movieOf(fieldOf(8), options, 2), 0)).not.toEqual(first);
    expect(movieOf(fieldOf(8), {}).detector).toMatchObject({ gain: undefined, hotPixels: [] });
  });

  test.each<[string, number, Partial<MovieParameters>, RegExp]>([
    ['no frames', 8, { frames: 0 }, /A movie of 0 frames/],
    ['half a frame', 8, { frames: 2.5 }, /2.5 frames/],
    ['too many frames', 8, { frames: 1e6 }, /choose from 1 to 10000/],
    ['a drift backwards', 8, { driftAngstrom: -1 }, /A drift of -1 Å/],
    ['a drift out of the picture', 8, { driftAngstrom: 26 }, /choose from 0 to 25 Å/],
    ['a drift that is no number', 8, { driftAngstrom: Number.NaN }, /A drift of NaN Å/],
    ['more hot pixels than others', 8, { hotPixels: 77 }, /choose from 0 to 76/],
    [
      'more counts than a byte holds',
      480,
      {},
      /may count \d+ electrons, more than the 127 that uint8 holds: take --mode int16/,
    ],
    ['more electrons than can be counted', 1e5, { mode: 'float32' }, /take more --frames or less --dose/],
  ])('refuses %s', (_, dose, over, words) => {
    expect(() => movieOf(fieldOf(dose), over)).toThrow(UsageError);
    expect(() => movieOf(fieldOf(dose), over)).toThrow(words);
  });
});

describe('the file of a movie', () => {
  test.each([
    ['uint8', 0, 1],
    ['int16', 1, 2],
    ['uint16', 6, 2],
    ['float32', 2, 4],
  ] as const)('%s is MRC mode %i, frame after frame', async (mode, mrcMode, bytes) => {
    const movie = movieOf(fieldOf(40), { mode, gain: true, hotPixels: 3 });
    const sink = memorySink();
    await writeSimulatedMovie(sink, movie, parameters);
    const file = sink.bytes();
    expect(file.length).toBe(1024 + bytes * 4 * width * height);
    expect(new DataView(file.buffer).getInt32(12, true)).toBe(mrcMode);
    const image = await openMrc(memorySource('movie.mrc', file));
    expect(image.pixelSizeAngstrom).toBeCloseTo(1.25, 5);
    for (const frame of [3, 0]) {
      expect(await image.readRows(frame, 0, height)).toEqual(frameOf(movie, frame));
    }
  });

  test('is written as it is drawn, in pieces of a few MB, and can be stopped in the middle', async () => {
    const [wide, high, frames] = [3000, 2000, 6];
    const flat = new Float32Array(wide * high);
    const field = { ...fieldOf(8), width: wide, height: high, contrast: flat, solvent: flat };
    const movie = movieOf(field, { frames });
    const events: string[] = [];
    const controller = new AbortController();
    let largest = 0;
    const sink: ByteSink = {
      write: async (piece) => {
        largest = Math.max(largest, piece.length);
        events.push('piece');
      },
      close: async () => {
        events.push('close');
      },
      abort: async () => {
        events.push('abort');
      },
    };
    const written = writeSimulatedMovie(sink, movie, parameters, {
      signal: controller.signal,
      onProgress: ({ done }) => {
        events.push(`frame ${done}`);
        if (done === 2) controller.abort();
      },
    });
    await expect(written).rejects.toMatchObject({ name: 'AbortError' });
    // The header, and six bands of 349 rows a frame.
    const bands = new Array(6).fill('piece');
    expect(events).toEqual(['piece', 'frame 0', ...bands, 'frame 1', ...bands, 'frame 2', ...bands, 'abort']);
    expect(largest).toBeLessThanOrEqual(2 ** 20);
  });
});
