import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memorySink, memorySource } from '../../../src/core/bytes.ts';
import { decodeHalf } from '../../../src/core/dtype.ts';
import { GpuUnavailableError } from '../../../src/core/errors.ts';
import type { JobOptions } from '../../../src/core/progress.ts';
import { openMicrograph } from '../../../src/dataset/open.ts';
import { writeMrc } from '../../../src/formats/mrc/write.ts';
import { browserFileSource } from '../../../src/platform/browser/fileSource.ts';
import type { OpenRequest } from '../../../src/rpc/contract.ts';
import { runJob } from '../../../src/rpc/job.ts';
import type { CachedTile, PictureSummary } from '../../../src/tiles/cache.ts';
import { describeGpu } from '../../support/gpu.ts';
import { discs, noise } from '../micrographs.ts';
import { computeService } from './service.ts';

const [width, height] = [300, 280];
/** Nothing special. */
const whole: OpenRequest = { frame: 0, read: {}, exposure: undefined };
const centres = [
  { x: 70.3, y: 61 },
  { x: 200, y: 90.6 },
  { x: 128.5, y: 200.5 },
];

async function mrc(name: string, data: Float32Array, cutTo?: number): Promise<File> {
  const sink = memorySink();
  await writeMrc(sink, { width, height, pixelSizeAngstrom: 2 }, [data]);
  return new File([sink.bytes().slice(0, cutTo)], name);
}

function setup(options: { gpu?: boolean; readonly readDelay?: number } = {}) {
  const tiles = new Map<string, CachedTile>();
  const summaries = new Map<string, PictureSummary>();
  const { service, contexts, memory, end } = computeService(
    {
      openCache: async () => ({
        get: async (key) => tiles.get(key),
        put: async (key, tile) => void tiles.set(key, tile),
        summary: async (key) => summaries.get(key),
        putSummary: async (key, summary) => void summaries.set(key, summary),
        usage: async () => ({ bytes: 0, budget: 0, tiles: tiles.size, evicted: 0 }),
        clear: async () => tiles.clear(),
      }),
      sourceOf: (file) => {
        const source = browserFileSource(file);
        return {
          ...source,
          read: async (offset, length) => {
            if (options.readDelay) await new Promise((resolve) => setTimeout(resolve, options.readDelay));
            return source.read(offset, length);
          },
        };
      },
      loadPickerModel: async () =>
        new Uint8Array(
          readFileSync(new URL('../../../public/models/particle-picker.safetensors', import.meta.url)),
        ),
      // Two pictures have room, however small they are.
      residentBudgetBytes: 0,
    },
    () => options.gpu !== false,
  );
  const job = <T>(call: (port: MessagePort) => Promise<T>, jobOptions: JobOptions = {}): Promise<T> =>
    runJob(call, jobOptions);
  return { service, contexts, tiles, job, end, memory };
}

const band = {
  method: 'lengths',
  pixelSizeAngstrom: 2,
  lowpassAngstrom: 12,
  highpassAngstrom: undefined,
} as const;
const pickParameters = {
  pixelSizeAngstrom: 2,
  diameterAngstrom: 44,
  method: 'log',
  brightParticles: false,
} as const;

