/** The residual and the halves of a movie by way of the worker. */
import { expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import { decodeHalf } from '../../../src/core/dtype.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import type { OpenRequest } from '../../../src/rpc/contract.ts';
import { runJob } from '../../../src/rpc/job.ts';
import { describeGpu } from '../../support/gpu.ts';
import { noise } from '../micrographs.ts';
import { computeService } from './service.ts';

/** The smallest that is taken for a movie. */
const side = 512;
const frames = 4;
const request = { pixelSizeAngstrom: 2, diameterAngstrom: 60 };
const whole: OpenRequest = { frame: 0, read: {}, exposure: undefined };
const lowpass = {
  method: 'lengths',
  pixelSizeAngstrom: 2,
  lowpassAngstrom: 20,
  highpassAngstrom: undefined,
} as const;

/** Discs of 30 px under noise of their own in each frame. */
async function movie(count: number): Promise<File> {
  const sink = memorySink();
  const pixels = Array.from({ length: count }, (_, frame) =>
    noise(side * side, 20 + frame).map((value, i) => {
      const isInside = Math.hypot(((i % side) % 48) - 24, (Math.floor(i / side) % 48) - 24) < 15;
      return Math.round(200 + 20 * value - (isInside ? 20 : 0));
    }),
  );
  await writeMrc(sink, { width: side, height: side, frames: count, mode: 6, pixelSizeAngstrom: 2 }, pixels);
  return new File([sink.bytes()], 'movie_frames.mrc');
}

describeGpu('trust by way of the worker', () => {
  test('tiles of the residual, what its spectrum tells, and the halves of a movie', async () => {
    const { service, memory, end } = computeService();
    await service.start();
    const { id, kind } = await runJob(async (port) => service.open(await movie(frames), whole, port));
    expect(kind).toBe('movie');
    await expect(service.tile(id, 'residual', 0, 0, 0)).rejects.toMatchObject({ code: 'not-filtered' });
    const { residualContrast } = await runJob((port) => service.filter(id, lowpass, port));
    expect(residualContrast.white).toBe(-residualContrast.black);
    const [raw, filtered, residual] = await Promise.all(
      (['raw', 'filtered', 'residual'] as const).map((which) => service.tile(id, which, 0, 0, 0)),
    );
    for (const at of [0, 777, 256 * 256 - 1]) {
      const [a, b, c] = [raw, filtered, residual].map((tile) => decodeHalf(tile?.data[at] ?? 0));
      expect(c).toBeCloseTo((a ?? 0) - (b ?? 0), 2);
    }
    const report = await runJob((port) => service.judgeResidual(id, request, port));
    expect(report.verdict).toContain('only noise was removed');
    const halves = await runJob((port) => service.compareHalves(id, lowpass, request, port));
    const [particle] = halves.bands;
    expect(particle?.rawFrc).toBeGreaterThan(0.5);
    expect(particle?.signalKept).toBeGreaterThan(0.8);
    expect(particle?.signalKept).toBeLessThan(1.1);
    await service.close(id);

    const single = await runJob(async (port) => service.open(await movie(1), whole, port));
    const refused = runJob((port) => service.compareHalves(single.id, lowpass, request, port));
    await expect(refused).rejects.toThrow('a single micrograph has no halves');
    await service.close(single.id);
    expect(await memory()).toBe(0);
    await end();
  });
});
