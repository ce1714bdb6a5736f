/** What the tests of kernels and derivatives have to have a case of: a new kind of layer or loss without one fails here. */
import { describe, expect, test } from 'vitest';
import { leastCapabilities } from '../../../src/gpu/capabilities.ts';
import type { Conv2dKernelName } from '../../../src/gpu/ops/conv2d.ts';
import type { LossKind } from '../../../src/gpu/ops/trainLoss.ts';
import type { Layer } from '../../../src/nn/layers.ts';
import { operationsOf } from '../../../src/nn/operations.ts';
import { compile } from '../../../src/nn/program.ts';
import { Weights } from '../../../src/nn/weights.ts';
import { convolutions, others, packedKernels } from '../../gpu/nn/catalogue.ts';
import { losses } from '../../gpu/train/losses.ts';
import { middles } from './train/graphs.ts';
import { weightsFor } from './weights.ts';

type Names<T extends string> = Readonly<Record<T, true>>;

/** The compiler asks for every kind there is. */
const kinds: Names<Layer['op']> = {
  conv: true,
  convTranspose: true,
  maxPool: true,
  averagePool: true,
  upsample: true,
  add: true,
  concat: true,
  crop: true,
  pad: true,
  activation: true,
  batchNorm: true,
};
const kernels: Names<Conv2dKernelName> = {
  direct: true,
  gemm: true,
  quads: true,
  oneIn: true,
  oneOut: true,
  oneOne: true,
};
const lossKinds: Names<LossKind['kind']> = {
  l1: true,
  l2: true,
  bce: true,
  focal: true,
  expectedCount: true,
};

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

/** A layer's kind, and whatever of it has code of its own. */
function traits(layer: Layer): string[] {
  const found = [layer.op as string];
  if ('activation' in layer) found.push(`${layer.op}, ${layer.activation.kind}`);
  if (layer.op === 'upsample') {
    const corners = layer.alignCorners ? ' between corners' : '';
    found.push(
      `upsample, ${layer.mode}${corners}`,
      `upsample, ${'like' in layer.to ? 'to a size' : 'by a factor'}`,
    );
  }
  if (layer.op === 'conv') found.push(`conv, ${layer.paddingMode}`);
  if (layer.op === 'pad') found.push(`pad, ${layer.mode}`);
  if (layer.op === 'averagePool')
    found.push(`averagePool, ${layer.countPadding ? 'with' : 'without'} its padding`);
  if (layer.op === 'conv' || layer.op === 'convTranspose') {
    found.push(`${layer.op}, ${layer.bias === undefined ? 'without' : 'with'} bias`);
    if (layer.stride.x > 1 || layer.stride.y > 1) found.push(`${layer.op}, strided`);
    if (layer.kernel.x !== layer.kernel.y) found.push(`${layer.op}, oblong`);
  }
  if ('dilation' in layer && (layer.dilation.x > 1 || layer.dilation.y > 1))
    found.push(`${layer.op}, dilated`);
  return found;
}

const wanted = [
  ...Object.keys(kinds),
  ...['none', 'relu', 'leakyRelu', 'sigmoid'].map((kind) => `conv, ${kind}`),
  ...['nearest', 'bilinear', 'bilinear between corners', 'to a size', 'by a factor'].map(
    (of) => `upsample, ${of}`,
  ),
  ...['zero', 'reflect'].flatMap((mode) => [`conv, ${mode}`, `pad, ${mode}`]),
  ...['with', 'without'].flatMap((way) => [
    `averagePool, ${way} its padding`,
    `conv, ${way} bias`,
    `convTranspose, ${way} bias`,
  ]),
  ...['strided', 'oblong'].flatMap((how) => [`conv, ${how}`, `convTranspose, ${how}`]),
  'conv, dilated',
  'maxPool, dilated',
];

describe('there is a case of every kind of layer, and of what has code of its own,', () => {
  const catalogue = [...convolutions, ...others].map(({ graph }) => graph);

  test('in the middle of the networks whose derivatives are checked', () => {
    const middle = middles.flatMap(({ graph }) =>
      graph.layers.filter(({ name }) => name !== 'before' && name !== 'after').flatMap(traits),
    );
    expect(wanted.filter((one) => !middle.includes(one))).toEqual([]);
    for (const { graph } of middles) expect(graph.layers.at(-1)?.name).toBe('after');
  });

  test('in the catalogue of kernels', () => {
    const found = catalogue.flatMap(({ layers }) => layers.flatMap(traits));
    expect(wanted.filter((one) => !found.includes(one))).toEqual([]);
  });

  test('in the catalogue: convolutions from and to 1, 3, 48 and 97 channels, by every kernel, chosen and forced', () => {
    const layers = catalogue.flatMap((graph) => graph.layers);
    const channels = layers.flatMap((layer) =>
      layer.op === 'conv' ? [`${layer.in} →`, `→ ${layer.out}`] : [],
    );
    const each = [1, 3, 48, 97].flatMap((count) => [`${count} →`, `→ ${count}`]);
    expect(each.filter((one) => !channels.includes(one))).toEqual([]);
    const capabilities = { ...leastCapabilities, subgroup: { fewest: 4, most: 4 } };
    const used = catalogue.flatMap((graph) =>
      packedKernels.flatMap((preferred) =>
        operationsOf(compile(graph), new Weights(graph.name, weightsFor(graph, 1)), {
          storage: 'f32',
          capabilities,
          preferred,
        }).flatMap((operation) =>
          operation.kernels.flatMap((kernel) => ('name' in kernel ? [String(kernel.name)] : [])),
        ),
      ),
    );
    expect(sorted(used)).toEqual(sorted(Object.keys(kernels)));
  });
});

test('every loss is compared with its definition', () => {
  expect(sorted(losses.map(({ kind }) => kind))).toEqual(sorted(Object.keys(lossKinds)));
});
