import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../../src/formats/weights/safetensors.ts';
import { conv } from '../../../src/nn/build.ts';
import type { Graph } from '../../../src/nn/layers.ts';
import { graphToJson } from '../../../src/nn/parse.ts';
import { Models } from '../../../src/workers/models.ts';
import { weightsFor } from '../nn/weights.ts';

function fileOf(graph: Graph, more: object = {}, spoil: (weights: Float32Array) => void = () => {}): File {
  const tensors = new Map(
    [...weightsFor(graph, 3)].map(([key, tensor]) => [key, { dtype: 'F32' as const, ...tensor }]),
  );
  for (const { data } of tensors.values()) spoil(data);
  const metadata = new Map([['cryolite.graph', JSON.stringify({ ...graphToJson(graph), ...more })]]);
  return new File([writeSafetensors(tensors, metadata)], `${graph.name}.safetensors`);
}

const smoother: Graph = {
  name: 'smoother',
  channels: 1,
  layers: [conv('a', 'input', 1, 4, 5, { padding: 2 }), conv('b', 'a', 4, 1, 3, { padding: 1, bias: false })],
};

describe("the worker's networks of the user", () => {
  it('tell what they are, and are found by their hash until they are closed', async () => {
    const models = new Models(async () => new Uint8Array());
    const described = await models.open(fileOf(smoother));
    expect(described).toMatchObject({
      name: 'smoother.safetensors',
      format: 'Cryolite',
      architecture: 'smoother',
      uses: ['pick', 'denoise'],
      parameters: 4 * 25 + 4 + 4 * 9,
      field: { width: 7, height: 7 },
    });
    // Two operations a weight and pixel; biases come with them.
    expect(described.flopsPerPixel).toBeCloseTo(2 * (4 * 25 + 4 * 9), 6);
    expect(described.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(models.find(described.hash).graph.layers).toHaveLength(2);
    models.close(described.hash);
    expect(() => models.find(described.hash)).toThrow(
      'This network is not open any more; open its file again.',
    );
  });

  it('are taken at their word for what they were made for', async () => {
    const models = new Models(async () => new Uint8Array());
    expect((await models.open(fileOf(smoother, { task: 'denoise' }))).uses).toEqual(['denoise']);
    expect((await models.open(fileOf(smoother, { task: 'pick' }))).uses).toEqual(['pick']);
  });

  it('are refused in a sentence where nothing here can use them, and nothing is kept', async () => {
    const models = new Models(async () => new Uint8Array());
    const colours: Graph = { ...smoother, name: 'colours', layers: [conv('a', 'input', 1, 3, 3)] };
    await expect(models.open(fileOf(colours))).rejects.toThrow(
      'colours.safetensors is no picking network: it gives 3 channels where one is wanted.',
    );
    const spoilt = fileOf(smoother, {}, (weights) => weights.fill(Number.NaN));
    await expect(models.open(spoilt)).rejects.toMatchObject({ problem: 'bad-weights' });
    await expect(models.open(new File([], 'nothing.sav'))).rejects.toMatchObject({ problem: 'empty' });
  });

  const topaz = resolve('../shared/data/weights/topaz');
  if (!existsSync(topaz)) console.warn(`Skipping Topaz's networks in the worker: ${topaz} is not there.`);
  it.skipIf(!existsSync(topaz))('tell those of Topaz apart', async () => {
    const models = new Models(async () => new Uint8Array());
    const open = (name: string) => models.open(new File([readFileSync(resolve(topaz, name))], name));
    expect(await open('affine_L1_v0.2.2.sav')).toMatchObject({
      format: 'Topaz',
      uses: ['denoise'],
      parameters: 962,
      field: { width: 31, height: 31 },
    });
    expect(await open('resnet8_u32.sav')).toMatchObject({
      uses: ['pick'],
      parameters: 328_801,
      field: { width: 71, height: 71 },
    });
  });
});
