import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { readSafetensors, type WeightFile } from '../../../src/formats/weights/safetensors.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { parsePickerModel, type WorkingScalePicker } from '../../../src/pipelines/picking/model.ts';
import { pickWithNetwork } from '../../../src/pipelines/picking/network.ts';
import { featureMap } from '../../reference/layers.ts';
import { largestDifference, rms } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { runOnGpu } from './running.ts';

const bytesOf = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../../../${path}`, import.meta.url)));

describeGpu('the shipped picking network', (gpu) => {
  let model: WorkingScalePicker;
  let golden: WeightFile;
  beforeAll(async () => {
    model = await parsePickerModel(
      bytesOf('public/models/particle-picker.safetensors'),
      'particle-picker.safetensors',
    );
    golden = readSafetensors('golden', bytesOf('test/fixtures/picker-golden.safetensors'));
  });

  test('gives PyTorch’s logits to 1e-4 of their rms, in tiles too', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const input = golden.tensors.get('input');
    const expected = golden.tensors.get('output');
    if (!input || !expected) throw new Error('The golden file lacks input or output.');
    const [, , height = 0, width = 0] = input.shape;
    const image = featureMap(1, width, height, input.data);
    const found = await runOnGpu(context, model.graph, model.tensors, image);
    expect([found.height, found.width]).toEqual(expected.shape.slice(2));
    expect(largestDifference(found.data, expected.data)).toBeLessThan(1e-4 * rms(expected.data));
    const longestTile = Math.ceil(found.width / 2);
    const tiled = await runOnGpu(context, model.graph, model.tensors, image, { longestTile });
    expect(tiled.tiles).toBeGreaterThan(1);
    expect(tiled.data).toEqual(found.data);
  });

  test('picks the same particles whatever the tiles are', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const random = createRandom(4);
    const [width, height] = [153, 100];
    const data = Float32Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      const dark = Math.exp(-(((x % 50) - 25) ** 2 + ((y % 50) - 25) ** 2) / 60);
      return random.normal() - 3 * dark;
    });
    const plane = { buffer: context.upload('test', data), width, height };
    const image = { plane, toFile: (position: { x: number; y: number }) => position };
    const whole = await pickWithNetwork(context, image, model, { largestTile: 1024 });
    expect(whole.candidates.length).toBeGreaterThan(4);
    const tiled = await pickWithNetwork(context, image, model, { largestTile: 80 });
    expect(tiled).toEqual(whole);
    context.free(plane.buffer);
  });
});
