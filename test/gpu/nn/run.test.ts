import { beforeAll, expect, test } from 'vitest';
import { FormatError, GpuLimitError } from '../../../src/core/errors.ts';
import { GpuContext } from '../../../src/gpu/context.ts';
import type { Planes } from '../../../src/gpu/ops/planes.ts';
import { activate, conv, pool } from '../../../src/nn/build.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { Network } from '../../../src/nn/network.ts';
import { featureMap, makeMap, runNetwork, valueAt } from '../../reference/layers.ts';
import { largestDifference } from '../../support/compare.ts';
import { describeGpu } from '../../support/gpu.ts';
import { smallUnet } from '../../unit/nn/networks.ts';
import { weightsFor } from '../../unit/nn/weights.ts';
import { SmallContext } from '../micrographs.ts';
import { randomImage, runOnGpu } from './running.ts';

const copy = (channels: number): Graph => ({
  name: 'copy',
  channels,
  layers: [activate('same', 'input', { kind: 'none' })],
});
const graph = smallUnet(8);
const tensors = weightsFor(graph, 1);

describeGpu('a network run', (gpu) => {
  let context: GpuContext;
  beforeAll(() => {
    context = new GpuContext(gpu.device, 'test');
  });
  const read = async ({ buffer, width, height }: Planes, channels: number) =>
    new Float32Array(await context.read(buffer, width * height * channels * 4));

  test.each([1, 3, 6])(
    'shows the picture’s mirror image where the image reaches beyond it (%i channels)',
    async (channels) => {
      const picture = randomImage(channels, 5, 3, 1);
      const network = new Network(context, copy(channels), new Map());
      const size = { width: 19, height: 11 };
      const run = await network.prepare(size);
      const [tile] = run.tiles;
      if (!tile) throw new Error('There is no tile.');
      const buffer = context.upload('test', Float32Array.from(picture.data));
      const found = run.run(tile, { buffer, width: 5, height: 3, origin: { x: 8, y: 4 } });
      const mirror = (i: number, length: number): number => {
        const folded = ((i % (2 * length)) + 2 * length) % (2 * length);
        return Math.min(folded, 2 * length - 1 - folded);
      };
      const expected = makeMap(channels, size.width, size.height, (c, y, x) =>
        valueAt(picture, c, mirror(y - 4, 3), mirror(x - 8, 5)),
      );
      expect(await read(found, channels)).toEqual(Float32Array.from(expected.data));
      run.destroy();
      network.destroy();
      context.free(buffer);
      expect(context.memory().bytes).toBe(0);
    },
  );

  test('takes its part of the image from the CPU, and puts results where it is told', async () => {
    const image = randomImage(1, 37, 29, 2);
    const whole = await runOnGpu(context, graph, tensors, image);
    const network = new Network(context, graph, tensors);
    const run = await network.prepare(image, { longestTile: 16 });
    const output = context.buffer('test', 40 * 30 * 4);
    for (const tile of run.tiles) {
      const { x, y, width, height } = tile.input;
      const part = makeMap(1, width, height, (_, v, u) => valueAt(image, 0, y + v, x + u));
      // One pixel down and three to the right, in wider rows.
      const planes = { buffer: output, width: 40, height: 30, origin: { x: -3, y: -1 } };
      run.run(tile, Float32Array.from(part.data), planes);
      expect(() => run.run(tile, new Float32Array(3))).toThrow(RangeError);
    }
    const found = featureMap(1, 40, 30, new Float32Array(await context.read(output, 40 * 30 * 4)));
    const expected = makeMap(1, 40, 30, (_, y, x) =>
      x >= 3 && y >= 1 ? valueAt(whole, 0, y - 1, x - 3) : 0,
    );
    expect(largestDifference(found.data, expected.data)).toBe(0);
    run.destroy();
    network.destroy();
    context.free(output);
    expect(context.memory().bytes).toBe(0);
  });

  test('makes tiles of a single pixel, however many they are', async () => {
    const network = new Network(context, copy(1), new Map());
    const run = await network.prepare({ width: 413, height: 400 }, { longestTile: 1 });
    expect(run.tiles.length).toBe(413 * 400);
    const tile = run.tiles[70 * 413 + 12];
    if (!tile) throw new Error('There is no such tile.');
    expect(tile.region).toEqual({ x: 12, y: 70, width: 1, height: 1 });
    expect(await read(run.run(tile, Float32Array.of(0.25)), 1)).toEqual(Float32Array.of(0.25));
    run.destroy();
    network.destroy();
  });

  test('looks at every pixel of a tile’s part of the image, and at none beside it', async () => {
    const image = randomImage(1, 45, 41, 6);
    const network = new Network(context, graph, tensors);
    const run = await network.prepare(image, { longestTile: 8 });
    const tile = run.tiles.find(({ column, row }) => column === 2 && row === 2);
    if (!tile) throw new Error('There is no tile in the middle.');
    const { x, y, width, height } = tile.input;
    const shown = async (change: { x: number; y: number } | undefined): Promise<Float32Array> => {
      const data = Float32Array.from(image.data);
      // So large that it wins every maximum that it reaches.
      if (change) data[change.y * image.width + change.x] = 1000;
      const buffer = context.upload('test', data);
      const found = run.run(tile, {
        buffer,
        width: image.width,
        height: image.height,
        origin: { x: 0, y: 0 },
      });
      const result = await read(found, 1);
      context.free(buffer);
      return result;
    };
    const expected = await shown(undefined);
    const middle = { x: x + (width >> 1), y: y + (height >> 1) };
    const inside = [
      { ...middle, x },
      { ...middle, x: x + width - 1 },
      { ...middle, y },
      { ...middle, y: y + height - 1 },
    ];
    const outside = [
      { ...middle, x: x - 1 },
      { ...middle, x: x + width },
      { ...middle, y: y - 1 },
      { ...middle, y: y + height },
    ];
    for (const pixel of inside) expect(await shown(pixel)).not.toEqual(expected);
    for (const pixel of outside) expect(await shown(pixel)).toEqual(expected);
    run.destroy();
    network.destroy();
    expect(context.memory().bytes).toBe(0);
  });

  test('keeps all values where it is told to', async () => {
    const image = randomImage(1, 24, 20, 3);
    const expected = runNetwork(graph.layers, image, tensors);
    const network = new Network(context, graph, tensors);
    const run = await network.prepare(image, { keep: true });
    const [tile] = run.tiles;
    if (!tile) throw new Error('There is no tile.');
    run.run(tile, Float32Array.from(image.data));
    for (const name of ['enc1', 'pool1', 'enc2', 'pool2', 'enc3', 'dec2']) {
      const { tensor, region } = run.placed(name) ?? {};
      const truth = expected.get(name);
      if (!tensor || !region || !truth) throw new Error(`${name} was not kept.`);
      expect([region.width, region.height]).toEqual([truth.width, truth.height]);
      const { buffer, row, pixel, base } = tensor.view;
      const data = new Float32Array(await context.read(buffer, buffer.size));
      const map = makeMap(
        truth.channels,
        truth.width,
        truth.height,
        (c, y, x) => data[4 * (base + y * row + x * pixel + (c >> 2)) + (c & 3)] ?? Number.NaN,
      );
      expect(largestDifference(map.data, truth.data)).toBeLessThan(1e-5);
    }
    expect(run.placed('up2')).toBeUndefined();
    run.destroy();
    network.destroy();
  });

  test('uses smaller tiles where buffers are small: the same bits, and nothing stays behind whatever is refused', async () => {
    const image = randomImage(1, 64, 50, 4);
    const whole = await runOnGpu(context, graph, tensors, image);
    const small = new SmallContext(gpu.device, 0);
    const tiles = new Set<number>();
    let refused = 0;
    for (let limit = 500; limit < 200_000; limit *= 2) {
      small.limit = limit;
      try {
        const found = await runOnGpu(small, graph, tensors, image);
        expect(found.data).toEqual(whole.data);
        tiles.add(found.tiles);
      } catch (error) {
        expect(error).toBeInstanceOf(GpuLimitError);
        refused++;
      }
      expect(small.memory().bytes).toBe(0);
    }
    expect([refused > 2, tiles.size > 1]).toEqual([true, true]);
  });

  test('refuses pictures that are too small, and weights that are not finite, and keeps nothing', async () => {
    const deep: Graph = {
      name: 'deep',
      channels: 1,
      layers: [pool('maxPool', 'p', 'input', 8), conv('c', 'p', 1, 1, 1)],
    };
    const network = new Network(context, deep, weightsFor(deep, 1));
    await expect(network.prepare({ width: 7, height: 100 })).rejects.toThrow(
      "deep can't be run on a picture of 7 × 100 px, which is too small",
    );
    network.destroy();
    const broken = weightsFor(graph, 1);
    broken.get('dec2.weight')?.data.fill(Number.NaN, 5, 6);
    const open = () => new Network(context, graph, broken);
    expect(open).toThrow(FormatError);
    expect(open).toThrow('small U-net has NaN in the tensor dec2.weight, at element 5');
    expect(context.memory().bytes).toBe(0);
  });
});
