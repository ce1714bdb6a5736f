/** Histogram, line profile, region and the live filter by way of the worker. */
import { expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { decodeHalf } from '../../../src/core/dtype.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { runJob } from '../../../src/rpc/job.ts';
import { describeGpu } from '../../support/gpu.ts';
import { noise } from '../micrographs.ts';
import { computeService } from './service.ts';

const [width, height] = [301, 203];
/** A slope under noise, in counts. */
const pixels = noise(width * height, 7).map(
  (value, i) => 500 + 3 * (i % width) - 2 * Math.floor(i / width) + 5 * value,
);
const lowpass = {
  method: 'lengths',
  pixelSizeAngstrom: 2,
  lowpassAngstrom: 20,
  highpassAngstrom: undefined,
} as const;

describeGpu('looking closely by way of the worker', () => {
  test('tells what is in the file, in its units', async () => {
    const { service, memory, end } = computeService();
    await service.start();
    const sink = memorySink();
    await writeMrc(sink, { width, height, pixelSizeAngstrom: 2 }, [pixels]);
    const file = new File([sink.bytes()], 'slope.mrc');
    const { id } = await runJob((port) =>
      service.open(file, { frame: 0, read: {}, exposure: undefined }, port),
    );

    const { counts, mean, sigma } = await service.histogram(id, 'raw');
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(width * height);
    expect(mean).toBeCloseTo(0, 2);
    expect(sigma).toBeCloseTo(1, 2);

    // Along a row every sample is a pixel.
    const row = 57;
    const request = { from: { x: 20, y: row }, to: { x: 60, y: row }, widthPx: 1 };
    const { stepPx, values } = await runJob((port) => service.lineProfile(id, 'raw', request, port));
    expect(stepPx).toBe(1);
    expect(values).toHaveLength(41);
    for (const at of [0, 17, 40]) expect(values[at]).toBeCloseTo(pixels[row * width + 20 + at] ?? 0, 2);

    // A region that reaches over the border is cut.
    const region = { x: 290, y: 195, width: 50, height: 50 };
    const inside = Array.from(pixels).filter(
      (_, i) => i % width >= region.x && Math.floor(i / width) >= region.y,
    );
    const found = await runJob((port) => service.regionStatistics(id, 'raw', region, port));
    expect(found.region).toEqual({ x: 290, y: 195, width: 11, height: 8 });
    expect(found.mean).toBeCloseTo(inside.reduce((sum, value) => sum + value, 0) / inside.length, 2);
    expect(found.min).toBeCloseTo(Math.min(...inside), 2);
    expect(found.max).toBeCloseTo(Math.max(...inside), 2);

    // All tiles at full size are the picture: the live filter is then the filter.
    await runJob((port) => service.filter(id, lowpass, port));
    const block = { level: 0, column: 0, row: 0, columns: 2, rows: 1 };
    const live = await service.filterBlock(id, lowpass, block);
    expect([live.width, live.height]).toEqual([width, height]);
    const tile = await service.tile(id, 'filtered', 0, 0, 0);
    for (const [x, y] of [
      [0, 0],
      [130, 90],
      [255, 202],
    ] as const) {
      const wanted = decodeHalf(tile.data[y * tile.width + x] ?? 0);
      expect(Math.abs(decodeHalf(live.data[y * width + x] ?? 0) - wanted)).toBeLessThan(0.005);
    }
    await expect(service.filterBlock(id, lowpass, { ...block, column: 2 })).rejects.toThrow(/no block/);
    await service.close(id);
    expect(await memory()).toBe(0);
    await end();
  });
});
