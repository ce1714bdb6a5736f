import { describe, expect, test } from 'vitest';
import { leastCapabilities } from '../../../../src/gpu/capabilities.ts';
import { maximalGrid, maximalWork, parts } from '../../../../src/gpu/ops/trainCall.ts';
import {
  chooseTile,
  depth,
  tileColumns,
  tileDefines,
  tileRows,
  tiles,
} from '../../../../src/gpu/ops/trainTile.ts';
import { planChunks } from '../../../../src/gpu/ops/trainWeights.ts';
import { concat, conv, leakyRelu, pool, upsample } from '../../../../src/nn/build.ts';
import type { Graph, Layer } from '../../../../src/nn/layers.ts';
import { layOut } from '../../../../src/nn/train/parameters.ts';
import { planStep, type TrainingPlan } from '../../../../src/nn/train/plan.ts';
import { liveLayers } from '../../../../src/nn/train/wiring.ts';
import { middles } from './graphs.ts';

const update = { adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } };

function planOf(graph: Graph, batch: number, size: number, frozen: readonly string[] = []): TrainingPlan {
  const layout = layOut(graph, liveLayers(graph), (name) => frozen.includes(name));
  return planStep(
    graph,
    layout,
    { batch, width: size, height: size },
    {
      loss: { kind: 'l2' },
      weighted: false,
      update,
      capabilities: leastCapabilities,
    },
  );
}

/** Topaz's denoising U-net, in its shapes. */
function unet(): Graph {
  const activation = leakyRelu(0.1);
  const layers: Layer[] = [];
  let last = 'input';
  let channels = 1;
  const add = (name: string, from: string, inputs: number, outputs: number, kernel = 3): void => {
    layers.push(conv(name, from, inputs, outputs, kernel, { padding: 'same', activation }));
    last = name;
    channels = outputs;
  };
  for (let level = 1; level <= 6; level++) {
    add(`enc${level}`, last, channels, 48, level === 1 ? 7 : 3);
    if (level === 6) break;
    layers.push(pool('maxPool', `pool${level}`, last, 2));
    last = `pool${level}`;
  }
  for (let level = 5; level >= 1; level--) {
    const skip = level === 1 ? 'input' : `pool${level - 1}`;
    layers.push(upsample(`up${level}`, last, skip), concat(`join${level}`, [`up${level}`, skip]));
    const inputs = channels + (level === 1 ? 1 : 48);
    add(`dec${level}.0`, `join${level}`, inputs, level === 1 ? 64 : 96);
    add(`dec${level}.2`, last, channels, level === 1 ? 32 : 96);
  }
  layers.push(conv('last', last, 32, 1, 3, { padding: 'same' }));
  return { name: 'unet', channels: 1, layers };
}

