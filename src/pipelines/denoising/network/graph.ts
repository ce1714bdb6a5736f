/**
 * The denoiser's layers: a U-Net that sees, at every scale, the picture itself beside what was learnt at the finer one, so that a
 * particle which no pixel shows is seen where its pixels are averaged. What it makes is a correction, which is added to the picture.
 */
import { createRandom } from '../../../core/random.ts';
import { add, concat, conv, leakyRelu, pool, upsample } from '../../../nn/build.ts';
import { type Graph, inputName, type Layer } from '../../../nn/layers.ts';
import { type NamedTensor, type NamedTensors, tensorsOf } from '../../../nn/train/parameters.ts';

/** Channels at strides 1, 2, 4, … */
export type Widths = readonly number[];

export const usualWidths: Widths = [8, 16, 24, 32];

const activation = leakyRelu(0.1);
const correction = 'correction';

/** Of pictures whose sides are multiples of 2 to the number of widths less one. */
export function denoiserGraph(widths: Widths = usualWidths): Graph {
  const layers: Layer[] = [];
  const put = (layer: Layer): string => {
    layers.push(layer);
    return layer.name;
  };
  const same = { padding: 'same', activation } as const;
  const seen: string[] = [];
  let picture = inputName;
  for (const [level, width] of widths.entries()) {
    const finer = seen.at(-1);
    let inputs = 1;
    let input = picture;
    if (finer !== undefined) {
      picture = put(pool('averagePool', `picture${level}`, picture, 2));
      const features = put(pool('averagePool', `pooled${level}`, finer, 2));
      inputs = (widths[level - 1] ?? 0) + 1;
      input = put(concat(`joined${level}`, [features, picture]));
    }
    // The first one is linear: half of the noise's values would be lost to any other, and the signal with them.
    const first =
      level === 0
        ? conv('level0a', input, inputs, width, 5, { padding: 'same' })
        : conv(`level${level}a`, input, inputs, width, 3, same);
    seen.push(put(conv(`level${level}b`, put(first), width, width, 3, same)));
  }
  let value = seen.at(-1) ?? inputName;
  let channels = widths.at(-1) ?? 1;
  for (let level = widths.length - 2; level >= 0; level--) {
    const width = widths[level] ?? 0;
    const up = put(upsample(`up${level}`, value, 2, 'bilinear'));
    const both = put(concat(`back${level}`, [up, seen[level] ?? inputName]));
    value = put(conv(`level${level}c`, both, channels + width, width, 3, same));
    channels = width;
  }
  const last = put(concat('last', [value, inputName]));
  put(conv(correction, last, channels + 1, 1, 5, { padding: 'same' }));
  put(add('denoised', [inputName, correction]));
  return { name: 'denoiser', channels: 1, layers };
}

/** The same weights with so much of their correction: 0 leaves the picture as it is. */
export function correctedBy(tensors: NamedTensors, share: number): NamedTensors {
  return new Map(
    [...tensors].map(([name, tensor]): [string, NamedTensor] =>
      name.startsWith(`${correction}.`)
        ? [name, { ...tensor, data: tensor.data.map((value) => share * value) }]
        : [name, tensor],
    ),
  );
}

/**
 * Weights as they are before anything is learnt: normal with deviation √(2 / inputs) (He et al. 2015), biases 0, and a correction
 * that is next to nothing.
 */
export function initialDenoiser(graph: Graph, seed: number): NamedTensors {
  const random = createRandom(seed);
  const tensors = new Map<string, NamedTensor>();
  for (const layer of graph.layers) {
    const { weight, bias } = tensorsOf(layer);
    if (weight) {
      const [, ...rest] = weight.shape;
      const inputs = rest.reduce((product, n) => product * n, 1);
      const deviation = Math.sqrt(2 / inputs) * (layer.name === correction ? 0.1 : 1);
      const count = inputs * (weight.shape[0] ?? 1);
      const data = Float32Array.from({ length: count }, () => deviation * random.normal());
      tensors.set(weight.name, { shape: weight.shape, data });
    }
    if (bias) tensors.set(bias.name, { shape: bias.shape, data: new Float32Array(bias.shape[0] ?? 0) });
  }
  return tensors;
}
