import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GpuLimitError, UsageError } from '../../../src/core/errors.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { createGpuProvider, withGpu } from '../../../src/jobs/gpu.ts';
import { Network } from '../../../src/nn/network.ts';
import { bandPassPlane } from '../../../src/pipelines/denoising/bandPass.ts';
import { evaluatePicks } from '../../../src/pipelines/evaluation/evaluate.ts';
import { loadPlane } from '../../../src/pipelines/load.ts';
import { parsePickerModel, type WorkingScalePicker } from '../../../src/pipelines/picking/model.ts';
import {
  type NetworkPickOptions,
  type PickedTile,
  type PickProgress,
  pickWithNetwork,
} from '../../../src/pipelines/picking/network.ts';
import { pickParticles } from '../../../src/pipelines/picking/pick.ts';
import { defaultSimulation, simulateMicrograph } from '../../../src/pipelines/simulation/simulate.ts';
import { describeGpu, sparesSwiftShader } from '../../support/gpu.ts';
import { discs, micrographOf, noise, openContext, SmallContext } from '../micrographs.ts';

let model: WorkingScalePicker;
beforeAll(async () => {
  const path = new URL('../../../public/models/particle-picker.safetensors', import.meta.url);
  model = await parsePickerModel(new Uint8Array(readFileSync(path)), 'particle-picker.safetensors');
});

type Centre = { x: number; y: number };

const centres: Centre[] = [
  { x: 50.3, y: 40.7 },
  { x: 120.5, y: 44 },
  { x: 187.8, y: 60.2 },
  { x: 60, y: 120.4 },
  { x: 140.2, y: 130.9 },
];
const request = {
  method: 'log',
  pixelSizeAngstrom: 2,
  diameterAngstrom: 44,
  brightParticles: false,
} as const;

