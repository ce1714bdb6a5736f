import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { runTiles } from '../../../src/cli/commands/nnRun.ts';
import { readNpyArray, writeNpyArray } from '../../../src/formats/npy/npy.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import { concat, conv, leakyRelu, pool, upsample } from '../../../src/nn/build.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { openModel } from '../../../src/pipelines/models/open.ts';
import { onnxModel } from '../../bench/compare/onnxModel.ts';
import { runNetwork } from '../../reference/layers.ts';
import { describeGpu } from '../../support/gpu.ts';
import { writeNetwork } from '../../unit/cli/networkFile.ts';
import { run } from '../../unit/cli/run.ts';
import { hasShared, sharedBytes, sharedPath } from '../../unit/formats/sharedData.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import { randomImage } from '../nn/running.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-gpu-nn-'));
afterAll(() => rmSync(root, { recursive: true }));
const path = (name: string): string => join(root, name);

const activation = leakyRelu(0.1);
/** From two channels to three, with a pool, so that tiles have to begin at even pixels. */
const graph: Graph = {
  name: 'small',
  channels: 2,
  layers: [
    conv('a', 'input', 2, 8, 3, { padding: 'same', activation }),
    pool('maxPool', 'p', 'a', 2),
    upsample('u', 'p', 'a'),
    concat('j', ['u', 'a']),
    conv('c', 'j', 16, 3, 1),
  ],
};
const [width, height] = [45, 31];
const image = randomImage(2, width, height, 5);

