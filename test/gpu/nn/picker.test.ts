import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { readSafetensors, type WeightFile } from '../../../src/formats/weights/safetensors.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { Recorder } from '../../../src/gpu/recorder.ts';
import { Network } from '../../../src/nn/network.ts';
import { type PickerModel, parsePickerModel } from '../../../src/pipelines/picking/model.ts';
import { pickWithNetwork } from '../../../src/pipelines/picking/network.ts';
import { largestDifference, rms } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';

const bytesOf = (path: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../../../${path}`, import.meta.url)));

describeGpu('the shipped picking network', (gpu) => {
  let model: PickerModel;
  let golden: WeightFile;
  beforeAll(async () => {
    model = await parsePickerModel(
      bytesOf('public/models/particle-picker.safetensors'),
      'particle-picker.safetensors',
    );
    golden = readSafetensors('golden', bytesOf('test/fixtures/picker-golden.safetensors'));
  });

  test('gives PyTorch’s logits to 1e-4 of their rms', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const network = new Network(context, model.graph, model.tensors);
    const input = golden.tensors.get('input');
    const expected = golden.tensors.get('output');
    if (!input || !expected) throw new Error('The golden file lacks input or output.');
    const [, , height = 0, width = 0] = input.shape;
    const recorder = new Recorder(context);
    const output = await network.record(recorder, Float32Array.from(input.data), width, height);
    recorder.submit();
    const found = new Float32Array(await context.read(output.buffer, output.width * output.height * 4));
    expect([output.height, output.width]).toEqual(expected.shape.slice(2));
    expect(largestDifference(found, expected.data)).toBeLessThan(1e-4 * rms(expected.data));
  });

  test('picks the same particles whatever the tiles are', async () => {
    const context = new GpuContext(gpu.device, 'test');
    const random = createRandom(4);
    const [width, height] = [203, 150];
    const data = Float32Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      const dark = Math.exp(-(((x % 50) - 25) ** 2 + ((y % 50) - 25) ** 2) / 60);
      return random.normal() - 3 * dark;
    });
    const image = { data, width, height, toFile: (position: { x: number; y: number }) => position };
    const whole = await pickWithNetwork(context, image, model, { largestCore: 1024 });
    expect(whole.length).toBeGreaterThan(10);
    for (const largestCore of [64, 120]) {
      const tiled = await pickWithNetwork(context, image, model, { largestCore });
      expect(tiled).toEqual(whole);
    }
  });
});