describeGpu('the compute service', () => {
  test('opens, shows, filters, exports, picks and closes', async () => {
    const { service, contexts, job, end, memory } = setup();
    const report = await service.start();
    expect(report.available).toBe(true);
    expect(report.limits.maxBufferSize).toBeGreaterThan(0);
    const data = discs(width, height, 22, centres);
    const stages = new Set<string>();
    const opened = await job(async (port) => service.open(await mrc('a.mrc', data), whole, port), {
      onProgress: ({ stage }) => stages.add(stage),
    });
    expect(opened).toMatchObject({ name: 'a.mrc', width, height, frames: 1, frame: 0, warnings: [] });
    expect(opened.pyramid).toEqual({ tileSize: 256, levels: 2 });
    expect(opened.contrast.white).toBeGreaterThan(opened.contrast.black);
    const { mean, standardDeviation } = opened.statistics;

    const tile = await service.tile(opened.id, 'raw', 0, 1, 1);
    expect([tile.width, tile.height, tile.data.length]).toEqual([44, 24, 44 * 24]);
    const value = decodeHalf(tile.data[5 * 44 + 7] ?? 0) * standardDeviation + mean;
    const truth = data[261 * width + 263] ?? Number.NaN;
    expect(Math.abs(value - truth)).toBeLessThan(0.02);
    expect(await service.valueAt(opened.id, 'raw', 263.9, 261.2)).toBeCloseTo(truth, 4);
    expect(await service.valueAt(opened.id, 'raw', -0.1, 3)).toBeUndefined();
    await expect(service.tile(opened.id, 'raw', 0, 2, 0)).rejects.toThrow(
      'a.mrc has no tile 2, 0 at level 0.',
    );
    await expect(service.tile(opened.id, 'filtered', 0, 0, 0)).rejects.toMatchObject({
      code: 'not-filtered',
    });

    const filtered = await job((port) => service.filter(opened.id, band, port));
    const file = await job((port) => service.exportFiltered(opened.id, 'filtered', port));
    const bytes = new Uint8Array(await file.arrayBuffer());
    const exported = await openMicrograph(memorySource('out.mrc', bytes));
    const row = await exported.readRows(0, 261, 1);
    expect(await service.valueAt(opened.id, 'filtered', 263, 261)).toBeCloseTo(row[263] ?? Number.NaN, 3);
    const smooth = await service.tile(opened.id, 'filtered', 0, 1, 1);
    expect(
      Math.abs(decodeHalf(smooth.data[5 * 44 + 7] ?? 0) * standardDeviation + mean - (row[263] ?? 0)),
    ).toBeLessThan(0.02);
    expect(Math.abs((row[263] ?? 0) - truth)).toBeGreaterThan(0.01);
    const again = await job((port) => service.filter(opened.id, { ...band, lowpassAngstrom: 30 }, port));
    expect(again.version).not.toBe(filtered.version);
    await expect(
      job((port) => service.filter(opened.id, { ...band, lowpassAngstrom: -1 }, port)),
    ).rejects.toThrow('low-pass cut-off');
    // A refused filter does not cost the one that is shown.
    expect((await service.tile(opened.id, 'filtered', 0, 1, 1)).data).not.toEqual(smooth.data);

    const picked = await job((port) => service.pick(opened.id, pickParameters, port));
    expect(picked.provenance).toMatchObject({ method: 'log', adapter: 'test', diameterAngstrom: 44 });
    for (const centre of centres) {
      const near = picked.picks.slice(0, 3).map(({ x, y }) => Math.hypot(x - centre.x, y - centre.y));
      expect(Math.min(...near)).toBeLessThan(0.7);
    }
    // The raw and the filtered plane, and nothing else.
    expect(await memory()).toBe(2 * width * height * 4);
    await service.close(opened.id);
    expect(await memory()).toBe(0);
    await expect(service.tile(opened.id, 'raw', 0, 0, 0)).rejects.toMatchObject({ code: 'closed' });
    expect(stages.has('Reading pixels')).toBe(true);
    expect([contexts.length, contexts[0]?.isLost]).toEqual([1, false]);
    await end();
  });

  test('finds what looks like a click, also on another micrograph and on a new device, and lets go of it', async () => {
    const { service, contexts, job, end, memory } = setup();
    await service.start();
    const moved = centres.map(({ x, y }) => ({ x: x + 20, y: y + 15 }));
    const ids: number[] = [];
    for (const [i, places] of [centres, moved].entries()) {
      const file = await mrc(`${i}.mrc`, discs(width, height, 22, places));
      ids.push((await job((port) => service.open(file, whole, port))).id);
    }
    const [first = 0, second = 0] = ids;
    const find = (
      id: number,
      picked: { x: number; y: number }[],
      diameterAngstrom = 44,
      examplesOf?: string,
    ) => {
      const parameters = { pixelSizeAngstrom: 2, diameterAngstrom, brightParticles: false, examplesOf };
      return job((port) => service.findByTemplate(id, picked, parameters, port));
    };
    const expectFound = ({ candidates }: Awaited<ReturnType<typeof find>>, places: typeof centres) => {
      for (const { x, y } of places) {
        const best = candidates.slice(0, places.length);
        expect(Math.min(...best.map((one) => Math.hypot(one.x - x, one.y - y)))).toBeLessThan(2);
      }
    };
    const nothing = await find(second, []);
    expect(nothing).toMatchObject({ candidates: [], examples: { particles: 0, micrographs: 0 } });
    const own = await find(first, centres.slice(0, 1));
    expectFound(own, centres);
    expect(own.examples).toEqual({ particles: 1, micrographs: 1 });
    // A batch learns from examples of its own.
    expect((await find(second, [], 44, 'batch')).examples.particles).toBe(0);
    // The template is dark inside, and reaches beyond the particle.
    expect(own.profile.values[0]).toBeLessThan(0);
    expect(own.profile.stepAngstrom * (own.profile.values.length - 1)).toBeGreaterThan(22);
    expectFound(await find(second, []), moved);
    // Another diameter has nothing to do with it.
    expect((await find(second, [], 60)).candidates).toEqual([]);
    await expect(find(first, [], 4000)).rejects.toThrow('more than half of the micrograph');
    contexts[0]?.device.destroy();
    await contexts[0]?.device.lost;
    expectFound(await find(second, []), moved);
    expect(contexts).toHaveLength(2);
    expect((await find(first, [])).candidates).toEqual([]);
    await service.close(first);
    await service.close(second);
    expect(await memory()).toBe(0);
    await end();
  });

  test('an image may have to make room, or be closed, while its tiles are read: no tile fails, no GPU error', async () => {
    const { service, contexts, tiles, job, end, memory } = setup();
    await service.start();
    const ids: number[] = [];
    for (const seed of [1, 2, 3, 4]) {
      const file = await mrc(`${seed}.mrc`, noise(width * height, seed));
      ids.push((await job((port) => service.open(file, whole, port))).id);
    }
    await service.clearCache();
    const [a = 0, b = 0, c = 0, d = 0] = ids;
    // Tiles, filters and picks of four images at once, where two have room.
    const work = [a, b, c, d, a, c, b, d].flatMap((id, i) => [
      service.tile(id, 'raw', 0, i % 2, 1),
      job((port) => service.filter(id, { ...band, lowpassAngstrom: 10 + i }, port)),
      service.tile(id, 'raw', 1, 0, 0),
    ]);
    const results = await Promise.allSettled(work);
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect([contexts.length, contexts[0]?.isLost]).toEqual([1, false]);
    expect(await memory()).toBeLessThanOrEqual(4 * width * height * 4);

    tiles.clear();
    const late = [service.tile(a, 'raw', 0, 0, 0), service.tile(a, 'filtered', 0, 0, 0)];
    await Promise.all(ids.map((id) => service.close(id)));
    for (const { status, ...rest } of await Promise.allSettled(late)) {
      if (status === 'rejected') expect(rest).toMatchObject({ reason: { code: 'closed' } });
    }
    expect(await memory()).toBe(0);
    expect([contexts.length, contexts[0]?.isLost]).toEqual([1, false]);
    await end();
  });

  test('a picture seen before is shown again without reading its pixels', async () => {
    const { service, contexts, job, end } = setup();
    await service.start();
    const file = await mrc('a.mrc', noise(width * height, 1));
    const first = await job((port) => service.open(file, whole, port));
    const tile = await service.tile(first.id, 'raw', 0, 0, 0);
    await service.close(first.id);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(contexts[0]?.memory().bytes).toBe(0);
    const again = await job((port) => service.open(file, whole, port));
    expect({ ...again, id: 0 }).toEqual({ ...first, id: 0 });
    expect(await service.tile(again.id, 'raw', 0, 0, 0)).toEqual(tile);
    expect(contexts[0]?.memory().bytes).toBe(0);
    await service.close(again.id);
    await end();
  });

  test('a new filter while tiles of the old one are read: every tile is kept under its own', async () => {
    const { service, tiles, job, end, contexts } = setup();
    await service.start();
    const file = await mrc('a.mrc', noise(width * height, 1));
    const { id } = await job((port) => service.open(file, whole, port));
    const wavelengths = [8, 40, 12, 100];
    await job((port) => service.filter(id, band, port));
    tiles.clear();
    const filters = wavelengths.map((lowpassAngstrom) => {
      const filter = job((port) => service.filter(id, { ...band, lowpassAngstrom }, port));
      void service.tile(id, 'filtered', 0, 0, 1).catch(() => {});
      return filter;
    });
    await Promise.all(filters);
    await new Promise((resolve) => setTimeout(resolve, 50));
    // The residual's contrast keeps tiles of the raw picture, too.
    const kept = [...tiles].filter(([key]) => key.includes('filtered'));
    expect(kept.length).toBeGreaterThan(0);
    for (const [key, tile] of kept) {
      const lowpassAngstrom = Number(/filtered-2-([\d.]+)-/.exec(key)?.[1]);
      const [level = 0, column = 0, row = 0] = key.split('/').slice(-3).map(Number);
      tiles.clear();
      await job((port) => service.filter(id, { ...band, lowpassAngstrom }, port));
      const fresh = await service.tile(id, 'filtered', level, column, row);
      expect([key, fresh.data]).toEqual([key, tile.data]);
    }
    await service.close(id);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(contexts.map((context) => context.memory().bytes)).toEqual([0]);
    await end();
  });

  test('goes on with a new device when the one it had is lost, for many tiles at once', async () => {
    const { service, contexts, tiles, job, end } = setup();
    await service.start();
    const file = await mrc('a.mrc', noise(width * height, 1));
    const { id } = await job((port) => service.open(file, whole, port));
    await job((port) => service.filter(id, band, port));
    const before = await service.tile(id, 'filtered', 0, 0, 0);
    tiles.clear();
    contexts[0]?.device.destroy();
    const all = await Promise.all([
      service.tile(id, 'filtered', 0, 0, 0),
      service.tile(id, 'raw', 0, 1, 0),
      service.tile(id, 'filtered', 1, 0, 0),
      job((port) => service.pick(id, pickParameters, port)),
    ]);
    expect(all[0]).toEqual(before);
    expect(contexts.length).toBe(2);
    await service.close(id);
    await end();
  });

  test('shows by the CPU when the GPU is gone for good, and comes back with it', async () => {
    const options = { gpu: true };
    const { service, contexts, tiles, job, end } = setup(options);
    await service.start();
    const file = await mrc('a.mrc', noise(width * height, 1));
    const { id } = await job((port) => service.open(file, whole, port));
    await job((port) => service.filter(id, band, port));
    const before = await service.tile(id, 'raw', 1, 0, 0);
    tiles.clear();
    options.gpu = false;
    contexts[0]?.device.destroy();
    await contexts[0]?.device.lost;
    const after = await service.tile(id, 'raw', 1, 0, 0);
    const worst = Math.max(
      ...after.data.map((bits, i) => 1e6 * Math.abs(decodeHalf(bits) - decodeHalf(before.data[i] ?? 0))),
    );
    // Half precision of values up to 4.
    expect(worst).toBeLessThan(1e6 * 2 ** -8);
    await expect(service.tile(id, 'filtered', 1, 0, 0)).rejects.toThrow('needs the GPU, which is gone');
    expect(await service.valueAt(id, 'filtered', 3, 3)).toBeUndefined();
    const other = await mrc('b.mrc', noise(width * height, 2));
    expect((await job((port) => service.open(other, whole, port))).name).toBe('b.mrc');
    options.gpu = true;
    expect((await service.tile(id, 'filtered', 1, 0, 0)).width).toBe(150);
    await service.close(id);
    await end();
  });

  test('cancels: opening, and only for who asked', async () => {
    const { service, contexts, job, end, memory } = setup({ readDelay: 30 });
    await service.start();
    const file = await mrc('a.mrc', noise(width * height, 1));
    const controller = new AbortController();
    const opening = job((port) => service.open(file, whole, port), { signal: controller.signal });
    setTimeout(() => controller.abort(), 40);
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
    expect(await memory()).toBe(0);

    const { id } = await job((port) => service.open(file, whole, port));
    // Two others take its place, so that the pick has to load it again; a tile waits for the same loading.
    for (const name of ['b.mrc', 'c.mrc']) {
      const other = await mrc(name, noise(width * height, name.charCodeAt(0)));
      await job((port) => service.open(other, whole, port));
    }
    await service.clearCache();
    const cancelled = new AbortController();
    const pick = job((port) => service.pick(id, { ...pickParameters, method: 'cnn' }, port), {
      signal: cancelled.signal,
      onProgress: () => cancelled.abort(),
    });
    const tile = service.tile(id, 'raw', 0, 0, 0);
    await expect(pick).rejects.toMatchObject({ name: 'AbortError' });
    expect((await tile).width).toBe(256);
    expect(contexts[0]?.isLost).toBe(false);
    await end();
  });

  test('says what is wrong with a file, and keeps nothing of it', async () => {
    const { service, job, end, memory } = setup();
    await service.start();
    const cut = await mrc('cut.mrc', noise(width * height, 1), 5000);
    await expect(job((port) => service.open(cut, whole, port))).rejects.toMatchObject({
      code: 'truncated',
      message: expect.stringMatching(/^cut\.mrc .*cut off/),
    });
    const good = await mrc('good.mrc', noise(width * height, 1));
    await expect(job((port) => service.open(good, { ...whole, frame: 1 }, port))).rejects.toThrow(
      'good.mrc has 1 frame; there is no frame 2.',
    );
    expect(await memory()).toBe(0);
    await end();
  });

  test('without a GPU it still opens and shows, and says why the rest does not work', async () => {
    const { service, job } = setup({ gpu: false });
    expect(await service.start()).toMatchObject({
      available: false,
      description: 'This browser has no WebGPU.',
    });
    const data = noise(width * height, 1);
    const file = await mrc('a.mrc', data);
    const opened = await job((port) => service.open(file, whole, port));
    const { mean, standardDeviation } = opened.statistics;
    const tile = await service.tile(opened.id, 'raw', 0, 0, 0);
    expect(
      Math.abs(decodeHalf(tile.data[300] ?? 0) * standardDeviation + mean - (data[width + 44] ?? 9)),
    ).toBeLessThan(0.005);
    await expect(service.tile(opened.id, 'filtered', 0, 0, 0)).rejects.toMatchObject({
      code: 'not-filtered',
    });
    for (const needing of [
      (port: MessagePort) => service.filter(opened.id, band, port),
      (port: MessagePort) => service.pick(opened.id, pickParameters, port),
      (port: MessagePort) => service.exportFiltered(opened.id, 'filtered', port),
      (port: MessagePort) => service.demo(port),
    ]) {
      await expect(job<unknown>(needing)).rejects.toThrow(GpuUnavailableError);
    }
    await service.close(opened.id);
    await expect(service.tile(opened.id, 'raw', 0, 0, 0)).rejects.toMatchObject({ code: 'closed' });
  });
});