describeGpu('picking', (gpu) => {
  // One for all that picks with the network: its kernels take software GPUs long to compile.
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });
  afterAll(() => context.destroy());

  test.each([
    ['whole', false, 1, 0.5],
    ['binned by 2', false, 2, 1],
    ['bright', true, 1, 0.5],
  ])('LoG finds discs where they are (%s, bright: %s)', async (_, bright, bin, tolerance) => {
    const [width, height] = [241, 180];
    const data = discs(width, height, 22, centres).map((value) => (bright ? -value : value));
    const context = new GpuContext(gpu.device, 'test');
    const loader = bin === 1 ? context : new SmallContext(gpu.device, 120_000);
    const loaded = await loadPlane(loader, micrographOf(width, height, data), 0);
    expect(loaded.bin).toBe(bin);
    const size = { width, height };
    const before = context.bytesRead;
    const outcome = await pickParticles(
      context,
      loaded,
      size,
      { ...request, brightParticles: bright },
      model,
    );
    // Candidates, where the response itself has 200 kB.
    expect(context.bytesRead - before).toBeLessThan(20_000);
    const best = outcome.picks.slice(0, centres.length);
    for (const centre of centres) {
      const distance = Math.min(...best.map(({ x, y }) => Math.hypot(x - centre.x, y - centre.y)));
      expect(distance).toBeLessThan(tolerance);
    }
    expect(outcome.picks[centres.length]?.score ?? 0).toBeLessThan(0.6 * (best.at(-1)?.score ?? 0));
    loader.free(loaded.plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test('an empty picture has no picks, a wrong diameter is refused, and nothing stays behind', async () => {
    const size = { width: 100, height: 90 };
    const loaded = await loadPlane(context, micrographOf(100, 90, new Float32Array(9000).fill(5)), 0);
    for (const method of ['log', 'cnn'] as const) {
      // The larger the particle, the smaller the network's picture.
      const large = { ...request, method, diameterAngstrom: 88 };
      const { picks } = await pickParticles(context, loaded, size, large, model);
      expect(method === 'log' ? picks.length : picks.filter(({ score }) => score > 0.9).length).toBe(0);
    }
    const wrong = pickParticles(context, loaded, size, { ...request, diameterAngstrom: 1000 }, model);
    await expect(wrong).rejects.toThrow(UsageError);
    const signal = AbortSignal.abort();
    const cancelled = pickParticles(context, loaded, size, { ...request, method: 'cnn' }, model, { signal });
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    context.free(loaded.plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test('the network finds simulated particles with an F1 of 0.6 at least', async () => {
    const parameters = { ...defaultSimulation, size: 1024, particles: 50 };
    const { counts, truth } = await simulateMicrograph(context, parameters);
    const loaded = await loadPlane(context, micrographOf(1024, 1024, counts), 0);
    const finished: PickProgress = new Map();
    const before = context.bytesRead;
    const { picks, suggestedThreshold, scale, contamination } = await pickParticles(
      context,
      loaded,
      { width: 1024, height: 1024 },
      { method: 'cnn', pixelSizeAngstrom: 1.5, diameterAngstrom: 150, brightParticles: false },
      model,
      { resume: { finished } },
    );
    expect(scale).toBeCloseTo(100 / 24, 12);
    // Candidates of 20 bytes, their number for each tile, and two medians; of
    // contamination a byte a square, in rows of whole words.
    const candidates = [...finished.values()].flatMap((tile) => tile.candidates).length;
    const { width: columns = 0, height: rows = 0 } = contamination ?? {};
    const mask = (columns + 4) * rows;
    expect(context.bytesRead - before).toBeLessThan(20 * candidates + 4 * finished.size + 17 + mask);
    const kept = picks.filter(({ score }) => score >= suggestedThreshold);
    const particles = truth.map(({ x, y }) => ({ x, y, score: 1, origin: 'file' as const }));
    const { f1 } = evaluatePicks([{ name: 'simulated', picks: kept, truth: particles }], 30);
    expect(f1).toBeGreaterThan(0.6);
    context.free(loaded.plane.buffer);
    expect(context.memory().bytes).toBe(0);
  });

  test('whatever buffer is refused, nothing stays behind', async () => {
    const [width, height] = [100, 90];
    const data = noise(width * height, 1);
    const context = new SmallContext(gpu.device, 0);
    let refused = 0;
    let done = 0;
    // From too small for the picture to large enough for all, so that every buffer in turn is the one too many.
    for (let limit = 30_000; limit < 3e7; limit *= 1.7) {
      context.limit = limit;
      try {
        const loaded = await loadPlane(context, micrographOf(width, height, data), 0);
        try {
          const band = { pixelSizeAngstrom: 2, lowpassAngstrom: 20, highpassAngstrom: undefined };
          const filtered = await bandPassPlane(context, loaded, band);
          context.free(filtered.buffer);
          // Particles smaller than the working size: the picture is enlarged.
          const small = { ...request, diameterAngstrom: 30 };
          await pickParticles(context, loaded, { width, height }, small, model);
          const network = new Network(context, model.graph, model.tensors);
          network.destroy();
          done++;
        } finally {
          context.free(loaded.plane.buffer);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(GpuLimitError);
        refused++;
      }
      expect([Math.round(limit), context.memory().bytes, [...context.memory().byOwner]]).toEqual([
        Math.round(limit),
        0,
        [],
      ]);
    }
    expect([refused > 3, done > 2]).toEqual([true, true]);
  });

  test('a model whose tensors do not fit its graph leaves nothing behind', () => {
    const context = new GpuContext(gpu.device, 'test');
    const tensors = new Map(model.tensors);
    tensors.delete('outputs.bias');
    expect(() => new Network(context, model.graph, tensors)).toThrow('lacks the tensor outputs.bias');
    expect(context.memory().bytes).toBe(0);
  });
});

describeGpu('a device lost in the middle of picking', () => {
  test.skipIf(sparesSwiftShader)(
    'the job goes on with a new one: the same picks, and no tile twice',
    async () => {
      const [width, height] = [90, 30];
      const data = discs(width, height, 24, [
        { x: 25, y: 15 },
        { x: 66, y: 14 },
      ]).map((value) => (value - 100) / 3);
      /** Counts how often each tile is done. */
      class Counted extends Map<number, PickedTile> {
        readonly times: number[] = [];
        override set(index: number, found: PickedTile): this {
          this.times[index] = (this.times[index] ?? 0) + 1;
          return super.set(index, found);
        }
      }
      const pick = async (context: GpuContext, options: NetworkPickOptions) => {
        const plane = { buffer: context.upload('test', data), width, height };
        try {
          return await pickWithNetwork(context, { plane, toFile: (position) => position }, model, options);
        } finally {
          context.free(plane.buffer);
        }
      };
      let opened = 0;
      const provider = createGpuProvider(async () => {
        opened++;
        return await openContext();
      });
      const largestTile = 32;
      const undisturbed = await withGpu(provider, (context) => pick(context, { largestTile }));
      const finished = new Counted();
      let told = 0;
      const resumed = await withGpu(
        provider,
        (context) =>
          pick(context, {
            largestTile,
            finished,
            onProgress: ({ done }) => {
              if (done === 2 && told === 0) context.device.destroy();
            },
          }),
        () => told++,
      );
      expect(undisturbed.candidates.length).toBeGreaterThan(0);
      expect(resumed).toEqual(undisturbed);
      expect([told, opened]).toEqual([1, 2]);
      expect(finished.times).toEqual(new Array(finished.size).fill(1));
      const last = await provider.acquire();
      expect(last.memory().bytes).toBe(0);
      provider.dispose();
      await last.device.lost;
    },
  );
});
