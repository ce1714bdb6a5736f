import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { correlationAt } from '../../../src/pipelines/template/correlation.ts';
import { fitTemplate, templateRadiusDiameters } from '../../../src/pipelines/template/fit.ts';
import { TemplateMatcher } from '../../../src/pipelines/template/matcher.ts';
import { addParticle, emptySums, type Picture, templateOf } from '../../../src/pipelines/template/profile.ts';
import { describeGpu } from '../../support/gpu.ts';

const diameterPx = 16;
const radiusPx = templateRadiusDiameters * diameterPx;

/** Dark rings at known places in noise. */
function rings(seed: number, amplitude: number) {
  const random = createRandom(seed);
  const [width, height] = [230, 190];
  const data = Float32Array.from({ length: width * height }, () => random.normal());
  const centres: { x: number; y: number }[] = [];
  for (let row = 0; row < 6; row++) {
    for (let column = 0; column < 7; column++) {
      const centre = { x: 25 + 30 * column + 6 * random.uniform(), y: 20 + 29 * row + 6 * random.uniform() };
      centres.push(centre);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const radius = Math.hypot(x - centre.x, y - centre.y);
          if (radius > 16) continue;
          const at = y * width + x;
          data[at] = (data[at] ?? 0) - amplitude * Math.exp(-(((radius - 6) / 2) ** 2));
        }
      }
    }
  }
  return { picture: { data, width, height } satisfies Picture, centres };
}

describeGpu('the instant template', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });

  const withMatcher = async <T>(picture: Picture, work: (matcher: TemplateMatcher) => Promise<T>) => {
    const { width, height } = picture;
    const plane = { buffer: context.upload('test', Float32Array.from(picture.data)), width, height };
    const matcher = await TemplateMatcher.open(context, plane, radiusPx);
    try {
      return await work(matcher);
    } finally {
      matcher.destroy();
      context.free(plane.buffer);
    }
  };

  test('scores every place as its definition does, to 0.02', async () => {
    const { picture, centres } = rings(1, 1.5);
    const sums = emptySums(radiusPx);
    for (const centre of centres.slice(0, 5)) addParticle(sums, picture, centre);
    const template = templateOf(sums);
    if (!template) throw new Error('There is no template.');
    await withMatcher(picture, async (matcher) => {
      const plane = await matcher.scores(template);
      const scores = new Float32Array(await context.read(plane.buffer, plane.width * plane.height * 4));
      context.free(plane.buffer);
      let largest = 0;
      for (let y = 1; y < picture.height; y += 7) {
        for (let x = 2; x < picture.width; x += 7) {
          const found = scores[y * plane.width + x] ?? Number.NaN;
          largest = Math.max(largest, Math.abs(found - correlationAt(picture, { x, y }, template)));
        }
      }
      expect(largest).toBeLessThan(0.02);
    });
  });

  test.each([1, 3, 12])('finds all particles from %i clicks beside their centres', async (clicks) => {
    const { picture, centres } = rings(2, 1.6);
    const random = createRandom(3);
    const picked = centres
      .slice(0, clicks)
      .map(({ x, y }) => ({ x: x + 1.5 * random.normal(), y: y + 1.5 * random.normal() }));
    const fit = await withMatcher(picture, (matcher) =>
      fitTemplate({ matcher, picture, picked, diameterPx }),
    );
    const best = (fit?.candidates ?? []).slice(0, centres.length);
    const hits = centres.filter((centre) =>
      best.some(({ x, y }) => Math.hypot(x - centre.x, y - centre.y) < diameterPx / 8),
    );
    expect(hits.length).toBeGreaterThanOrEqual(centres.length - 1);
    if (clicks > 5) {
      const kept = fit?.candidates.filter(({ score }) => score >= fit.suggestedThreshold).length ?? 0;
      expect(kept).toBeGreaterThan(0.7 * centres.length);
      expect(kept).toBeLessThan(1.7 * centres.length);
    }
  });

  test('takes what was picked on another micrograph', async () => {
    const first = rings(4, 1.6);
    const picked = first.centres.slice(0, 6);
    const learnt = await withMatcher(first.picture, (matcher) =>
      fitTemplate({ matcher, picture: first.picture, picked, diameterPx }),
    );
    const { picture, centres } = rings(5, 1.6);
    const fit = await withMatcher(picture, (matcher) =>
      fitTemplate({ matcher, picture, picked: [], diameterPx }, learnt?.sums),
    );
    const best = (fit?.candidates ?? []).slice(0, centres.length);
    const hits = centres.filter((centre) =>
      best.some(({ x, y }) => Math.hypot(x - centre.x, y - centre.y) < diameterPx / 8),
    );
    expect(hits.length).toBeGreaterThanOrEqual(centres.length - 1);
  });

  test('has nothing to say without a click', async () => {
    const { picture } = rings(6, 1);
    const fit = await withMatcher(picture, (matcher) =>
      fitTemplate({ matcher, picture, picked: [], diameterPx }),
    );
    expect(fit).toBeUndefined();
  });
});
