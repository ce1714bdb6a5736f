import { afterAll, beforeAll, expect, test } from 'vitest';
import { GpuContext } from '../../../src/gpu/context.ts';
import { GpuScenes } from '../../../src/pipelines/simulation/gpuScenes.ts';
import { VolumeSpectrum } from '../../../src/pipelines/simulation/projector.ts';
import { canvasSide } from '../../../src/pipelines/simulation/sceneCanvas.ts';
import { SceneFeed } from '../../../src/pipelines/simulation/sceneFeed.ts';
import {
  defaultScenes,
  type SceneGrain,
  type SceneSettings,
  TrainingScenes,
} from '../../../src/pipelines/simulation/scenes.ts';
import { counterNormals } from '../../reference/counterNormals.ts';
import { describeGpu } from '../../support/gpu.ts';

/** Canvases of 80²; six of them have every contaminant, heaps and smeared borders. */
const small: SceneSettings = {
  ...defaultScenes,
  seed: 4,
  sizePx: 53,
  workingDiameterPx: 12,
  contamination: 3,
  withClean: true,
};

/** The noise that the GPU draws for a scene, by the reference's own arithmetic. */
function grainOf(settings: SceneSettings, index: number): SceneGrain {
  const area = canvasSide(settings) ** 2;
  const numbers = (stream: number): Float64Array =>
    Float64Array.from({ length: area }, (_, i) => i).map((i) => normal(i, stream)[0]);
  const normal = (i: number, stream: number) => counterNormals([i, stream, settings.seed, index]);
  const waves = new Float64Array(2 * area);
  for (let i = 0; i < area; i++) waves.set(normal(i, 0), 2 * i);
  return { film: numbers(1), waves };
}

function farthest(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (!a || !b || a.length !== b.length) throw new Error('There are not two pictures of one size.');
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

/** Of the pixels, those that differ. */
function differing(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + (value === b[i] ? 0 : 1), 0) / a.length;
}

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

describeGpu('training scenes on the GPU', (gpu) => {
  // One for all: software GPUs take longer to compile than to draw.
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });
  afterAll(() => context.destroy());

  async function withScenes(
    settings: SceneSettings,
    atOnce: number,
    work: (scenes: GpuScenes) => Promise<void>,
  ): Promise<void> {
    const scenes = new GpuScenes(context, settings, atOnce);
    try {
      await work(scenes);
    } finally {
      scenes.destroy();
    }
  }

  test('are those of the processor, given the same noise', async () => {
    await withScenes(small, 6, async (scenes) => {
      const oracle = new TrainingScenes(small);
      const made = await scenes.batch(0);
      const kinds = new Set<string>();
      let [heaps, borders] = [0, 0];
      made.forEach((scene, index) => {
        const { contents, imaging } = scenes.drawn(index);
        const { image, second, clean, contamination, ignore, ...facts } = oracle.imaged(
          contents,
          imaging,
          grainOf(small, index),
        );
        // In deviations of the noise: sines of 32 bits, sums of transforms; the rims of beads, where r² − d² is nearly 0, are worst.
        expect(farthest(scene.image, image)).toBeLessThan(5e-3);
        expect(farthest(scene.second, second)).toBeLessThan(5e-3);
        expect(farthest(scene.clean, clean)).toBeLessThan(5e-3);
        // A pixel or two upon an outline.
        expect(differing(scene.contamination, contamination)).toBeLessThan(1e-3);
        expect(differing(scene.ignore, ignore)).toBeLessThan(1e-3);
        expect(scene).toMatchObject(facts);
        for (const { matter } of contents.contaminants) kinds.add(matter.kind);
        heaps += contents.heaps.length;
        if (Object.values(imaging.border).some((width) => width > 0)) borders++;
      });
      expect(kinds.size).toBe(6);
      expect(Math.min(heaps, borders)).toBeGreaterThan(0);
    });
  });

  test('have the contents of the processor’s', async () => {
    await withScenes(small, 2, async (scenes) => {
      const [, scene] = await scenes.batch(1);
      const other = new TrainingScenes(small).at(3);
      expect(scene?.protein).toBe(other.protein);
      expect(scene?.pixelSizeAngstrom).toBe(other.pixelSizeAngstrom);
      expect(scene?.defocusAngstrom).toBe(other.defocusAngstrom);
    });
  });

  test('are a pure function of settings and number, whatever else is in the batch', async () => {
    await withScenes(small, 2, async (scenes) => {
      const [first, second] = await scenes.batch(0);
      const [again, stranger] = await scenes.imaged([scenes.drawn(1), scenes.drawn(6)]);
      expect(again).toEqual(second);
      expect(stranger?.image).not.toEqual(first?.image);
    });
  });

  test('are fed to a training one by one, from a real GPU or where they are asked for', async () => {
    const source = { acquire: async () => context };
    const [feed, usual] = [new SceneFeed(small, source, 'gpu', 2), new SceneFeed(small, source)];
    try {
      await withScenes(small, 2, async (scenes) => {
        const [, second] = await scenes.batch(0);
        expect(await feed.at(1)).toEqual(second);
        expect(await feed.at(2)).toEqual((await scenes.batch(1))[0]);
      });
      const ofProcessor = new TrainingScenes(small).at(1);
      const other = await usual.at(1);
      if (context.capabilities.isProcessor) expect(other).toEqual(ofProcessor);
      else expect(other.image).not.toEqual(ofProcessor.image);
    } finally {
      await Promise.all([feed.dispose(), usual.dispose()]);
    }
  });

  test('take volumes, and have the noise that their signal-to-noise says', async () => {
    const data = Float32Array.from({ length: 16 ** 3 }, (_, i) => {
      const [x, y, z] = [(i % 16) - 8, (Math.floor(i / 16) % 16) - 8, Math.floor(i / 256) - 8];
      return 1.7 / (1 + Math.exp(2 * (Math.hypot(x, y, 2 * z) - 5)));
    });
    const volume = new VolumeSpectrum({ side: 16, voxelSizeAngstrom: 8, diameterAngstrom: 84, data });
    const settings: SceneSettings = {
      ...small,
      sizePx: 120,
      volumes: [volume],
      volumeShare: 1,
      contamination: 0,
      effects: 0,
      highpassDiameters: 0,
      clip: 1e9,
      signalToNoise: { low: 0.2, high: 0.2 },
    };
    await withScenes(settings, 2, async (scenes) => {
      let checked = 0;
      for (const { image, second, clean, particles, extentPx, protein } of await scenes.batch(0)) {
        expect(protein).toBe('volume 0');
        if (!clean || particles.length < 12) continue;
        const inside = [...clean].filter((_, i) =>
          particles.some((p) => Math.hypot(p.x - (i % 120), p.y - Math.floor(i / 120)) <= extentPx / 2),
        );
        const noise = [image, second].map((one) => [...one].map((value, i) => value - (clean[i] ?? 0)));
        const [one = [], two = []] = noise;
        expect(Math.abs(variance(inside) / variance(one) / 0.2 - 1)).toBeLessThan(0.05);
        const both = variance(one.map((value, i) => value + (two[i] ?? 0)));
        expect(Math.abs(both / (variance(one) + variance(two)) - 1)).toBeLessThan(0.15);
        checked++;
      }
      expect(checked).toBeGreaterThan(0);
    });
  });
});
