/** The reference that judges the kernels, and the importer of ONNX models, are judged by PyTorch. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { readNpyArray } from '../../../src/formats/npy/npy.ts';
import { readOnnx } from '../../../src/formats/onnx/read.ts';
import { onnxNetwork } from '../../../src/nn/imports/onnx.ts';
import { outputName } from '../../../src/nn/layers.ts';
import { inferSizes } from '../../../src/nn/sizes.ts';
import { hasTorch, runPython } from '../../fixtures/torch.ts';
import { featureMap, makeMap, runNetwork } from '../../reference/layers.ts';
import { largestDifference } from '../../support/compare.ts';
import { networks } from './networks.ts';
import { weightsFor } from './weights.ts';

const program = readFileSync(resolve(import.meta.dirname, '../../fixtures/torch_networks.py'), 'utf8');
const ask = (...command: string[]): unknown => JSON.parse(runPython(program, ...command));

describe.skipIf(!hasTorch('networks in PyTorch'))('PyTorch', () => {
  test('gives what the reference gives, and values of the sizes that we infer, on random networks', {
    timeout: 60_000,
  }, () => {
    const cases = fc.sample(networks(8, 14), { seed: 41, numRuns: 120 });
    const random = createRandom(1);
    const asked = cases.map(({ graph, image }, seed) => {
      const map = makeMap(graph.channels, image.width, image.height, () => random.normal());
      const tensors = weightsFor(graph, seed);
      const plain = [...tensors].map(([name, { shape, data }]) => [name, { shape, data: [...data] }]);
      const json = {
        layers: graph.layers,
        image: { shape: [map.channels, map.height, map.width], data: [...map.data] },
        tensors: Object.fromEntries(plain),
      };
      return { json, graph, image, expected: runNetwork(graph.layers, map, tensors).get(outputName(graph)) };
    });
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-torch-'));
    try {
      const path = join(folder, 'cases.json');
      writeFileSync(path, JSON.stringify(asked.map(({ json }) => json)));
      const answers = ask('graphs', path) as { shape: number[]; data: number[] }[];
      for (const [i, { graph, image, expected }] of asked.entries()) {
        const { x, y } = inferSizes(graph, image);
        const name = outputName(graph);
        const answer = answers[i];
        expect([y.get(name), x.get(name)]).toEqual(answer?.shape.slice(1));
        const ops = graph.layers.map(({ op }) => op).join();
        const close = largestDifference(expected?.data ?? [], answer?.data ?? [0]) < 1e-9;
        expect([i, ops, close]).toEqual([i, ops, true]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('exports ONNX models that we read as it means them', { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'cryolite-torch-'));
    try {
      const names = ask('onnx', folder) as string[];
      expect(names).toHaveLength(10);
      for (const name of names) {
        const bytes = (end: string) => new Uint8Array(readFileSync(join(folder, `${name}${end}`)));
        const { graph, tensors } = onnxNetwork(name, readOnnx(name, bytes('.onnx')));
        const { shape, data } = readNpyArray(name, bytes('.in.npy'));
        const [channels = 0, height = 0, width = 0] = shape;
        const values = runNetwork(graph.layers, featureMap(channels, width, height, data), tensors);
        const expected = readNpyArray(name, bytes('.out.npy'));
        const found = values.get(outputName(graph));
        expect([name, found?.channels, found?.height, found?.width]).toEqual([name, ...expected.shape]);
        expect(largestDifference(found?.data ?? [], expected.data)).toBeLessThan(2e-5);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
