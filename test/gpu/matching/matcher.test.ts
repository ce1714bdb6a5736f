import { expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { freeMaps, ReferenceMatcher, type TemplateSource } from '../../../src/pipelines/matching/matcher.ts';
import { turnedTemplate } from '../../../src/pipelines/matching/templates.ts';
import { correlationWith } from '../../reference/matching.ts';
import { describeGpu } from '../../support/gpu.ts';

const radiusPx = 5.4;
const side = 13;
const fading = (radius: number): number => Math.min(1, Math.max(0, (radiusPx - radius) / (0.15 * radiusPx)));

function noise(width: number, height: number, seed: number) {
  const random = createRandom(seed);
  return { width, height, data: Float32Array.from({ length: width * height }, () => random.normal()) };
}

/** Pictures without any symmetry, smooth enough to be turned. */
function source(count: number, mirrors: boolean): TemplateSource {
  const made = Array.from({ length: count }, (_, seed) => {
    const data = Float32Array.from({ length: 48 * 48 }, (_, i) => {
      const [x, y] = [(i % 48) - 24, Math.floor(i / 48) - 24];
      return Math.sin(0.21 * x + seed) * Math.cos(0.13 * y - 0.4) + 0.05 * x * (seed + 1);
    });
    return turnedTemplate({ side: 48, pixelSizeAngstrom: 1, data }, 40 * seed, 2, radiusPx);
  });
  return {
    count,
    variants: [false, true].flatMap((turned) =>
      (mirrors ? [false, true] : [false]).map((mirrored) => ({ turned, mirrored })),
    ),
    make: (index) => made[index] ?? { reach: 0, values: new Float32Array(1) },
  };
}

/** Template by number, laid as its variant says. */
function laid({ variants, make }: TemplateSource, number: number): Float64Array {
  const { values } = make(Math.floor(number / variants.length));
  const { turned, mirrored } = variants[number % variants.length] ?? { turned: false, mirrored: false };
  return Float64Array.from(values, (_, i) => {
    const x = i % side;
    const y = Math.floor(i / side);
    const row = turned === mirrored ? y : side - 1 - y;
    return values[row * side + (turned ? side - 1 - x : x)] ?? Number.NaN;
  });
}

describeGpu('matching of references', (gpu) => {
  test.each([
    [61, 47, 3, true],
    [40, 33, 2, false],
  ])('on %i × %i, %i templates, mirrored %s: as the definition', async (width, height, count, mirrors) => {
    const context = new GpuContext(gpu.device, 'test');
    const picture = noise(width, height, 3);
    const templates = source(count, mirrors);
    const matcher = await ReferenceMatcher.open(context, picture, radiusPx);
    const maps = await matcher.search(templates);
    const floats = async (buffer: GPUBuffer) =>
      new Float32Array(await context.read(buffer, width * height * 4));
    const best = await floats(maps.best.buffer);
    const inverse = await floats(maps.inverse.buffer);
    const which = new Uint32Array(await context.read(maps.which, width * height * 4));
    const whichInverse = new Uint32Array(await context.read(maps.whichInverse, width * height * 4));
    freeMaps(context, maps);
    matcher.destroy();

    const all = Array.from({ length: count * templates.variants.length }, (_, i) => laid(templates, i));
    let [error, inverseError] = [0, 0];
    for (let y = 0; y < height; y += y < 6 ? 1 : 5) {
      for (let x = 0; x < width; x += x < 6 || x > width - 7 ? 1 : 4) {
        const scores = all.map((one) => correlationWith(picture, one, side, fading, 0.05, x, y));
        const at = y * width + x;
        error = Math.max(error, Math.abs((best[at] ?? Number.NaN) - Math.max(...scores)));
        // The number's own score is the highest, up to ties in rounding.
        error = Math.max(error, Math.max(...scores) - (scores[which[at] ?? -1] ?? Number.NaN));
        const least = Math.min(...scores);
        inverseError = Math.max(inverseError, Math.abs((inverse[at] ?? Number.NaN) + least));
        inverseError = Math.max(inverseError, (scores[whichInverse[at] ?? -1] ?? Number.NaN) - least);
      }
    }
    // Rounding of 32 bits in sums over a hundred pixels.
    expect(error).toBeLessThan(2e-5);
    expect(inverseError).toBeLessThan(2e-5);
  });

  test('goes on where it was, and stops when it is told to', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const [width, height] = [40, 33];
    const picture = noise(width, height, 5);
    const matcher = await ReferenceMatcher.open(context, picture, radiusPx);
    const whole = await matcher.search(source(3, false));
    const begun = await matcher.search({ ...source(3, false), count: 1 });
    const read = (buffer: GPUBuffer) => context.read(buffer, width * height * 4);
    const finished = {
      templates: 1,
      best: new Float32Array(await read(begun.best.buffer)),
      inverse: new Float32Array(await read(begun.inverse.buffer)),
      which: new Uint32Array(await read(begun.which)),
      whichInverse: new Uint32Array(await read(begun.whichInverse)),
    };
    const rest = await matcher.search(source(3, false), {}, { finished });
    expect(new Float32Array(await read(rest.best.buffer))).toEqual(
      new Float32Array(await read(whole.best.buffer)),
    );
    for (const map of ['which', 'whichInverse'] as const)
      expect(new Uint32Array(await read(rest[map]))).toEqual(new Uint32Array(await read(whole[map])));
    const stopped = matcher.search(source(3, false), { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow(/abort/i);
    for (const maps of [whole, begun, rest]) freeMaps(context, maps);
    matcher.destroy();
  });
});
