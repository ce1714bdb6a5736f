/** Boxes of picks by way of the worker: the stack is the terminal's to the last bit. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memorySink } from '../../../src/core/bytes.ts';
import type { Pick } from '../../../src/dataset/picks.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { writeExtractedParticles } from '../../../src/formats/star/extracted.ts';
import { writeStarPicks } from '../../../src/formats/star/picks.ts';
import { runJob } from '../../../src/rpc/job.ts';
import { describeGpu } from '../../support/gpu.ts';
import { run } from '../../unit/cli/run.ts';
import { discs } from '../micrographs.ts';
import { computeService } from './service.ts';

const [width, height] = [160, 140];
const picks: readonly Pick[] = [
  { x: 40.3, y: 31, score: 0.9, origin: 'cnn' },
  { x: 100, y: 60.6, score: 0.7, origin: 'cnn' },
  { x: 3.5, y: 130.5, score: 1, origin: 'manual' },
  { x: 80, y: 20, score: 0.2, origin: 'cnn' },
];
const request = {
  read: {},
  picks,
  pixelSizeAngstrom: 2,
  boxAngstrom: 61,
  binTo: 24,
  invert: true,
  normalise: true,
} as const;

async function mrc(data: Float32Array, labels: readonly string[] = []): Promise<Uint8Array<ArrayBuffer>> {
  const sink = memorySink();
  await writeMrc(sink, { width, height, pixelSizeAngstrom: 2, labels }, [data]);
  return sink.bytes();
}

describeGpu('boxes by way of the worker', () => {
  const data = discs(width, height, 8, picks.slice(0, 3));

  test('the stack and its STAR file are the terminal’s to the last bit', async () => {
    const { service } = computeService();
    const bytes = await mrc(data);
    const file = new File([bytes], 'a.mrc');
    const boxes = await runJob((port) => service.extractParticles(file, request, port));
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-boxes-'));
    try {
      writeFileSync(join(folder, 'a.mrc'), bytes);
      // A file has no word for who picked: by hand or not is said by the figure of merit.
      const figures = picks.map(({ x, y, score, origin }) => ({
        x,
        y,
        score: origin === 'manual' ? undefined : score,
      }));
      writeFileSync(join(folder, 'a.star'), writeStarPicks(figures));
      const options = ['--box', '61A', '--bin-to', '24', '-o', folder];
      const told = await run([
        'extract',
        join(folder, 'a.mrc'),
        '--picks',
        join(folder, 'a.star'),
        ...options,
      ]);
      expect(told.code).toBe(0);
      const stack = new Uint8Array(await boxes.stack.arrayBuffer());
      expect(stack).toEqual(new Uint8Array(readFileSync(join(folder, 'a.mrcs'))));
      const { binnedPx, binnedPixelSizeAngstrom, particles, label } = boxes;
      const star = writeExtractedParticles(
        [
          {
            micrograph: 'a.mrc',
            stack: 'a.mrcs',
            pixelSizeAngstrom: 2,
            binnedPixelSizeAngstrom,
            boxPx: binnedPx,
            particles,
          },
        ],
        undefined,
        [label],
      );
      expect(star).toBe(readFileSync(join(folder, 'particles.star'), 'utf8'));
      expect([boxes.boxPx, boxes.overEdge, boxes.flat]).toEqual([32, 1, 0]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a filtered file is refused, in one sentence', async () => {
    const { service } = computeService();
    const file = new File([await mrc(data, ['Cryolite 1: low-pass 20 A'])], 'f.mrc');
    await expect(runJob((port) => service.extractParticles(file, request, port))).rejects.toThrow(
      /^f\.mrc is denoised or filtered, .*\.$/,
    );
  });

  test('pictures, contrasts and classes of picks', async () => {
    const { service, end } = computeService();
    const file = new File([await mrc(data)], 'a.mrc');
    const whole = { frame: 0, read: {}, exposure: undefined };
    const { id } = await runJob((port) => service.open(file, whole, port));
    const places = picks.map(({ x, y }) => ({ x, y }));
    const contrasts = await runJob((port) => service.particleContrasts(id, places, 16, false, port));
    // Three discs, and the fourth place has nothing.
    expect(Math.min(...contrasts.subarray(0, 3))).toBeGreaterThan(5 * Math.abs(contrasts[3] ?? 9));
    const look = { places, boxPx: 32, sidePx: 16, lowpassPx: 4, isContrastOwn: false, range: undefined };
    const sheet = await runJob((port) => service.particleThumbnails(id, 'raw', look, port));
    expect([sheet.sidePx, sheet.pixels.length]).toEqual([16, 4 * 256]);
    const middle = (i: number): number => sheet.pixels[i * 256 + 8 * 16 + 8] ?? 0;
    expect(Math.max(middle(0), middle(1), middle(2))).toBeLessThan(middle(3));
    await runJob((port) =>
      service.filter(
        id,
        { method: 'lengths', pixelSizeAngstrom: 2, lowpassAngstrom: 20, highpassAngstrom: undefined },
        port,
      ),
    );
    const filtered = await runJob((port) => service.particleThumbnails(id, 'filtered', look, port));
    expect(filtered.version).not.toBe(sheet.version);
    const many = Array.from({ length: 8 }, (_, i) => places[i % 3] ?? { x: 0, y: 0 });
    const classes = await runJob((port) =>
      service.classAverages(
        id,
        {
          places: many,
          pixelSizeAngstrom: 2,
          boxPx: 32,
          diameterAngstrom: 32,
          classes: 2,
          brightParticles: false,
        },
        port,
      ),
    );
    expect(classes.averages.length).toBe(2 * 32 * 32);
    expect(classes.classOf.length).toBe(8);
    expect(classes.members).toEqual([0, 1].map((k) => classes.classOf.filter((one) => one === k).length));
    // Bright in the middle.
    expect(classes.averages[16 * 32 + 16]).toBeGreaterThan(1);
    await service.close(id);
    await end();
  });
});