describe('the plan of a step', () => {
  test.each(middles)('of $name is made of what WebGPU takes', ({ graph, batch, height, width }) => {
    const layout = layOut(graph, liveLayers(graph));
    const plan = planStep(
      graph,
      layout,
      { batch, width, height },
      { loss: { kind: 'l2' }, weighted: false, update, capabilities: leastCapabilities },
    );
    // Forward once, backwards twice as much.
    const all = plan.calls.reduce((sum, { work }) => sum + work, 0);
    expect(all).toBeGreaterThan(0);
    for (const { uniforms, grid, work } of plan.calls) {
      expect(uniforms.every(({ value }) => Number.isFinite(value))).toBe(true);
      expect(grid.every((n) => Number.isInteger(n) && n >= 1 && n <= maximalGrid)).toBe(true);
      expect(Number.isSafeInteger(work) && work >= 0 && work <= all).toBe(true);
    }
  });

  test('never gives one buffer to two values that live at once', () => {
    const plan = planOf(unet(), 1, 64);
    const lives = new Map<string, [first: number, last: number]>();
    plan.calls.forEach(({ buffers }, at) => {
      for (const name of buffers) lives.set(name, [lives.get(name)?.[0] ?? at, at]);
    });
    const named = [...plan.slots.slotOf];
    for (const [a, slotOfA] of named)
      for (const [b, slotOfB] of named) {
        const [bornA = 0, diesA = 0] = lives.get(a) ?? [];
        const [bornB = 0, diesB = 0] = lives.get(b) ?? [];
        if (a !== b && slotOfA === slotOfB) expect(diesA < bornB || diesB < bornA, `${a}, ${b}`).toBe(true);
      }
  });

  test('keeps what backward needs and little more', () => {
    const plan = planOf(unet(), 16, 128);
    const total = plan.slots.bytes.reduce((sum, bytes) => sum + bytes, 0);
    const pixels = 16 * 128 * 128 * 4;
    // Kept for backward: the network's values, which a pixel of the image has 97 + 64 + 32 + 48 + … numbers of.
    const kept =
      48 + 97 + 64 + 32 + 2 + ((48 * 2 + 144 + 96 + 96) / 4) * (1 + 1 / 4 + 1 / 16 + 1 / 64 + 1 / 256);
    expect(total).toBeGreaterThan(pixels * kept * 0.9);
    expect(total).toBeLessThan(pixels * kept * 2);
    expect(Math.max(...plan.slots.bytes)).toBeLessThanOrEqual(128 * 2 ** 20);
  });

  test('has no call of more than bounded work, whatever the batch', () => {
    const plan = planOf(unet(), 16, 128);
    const works = plan.calls.map(({ work }) => work);
    expect(Math.max(...works)).toBeLessThanOrEqual(maximalWork);
    // 0.3 MFLOP a pixel forward, twice that backward, and what tiles waste.
    const total = works.reduce((sum, one) => sum + one, 0);
    expect(total / (16 * 128 * 128)).toBeGreaterThan(0.9e6);
    expect(total / (16 * 128 * 128)).toBeLessThan(1.3e6);
  });

  test('cuts the weight gradient of a wide convolution in both directions', () => {
    const graph: Graph = { name: 'wide', channels: 1024, layers: [conv('c', 'input', 1024, 1024, 3)] };
    const calls = planOf(graph, 8, 34).calls.filter(({ shader }) => shader.includes('weight_gemm'));
    expect(Math.max(...calls.map(({ work }) => work))).toBeLessThanOrEqual(maximalWork);
    const tiles = calls.reduce((sum, { grid: [x, y, z] }) => sum + x * y * z, 0);
    expect(tiles).toBe(16 * Math.ceil((9 * 1024 + 1) / 64));
  });

  test('computes neither what nobody reads nor gradients of what does not learn', () => {
    const graph: Graph = {
      name: 'g',
      channels: 1,
      layers: [
        conv('a', 'input', 1, 2, 3),
        conv('unread', 'a', 2, 2, 3),
        conv('b', 'a', 2, 2, 3),
        conv('c', 'b', 2, 1, 3),
      ],
    };
    const names = (frozen: readonly string[]): string[] =>
      planOf(graph, 1, 16, frozen).calls.flatMap(({ buffers }) => [...buffers]);
    expect(names([]).some((name) => name.includes('unread'))).toBe(false);
    expect(names([])).toContain('gradient of a');
    expect(names([])).not.toContain('gradient of input');
    const frozen = ['a.weight', 'a.bias', 'b.weight', 'b.bias'];
    expect(names(frozen)).not.toContain('gradient of b');
    expect(names(frozen)).toContain('partial sums of c');
    expect(names(frozen)).not.toContain('partial sums of b');
  });
});

describe('tiles of matrix products', () => {
  test.each(tiles)('$across × $down threads fit every adapter', (tile) => {
    const { THREADS, LEFTSIZE, RIGHTSIZE, TILEROWS } = tileDefines(tile);
    expect(Number(THREADS)).toBeLessThanOrEqual(256);
    // Both sides, and the places of pixels and taps.
    expect(16 * (Number(LEFTSIZE) + Number(RIGHTSIZE) + Number(TILEROWS) + depth)).toBeLessThanOrEqual(16384);
    // Blocks of 4 × 4 numbers that are turned.
    expect((tileRows(tile) * depth) % 16).toBe(0);
    expect((tileColumns(tile) * depth) % 16).toBe(0);
  });

  test('suit the columns', () => {
    const columns = (n: number): number => tileColumns(chooseTile(1e6, n));
    expect([1, 8, 16, 32, 48, 64, 96, 97, 128].map(columns)).toEqual([8, 8, 16, 32, 48, 64, 48, 64, 64]);
  });

  test.each([
    [100, 9, 1],
    [6144, 217, 8],
    [262144, 865, 96],
    [16 * 9 * 9, 433, 128],
    [1, 1, 1],
  ])('%i pixels in chunks for %i × %i weights', (pixels, taps, columns) => {
    const { chunks, chunkPixels, floats } = planChunks(pixels, taps, columns, chooseTile);
    expect(chunkPixels % depth).toBe(0);
    expect(chunks * chunkPixels).toBeGreaterThanOrEqual(pixels);
    expect((chunks - 1) * chunkPixels).toBeLessThan(pixels);
    expect(floats * 4).toBeLessThanOrEqual(16 * 2 ** 20);
  });

  test('are dispatched in parts', () => {
    expect(parts(10, maximalWork / 4)).toEqual([
      [0, 4],
      [4, 4],
      [8, 2],
    ]);
    expect(parts(2, 10 * maximalWork)).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(parts(100000, 1)).toEqual([
      [0, 65535],
      [65535, 34465],
    ]);
  });
});
