import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeLayer } from '../../../src/cli/commands/nnInfo.ts';
import { writeSafetensors } from '../../../src/formats/weights/safetensors.ts';
import {
  add,
  conv,
  convTranspose,
  crop,
  leakyRelu,
  pad,
  pool,
  relu,
  upsample,
} from '../../../src/nn/build.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { onnxModel } from '../../bench/compare/onnxModel.ts';
import { describeWithShared, sharedPath } from '../formats/sharedData.ts';
import { smallUnet } from '../nn/networks.ts';
import { weightsFor } from '../nn/weights.ts';
import { writeNetwork } from './networkFile.ts';
import { run } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'cryolite-nn-'));
afterAll(() => rmSync(root, { recursive: true }));

function modelFile(name: string, graph: Graph, spoil?: (weights: Float32Array) => void): string {
  const path = join(root, name);
  writeNetwork(path, graph, spoil);
  return path;
}

const json = async (...args: string[]) => {
  const { code, stdout } = await run(['nn', 'info', '--json', ...args]);
  return { code, ...JSON.parse(stdout) };
};

describe('nn info', () => {
  const unet = modelFile('unet.safetensors', smallUnet(8));

  it('tells what a network costs, sees and stores', async () => {
    const facts = await json(unet, '--size', '64');
    expect(facts).toMatchObject({
      code: 0,
      command: 'nn info',
      file: unet,
      format: 'Cryolite',
      name: 'small U-net',
      channels: 1,
      result: { channels: 1, width: 64, height: 64 },
    });
    // conv 1→8, 8→8 at half, 8→8 at a quarter, 16→16 at half, 17→1: weights and biases.
    expect(facts.parameters).toBe(80 + 584 + 584 + 2320 + 154);
    const convolutions = 2 * 9 * (8 + (64 + 16 * 16) / 4 + 64 / 16 + 17);
    const pools = 4 * 8 * (1 / 4 + 1 / 16);
    expect(facts.flopsPerPixel).toBeCloseTo(convolutions + pools, 6);
    expect(facts.receptiveField.x).toMatchObject({ stride: 1, period: 4 });
    expect(facts.layers).toHaveLength(smallUnet(8).layers.length);
    expect(facts.layers[0]).toMatchObject({ name: 'enc1', op: 'conv', inputs: ['input'], channels: 8 });
    // At least the two values between which the first pool works live at once, and the result has a buffer.
    expect(facts.memory.bytes).toBeGreaterThan(64 * 64 * 4 * (8 + 2 + 1));
    expect(facts.memory.buffers).toContain(64 * 64 * 4);
    expect(facts.kernels).toBeLessThan(facts.layers.length);
    expect(facts.tiles).toMatchObject({ count: 1, width: 64, height: 64 });
  });

  it('stores half as much of what is packed in half precision', async () => {
    const [full, half] = [await json(unet), await json(unet, '--dtype', 'f16')];
    expect(half.memory.bytes).toBeLessThan(0.7 * full.memory.bytes);
    expect(half.memory.dtype).toBe('f16');
  });

  it('plans tiles for the smallest buffers that an adapter may have', async () => {
    const { tiles } = await json(unet, '--size', '8192');
    expect(tiles.count).toBeGreaterThan(1);
    expect(tiles.count * tiles.width * tiles.height).toBeGreaterThanOrEqual(8192 * 8192);
    // Eight channels of a tile and its surroundings are one buffer.
    expect(tiles.width * tiles.height * 8 * 4).toBeLessThan(2 ** 27);
    expect(tiles.bytes).toBeLessThanOrEqual(2 ** 29);
  });

  it('prints a table whose shares add up', async () => {
    const { code, stdout, stderr } = await run(['nn', 'info', unet, '--size', '100']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ {2}image +1 channel of 100 × 100 px → 1 channel of 100 × 100 px$/m);
    expect(stdout).toMatch(/^ {2}parameters +3 722, 14.5 KiB$/m);
    expect(stdout).toMatch(
      /^ {2}field +27 px \(-13 … 13\) on both axes; the grid of pooling repeats every 4 px$/m,
    );
    expect(stdout).toMatch(/^ {2}enc1 +conv 3 × 3, padding 1, leaky ReLU 0.1 +input +8 × 100 × 100 +80 /m);
    expect(stdout).toMatch(/^ {2}join1 +join +up1 \+ input +9 × |^ {2}join1 +join +up1 \+ input +17 × /m);
    const shares = [...stdout.matchAll(/ ([\d.]+) %$/gm)].map(([, share]) => Number(share));
    expect(shares).toHaveLength(smallUnet(8).layers.length);
    expect(Math.abs(shares.reduce((sum, one) => sum + one, 0) - 100)).toBeLessThan(0.6);
  });

  it('describes every kind of layer', () => {
    expect([
      describeLayer(conv('a', 'input', 1, 2, { x: 3, y: 5 }, { stride: 2, dilation: 3, activation: relu })),
      describeLayer(conv('a', 'input', 1, 2, 3, { padding: { left: 1, right: 0, top: 0, bottom: 0 } })),
      describeLayer(conv('a', 'input', 1, 2, 3, { padding: 1, paddingMode: 'reflect' })),
      describeLayer(convTranspose('a', 'input', 1, 2, 4, { stride: 2, crop: 1 })),
      describeLayer(pool('maxPool', 'a', 'input', 2)),
      describeLayer(pool('averagePool', 'a', 'input', 3, { stride: 2, padding: 1 })),
      describeLayer(upsample('a', 'input', 'b')),
      describeLayer(upsample('a', 'input', 2, 'bilinear')),
      describeLayer(add('a', ['b', 'c'], leakyRelu(0.2))),
      describeLayer(crop('a', 'input', 4)),
      describeLayer(pad('a', 'input', 35)),
    ]).toEqual([
      'conv 3 × 5, stride 2, dilation 3, ReLU',
      'conv 3 × 3, padding (left 1, right 0, top 0, bottom 0)',
      'conv 3 × 3, padding 1, mirrored',
      'transposed conv 4 × 4, stride 2, crop 1',
      'max pool 2 × 2',
      'average pool 3 × 3, stride 2, padding 1',
      'up-sample, as b, nearest',
      'up-sample, × 2, bilinear',
      'add, leaky ReLU 0.2',
      'crop 4',
      'pad 35',
    ]);
  });

  it('knows ONNX models', async () => {
    const graph = smallUnet(8);
    const path = join(root, 'unet.onnx');
    writeFileSync(path, onnxModel({ graph, tensors: weightsFor(graph, 3) }, { width: 64, height: 64 }));
    const [theirs, ours] = [await json(path, '--size', '64'), await json(unet, '--size', '64')];
    expect([theirs.code, theirs.format]).toEqual([0, 'ONNX']);
    expect(theirs.parameters).toBe(ours.parameters);
    expect(theirs.receptiveField).toEqual(ours.receptiveField);
    expect(theirs.kernels).toBe(ours.kernels);
    expect(theirs.memory).toEqual(ours.memory);
  });

  it('refuses what is no network in a sentence that names the file', async () => {
    const bare = join(root, 'bare.safetensors');
    writeFileSync(bare, writeSafetensors(new Map()));
    writeFileSync(join(root, 'net.txt'), 'no network');
    const cases = [
      [bare, 'bad-weights', /bare\.safetensors is no Cryolite network: its metadata lack cryolite\.graph\.$/],
      [join(root, 'absent.safetensors'), 'no-model', /absent\.safetensors can't be read/],
      [join(root, 'net.txt'), 'bad-weights', /net\.txt is no network by its content/],
      [
        modelFile('nan.safetensors', smallUnet(4), (weights) => weights.fill(Number.NaN, 3, 4)),
        'bad-weights',
        /has NaN in the tensor enc1\.weight, at element 3/,
      ],
    ] as const;
    for (const [file, code, message] of cases) {
      const { error } = await json(file);
      expect([error.code, message.test(error.message) ? '' : error.message]).toEqual([code, '']);
    }
    expect((await run(['nn', 'info', unet, '--size', '0'])).code).toBe(2);
    const { code, error } = await json(unet, '--size', '2');
    expect([code, error.code]).toEqual([1, 'wrong-shape']);
  });
});

describe('nn run', () => {
  const model = modelFile('run.safetensors', smallUnet(4));
  const input = join(root, 'in.npy');
  writeFileSync(input, 'an array');

  it.each([
    [
      'its array',
      `${root}/./in.npy`,
      /in\.npy would be replaced by its own result: give another output\.\n$/,
    ],
    ['its network', `${root}/../${basename(root)}/run.safetensors`, /run\.safetensors would be replaced by/],
    ['a folder', root, /is a folder: give the name of a file\.\n$/],
  ])('does not take the place of %s', async (_, output, words) => {
    const found = await run(['nn', 'run', '--model', model, input, '-o', output, '--overwrite']);
    expect([found.code, found.stderr]).toEqual([2, expect.stringMatching(words)]);
    expect(readFileSync(input, 'utf8')).toBe('an array');
  });
});

describeWithShared('data/weights/topaz', 'nn info on the networks of Topaz', () => {
  it.each([
    ['unet_L2_v0.2.1', 969_745, -159, 32],
    ['unet_small_L1_v0.2.2', 649_137, -44, 8],
    ['fcnn_L1_v0.2.2', 511_233, -15, 1],
    ['affine_L1_v0.2.2', 962, -15, 1],
    ['resnet8_u32', 328_801, -35, 1],
    ['resnet16_u32', 458_145, -45, 1],
  ])('%s', async (name, parameters, from, period) => {
    const facts = await json(sharedPath(`data/weights/topaz/${name}.sav`), '--size', '200');
    expect(facts).toMatchObject({ code: 0, format: 'Topaz', parameters });
    expect(facts.result).toEqual({ channels: 1, width: 200, height: 200 });
    expect(facts.receptiveField.x).toMatchObject({ from, period, stride: 1 });
  });
});
