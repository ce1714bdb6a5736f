/** Picking as Topaz's own program does, against what it gives on a whole micrograph (`../shared/reference/full`). */
import { beforeAll, expect, test } from 'vitest';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { suppressScores } from '../../../src/gpu/ops/suppress.ts';
import { loadPlane } from '../../../src/pipelines/load.ts';
import { densePicture, lowestLogOdds } from '../../../src/pipelines/picking/dense.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { describeWithShared, sharedSource, sharedText } from '../../unit/formats/sharedData.ts';
import { readPlane } from '../nn/topaz.ts';

const micrographPath = 'data/apoferritin/May08_05.53.51_avg.mrc';

describeWithShared('reference/full', 'picking as Topaz does', () => {
  /** x and y in the small picture, score; best first. */
  const golden = (): number[][] =>
    sharedText('reference/full/May08_05.53.51_avg.resnet8_u32.picks_r13.csv')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));

  describeGpu('on a whole micrograph', (gpu) => {
    let context: GpuContext;
    beforeAll(() => {
      context = new GpuContext(gpu.device, 'test');
    });

    test('the picture is made smaller and standardised as Topaz does', async () => {
      const loaded = await loadPlane(context, await openMicrograph(sharedSource(micrographPath)), 0);
      const picture = await densePicture(context, loaded, 3, false);
      const expected = readPlane('full/May08_05.53.51_avg.down3.affine');
      expect(picture).toMatchObject({ width: 413, height: 400 });
      const found = new Float32Array(await context.read(picture.buffer, 413 * 400 * 4));
      expect(largestDifference(found, expected.data)).toBeLessThan(5e-5);
      context.free(picture.buffer, loaded.plane.buffer);
    });

    test('its scores are thinned to its 674 picks, the same to the last one', async () => {
      const { width, height, data } = readPlane('full/May08_05.53.51_avg.resnet8_u32.score');
      const scores = { buffer: context.upload('test', Float32Array.from(data)), width, height };
      const picks = await suppressScores(context, scores, { x: 0, y: 0, width, height }, 13, lowestLogOdds);
      expect(picks.map(({ x, y }) => [x, y])).toEqual(golden().map(([x, y]) => [x, y]));
      context.free(scores.buffer);
    });
  });
});
