/**
 * The general picker: what it is made of, and what it says of each cell.
 *
 * Most of its work is done at strides 4 to 16, where a channel costs little and sees much: a particle is 24 px wide, so a cell of stride 16
 * and its neighbours are two particles. The way back is narrow, since all it has to add is where exactly.
 */
import { createRandom } from '../../../core/random.ts';
import { batchNorm, concat, conv, leakyRelu, upsample } from '../../../nn/build.ts';
import { type Graph, type Layer, outputName } from '../../../nn/layers.ts';
import type { NamedTensor, NamedTensors } from '../../../nn/train/parameters.ts';
import { tensorsOf } from '../../../nn/train/parameters.ts';
import type { NetworkWeights } from '../matchedFilter.ts';

/** Channels of the result, logits all. An offset is (sigmoid − ½) · `offsetCells` from a cell's centre to the particle's. */
export const outputs = ['particle', 'contamination', 'offsetX', 'offsetY'] as const;
export const offsetCells = 4;

/** Px of the working image from one cell of the result to the next. */
export const stride = 2;
/** Pictures to learn from have sides that are a multiple of it. */
export const period = 16;

/** Channels at strides 2, 4, 8, 16, and on the way back at 2. */
export interface Widths {
  readonly two: number;
  readonly four: number;
  readonly eight: number;
  readonly sixteen: number;
  readonly back: number;
}

export interface Design {
  readonly widths: Widths;
  /** 16, or 8 for a network that sees half as far. */
  readonly coarsestStride: 8 | 16;
}

export const usualDesign: Design = {
  widths: { two: 16, four: 32, eight: 48, sixteen: 64, back: 16 },
  coarsestStride: 16,
};

/** The network as it learns, with a batch normalisation behind every hidden convolution. */
export function generalGraph({ widths, coarsestStride }: Design = usualDesign): Graph {
  const { two, four, eight, sixteen, back } = widths;
  const layers: Layer[] = [];
  const block = (name: string, input: string, from: number, to: number, kernel: number, step = 1): string => {
    // Of an even picture every second cell is asked for, whose middle lies between two pixels.
    const padding =
      step === 2
        ? { left: kernel / 2 - 1, right: kernel / 2 - 1, top: kernel / 2 - 1, bottom: kernel / 2 - 1 }
        : 'same';
    layers.push(
      conv(`${name}.conv`, input, from, to, kernel, { stride: step, padding, bias: false }),
      batchNorm(name, `${name}.conv`, to, { activation: leakyRelu(0.1) }),
    );
    return name;
  };
  const joined = (name: string, below: string, beside: string): string => {
    layers.push(upsample(`${name}.up`, below, 2), concat(`${name}.cat`, [`${name}.up`, beside]));
    return `${name}.cat`;
  };
  const s2 = block('two.b', block('two.a', 'input', 1, two, 8, 2), two, two, 3);
  const s4 = block(
    'four.c',
    block('four.b', block('four.a', s2, two, four, 4, 2), four, four, 3),
    four,
    four,
    3,
  );
  const s8 = block(
    'eight.c',
    block('eight.b', block('eight.a', s4, four, eight, 4, 2), eight, eight, 3),
    eight,
    eight,
    3,
  );
  const withSixteen = (): string => {
    const b = block('sixteen.b', block('sixteen.a', s8, eight, sixteen, 4, 2), sixteen, sixteen, 3);
    const s16 = block('sixteen.c', b, sixteen, sixteen, 3);
    return block('eight.d', joined('eight', s16, s8), sixteen + eight, eight, 3);
  };
  const up8 = coarsestStride === 16 ? withSixteen() : s8;
  const up4 = block('four.d', joined('four', up8, s4), eight + four, four, 3);
  const narrow = block('four.e', up4, four, back, 1);
  const up2 = block('two.c', joined('two', narrow, s2), back + two, back, 3);
  layers.push(conv('outputs', up2, back, outputs.length, 1));
  return { name: 'particle-picker', channels: 1, layers };
}

/** Weights as they are before anything is learnt: normal with deviation √(2 / inputs) (He et al. 2015), and few particles expected. */
export function initialTensors(graph: Graph, seed: number): NamedTensors {
  const random = createRandom(seed);
  const tensors = new Map<string, NamedTensor>();
  const last = outputName(graph);
  for (const layer of graph.layers) {
    const { weight, bias } = tensorsOf(layer);
    if (layer.op === 'batchNorm') {
      const vector = (value: number): NamedTensor => ({
        shape: [layer.channels],
        data: new Float32Array(layer.channels).fill(value),
      });
      if (weight) tensors.set(weight.name, vector(1));
      if (bias) tensors.set(bias.name, vector(0));
      tensors.set(layer.mean, vector(0));
      tensors.set(layer.variance, vector(1));
    } else if (weight) {
      const count = weight.shape.reduce((product, n) => product * n, 1);
      const deviation = layer.name === last ? 0.05 : Math.sqrt(2 / (count / (weight.shape[0] ?? 1)));
      tensors.set(weight.name, {
        shape: weight.shape,
        data: Float32Array.from({ length: count }, () => deviation * random.normal()),
      });
      if (bias) tensors.set(bias.name, { shape: bias.shape, data: Float32Array.of(-2.5, -2, 0, 0) });
    }
  }
  return tensors;
}

/** The network that says where particles are and nothing else: what is learnt from clicks. */
export function particleOnly({ graph, tensors }: NetworkWeights): NetworkWeights {
  const last = graph.layers.at(-1);
  if (last?.op !== 'conv' || last.out === 1) return { graph, tensors };
  const first = (name: string | undefined, size: number): [string, NamedTensor][] => {
    const tensor = name === undefined ? undefined : tensors.get(name);
    if (name === undefined || !tensor) return [];
    return [[name, { shape: [1, ...tensor.shape.slice(1)], data: tensor.data.slice(0, size) }]];
  };
  const inputs = last.in * last.kernel.x * last.kernel.y;
  return {
    graph: { ...graph, layers: [...graph.layers.slice(0, -1), { ...last, out: 1 }] },
    tensors: new Map([...tensors, ...first(last.weight, inputs), ...first(last.bias, 1)]),
  };
}
