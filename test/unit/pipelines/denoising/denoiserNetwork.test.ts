import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../../src/core/errors.ts';
import { receptiveField } from '../../../../src/nn/field.ts';
import { Weights } from '../../../../src/nn/weights.ts';
import {
  correctedBy,
  denoiserGraph,
  initialDenoiser,
} from '../../../../src/pipelines/denoising/network/graph.ts';
import { refinerCost } from '../../../../src/pipelines/denoising/network/refine.ts';
import { refinerOf, usualRefiner } from '../../../../src/pipelines/denoising/network/settings.ts';
import { denoiserModelBytes } from '../../../../src/pipelines/denoising/training/modelFile.ts';
import { checkDenoiser } from '../../../../src/pipelines/models/denoise.ts';
import { type OpenedModel, openModel } from '../../../../src/pipelines/models/open.ts';

const graph = denoiserGraph();
const file = (seed: number) =>
  denoiserModelBytes('d', { graph, tensors: initialDenoiser(graph, seed) }, usualRefiner, { seed });

describe('the denoiser', () => {
  test('makes a picture of a picture, of all weights it names', () => {
    new Weights('d', initialDenoiser(graph, 1)).check(graph);
    expect(receptiveField(graph).x.stride).toBe(1);
    expect(initialDenoiser(graph, 1)).toEqual(initialDenoiser(graph, 1));
    expect(initialDenoiser(graph, 2)).not.toEqual(initialDenoiser(graph, 1));
  });

  test('costs less than an eighth of the Topaz U-Net’s 0.3 MFLOP a pixel', () => {
    for (const pixelSizeAngstrom of [0.7, 1.77, 3.54, 6]) {
      const { flopsPerPixel, working } = refinerCost(
        graph,
        { width: 1024, height: 768 },
        pixelSizeAngstrom,
        usualRefiner,
      );
      expect(flopsPerPixel).toBeLessThan(300_000 / 8);
      // A file pixel costs what its share of a working pixel does, but for the rounding up to whole blocks.
      expect(working.width).toBeCloseTo((1024 * pixelSizeAngstrom) / 8, -1);
    }
  });

  test('corrects as much of the picture as it is asked to: its last layer is so much weaker, no other', () => {
    const all = initialDenoiser(graph, 2);
    for (const [name, { shape, data }] of correctedBy(all, 0.5)) {
      const before = all.get(name);
      expect(shape).toEqual(before?.shape);
      const factor = name.startsWith('correction.') ? 0.5 : 1;
      expect(data).toEqual(before?.data.map((value) => factor * value));
    }
  });

  test('comes back from its file with what it wants to be fed', async () => {
    const model = await openModel('d.safetensors', file(3));
    expect(refinerOf(model)).toEqual(usualRefiner);
    expect(() => checkDenoiser(model)).not.toThrow();
    expect(model.task).toBe('denoise');
  });

  test('refuses a preparation that it does not know', async () => {
    const model = await openModel('d.safetensors', file(3));
    const withSettings = (preprocess: unknown): OpenedModel => ({
      ...model,
      settings: { ...model.settings, preprocess },
    });
    for (const preprocess of [
      { method: 'other', workingPixelAngstrom: 8, clip: 30 },
      { method: 'wiener', workingPixelAngstrom: 0, clip: 30 },
      { method: 'wiener', workingPixelAngstrom: 8 },
      7,
    ]) {
      expect(() => refinerOf(withSettings(preprocess))).toThrow(FormatError);
    }
    expect(refinerOf(withSettings(undefined))).toBeUndefined();
  });
});