describeGpu('cryolite nn run', (gpu) => {
  const model = path('small.safetensors');
  const input = path('in.npy');
  writeNetwork(model, graph);
  writeFileSync(input, writeNpyArray([2, height, width], Float32Array.from(image.data)));
  const nn = (output: string, ...more: string[]) =>
    run(['nn', 'run', '--model', model, input, '-o', path(output), ...more]);
  const read = (name: string) => readNpyArray(name, new Uint8Array(readFileSync(path(name))));

  test('gives what f64 gives, channels first', async () => {
    const { code, stdout, stderr } = await nn('out.npy', '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'nn run',
      file: input,
      model,
      network: 'small',
      output: path('out.npy'),
      channels: 3,
      width,
      height,
      dtype: 'f32',
      tiles: 1,
    });
    const { gpuPeakBytes, gpuPeakByOwner } = JSON.parse(stdout);
    expect(gpuPeakByOwner['nn run']).toBe(2 * width * height * 4);
    expect(Object.values<number>(gpuPeakByOwner).reduce((sum, one) => sum + one, 0)).toBe(gpuPeakBytes);
    const expected = runNetwork(graph.layers, image, weightsFor(graph, 3)).get('c');
    const { shape, data } = read('out.npy');
    expect(shape).toEqual([3, height, width]);
    const difference = Math.max(
      ...data.map((value, i) => Math.abs(value - (expected?.data[i] ?? Number.NaN))),
    );
    expect(difference).toBeLessThan(1e-5);
  });

  test('gives the same in tiles', async () => {
    const { stdout } = await nn('tiled.npy', '--tile', '16', '--json');
    expect(JSON.parse(stdout).tiles).toBeGreaterThan(3);
    expect(read('tiled.npy').data).toEqual(read('out.npy').data);
  });

  test('has sent every kernel once before the clock of the tiles starts', async () => {
    const sent = new Set<GPUComputePipeline>();
    const setPipeline = GPUComputePassEncoder.prototype.setPipeline;
    const spy = vi.spyOn(GPUComputePassEncoder.prototype, 'setPipeline').mockImplementation(function (
      this: GPUComputePassEncoder,
      pipeline,
    ) {
      sent.add(pipeline);
      setPipeline.call(this, pipeline);
    });
    let before: number | undefined;
    const context = new GpuContext(gpu.device, 'test');
    const opened = await openModel(model, new Uint8Array(readFileSync(model)));
    const picture = { channels: 2, width, height, data: Float32Array.from(image.data) };
    const { facts } = await runTiles(context, opened, picture, { tile: 20, dtype: 'f32' }, new Map(), {
      onProgress: () => {
        before ??= sent.size;
      },
    });
    spy.mockRestore();
    expect(facts.tiles).toBeGreaterThan(1);
    expect(before).toBeGreaterThan(3);
    expect(sent.size).toBe(before);
    expect(context.memory().bytes).toBe(0);
  });

  test('times every kernel when asked to, into a file too', async () => {
    const file = path('profile.json');
    const timed = await nn('timed.npy', '--json', '--profile', file);
    expect([timed.code, timed.stderr]).toEqual([0, '']);
    const { profile } = JSON.parse(timed.stdout);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(profile);
    expect(profile).toMatchObject({ network: 'small', image: { width, height }, tiles: 1, storage: 'f32' });
    expect(profile.kernels.map(({ name }: { name: string }) => name)).toEqual(['input', 'a', 'p', 'c', '~c']);
    // Never over a file that is there, nor in the place of an array.
    const again = await nn('timed2.npy', '--json', '--profile', file);
    expect([again.code, JSON.parse(again.stdout).error.code]).toEqual([1, 'exists']);
    expect(existsSync(path('timed2.npy'))).toBe(false);
    const swallowed = await run(['nn', 'run', '--profile', input, '--model', model, '-o', path('t.npy')]);
    expect([swallowed.code, swallowed.stderr]).toEqual([2, expect.stringContaining('ends in .json')]);
  });

  test('gives the same where the network comes as ONNX', async () => {
    const tensors = weightsFor(graph, 3);
    writeFileSync(path('small.onnx'), onnxModel({ graph, tensors }, { width, height }));
    const { code, stderr } = await run([
      ...['nn', 'run', '--model', path('small.onnx'), input, '-o', path('onnx.npy')],
    ]);
    expect([code, stderr]).toEqual([0, '']);
    expect(read('onnx.npy').data).toEqual(read('out.npy').data);
  });

  test('stores half as many bits where the GPU can, and else says so', async () => {
    const { code, stderr } = await nn('half.npy', '--dtype', 'f16');
    if (!gpu.adapter.features.has('shader-f16')) {
      expect([code, existsSync(path('half.npy'))]).toEqual([3, false]);
      expect(stderr).toMatch(/has no 16-bit floats/);
      return;
    }
    expect(code).toBe(0);
    const { data } = read('half.npy');
    const full = read('out.npy').data;
    const difference = Math.max(...data.map((value, i) => Math.abs(value - (full[i] ?? Number.NaN))));
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(1e-2);
  });

  test('overwrites nothing without being asked, and no input', async () => {
    const again = await nn('out.npy', '--json');
    expect([again.code, JSON.parse(again.stdout).error.code]).toEqual([1, 'exists']);
    expect((await nn('out.npy', '--overwrite')).code).toBe(0);
    const onto = await run(['nn', 'run', '--model', model, input, '-o', input, '--overwrite']);
    expect(onto.code).toBe(2);
  });

  test('refuses an array of other channels, and a network without all its weights', async () => {
    writeFileSync(path('one.npy'), writeNpyArray([height, width], new Float32Array(height * width)));
    const output = path('never.npy');
    const one = await run(['nn', 'run', '--model', model, path('one.npy'), '-o', output]);
    expect([one.code, one.stderr]).toEqual([
      1,
      `error: ${path('one.npy')} has 1 channel where small takes 2.\n`,
    ]);
    const [first, ...others] = graph.layers;
    if (first?.op !== 'conv') throw new Error('The network begins with a convolution.');
    writeNetwork(path('lacks.safetensors'), { ...graph, layers: [{ ...first, weight: 'other' }, ...others] });
    // The graph in the metadata, JSON in JSON, now asks for a tensor that is not there.
    const text = readFileSync(path('lacks.safetensors'), 'latin1');
    writeFileSync(path('lacks.safetensors'), text.replace('\\"other\\"', '\\"othex\\"'), 'latin1');
    const lacks = await run([
      'nn',
      'run',
      '--model',
      path('lacks.safetensors'),
      input,
      '-o',
      output,
      '--json',
    ]);
    expect(JSON.parse(lacks.stdout).error).toMatchObject({
      code: 'bad-weights',
      message: expect.stringMatching(/lacks the tensor othex/),
    });
    expect(existsSync(output)).toBe(false);
  });
});

const sharedModel = 'data/weights/topaz/affine_L1_v0.2.2.sav';
if (hasShared(sharedModel)) {
  describeGpu('cryolite nn run with a network of Topaz', () => {
    test('gives what PyTorch gives', async () => {
      const input = sharedPath('reference/inputs/bgal_200x312.npy');
      const output = path('affine.npy');
      const { code, stderr } = await run([
        ...['nn', 'run', '--model', sharedPath(sharedModel), input, '-o', output],
      ]);
      expect([code, stderr]).toEqual([0, '']);
      const expected = readNpyArray(
        'golden',
        sharedBytes('reference/outputs/bgal_200x312.affine_L1_v0.2.2.npy'),
      );
      const { shape, data } = readNpyArray('affine.npy', new Uint8Array(readFileSync(output)));
      expect(shape).toEqual(expected.shape);
      const apart = data.map((value, i) => Math.abs(value - (expected.data[i] ?? Number.NaN)));
      expect(Math.max(...apart)).toBeLessThan(1e-4);
    });
  });
} else {
  console.warn(`SKIPPED "a network of Topaz": the shared test data (../shared/${sharedModel}) is not there.`);
}
