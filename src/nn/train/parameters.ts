/**
 * How the tensors of a network lie in the one array that the optimiser works on. Weights of convolutions are turned from
 * PyTorch's [out][in][ky][kx] to [ky][kx][in][out], as the products read them; those of transposed convolutions from
 * [in][out][ky][kx] to [ky][kx][out][in]. Vectors stay.
 */
import { badNetwork } from '../errors.ts';
import type { Graph, Layer } from '../layers.ts';

/** In PyTorch's order. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type NamedTensors = ReadonlyMap<string, NamedTensor>;

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** Floats from the beginning of the array. */
  readonly offset: number;
  readonly count: number;
  readonly learns: boolean;
}

export interface ParameterLayout {
  /** Those that learn come first. */
  readonly parameters: readonly Parameter[];
  readonly learning: number;
  readonly total: number;
  /** Running means and variances, each pair one behind the other in an array of its own. */
  readonly statistics: readonly Parameter[];
  readonly statisticsTotal: number;
}

interface Wanted {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Tensors that a layer learns, by role. */
export function tensorsOf(layer: Layer): { readonly weight?: Wanted; readonly bias?: Wanted } {
  const vector = (name: string | undefined, channels: number): Wanted | undefined =>
    name === undefined ? undefined : { name, shape: [channels] };
  if (layer.op === 'batchNorm') {
    const weight = vector(layer.weight, layer.channels);
    const bias = vector(layer.bias, layer.channels);
    return { ...(weight && { weight }), ...(bias && { bias }) };
  }
  if (layer.op !== 'conv' && layer.op !== 'convTranspose') return {};
  const channels = layer.op === 'conv' ? [layer.out, layer.in] : [layer.in, layer.out];
  const bias = vector(layer.bias, layer.out);
  return {
    weight: { name: layer.weight, shape: [...channels, layer.kernel.y, layer.kernel.x] },
    ...(bias && { bias }),
  };
}

/**
 * @param layers those that the result is computed from.
 * @param isFrozen whether a tensor does not learn.
 * @throws FormatError 'bad-weights' when layers share a tensor without agreeing on its shape, or running statistics at all.
 */
export function layOut(
  graph: Graph,
  layers: readonly Layer[],
  isFrozen: (name: string) => boolean = () => false,
): ParameterLayout {
  const found = new Map<string, readonly number[]>();
  const statistics: Parameter[] = [];
  let statisticsTotal = 0;
  for (const layer of layers) {
    const { weight, bias } = tensorsOf(layer);
    for (const tensor of [weight, bias]) {
      if (!tensor) continue;
      const known = found.get(tensor.name);
      if (known && known.join() !== tensor.shape.join()) {
        throw badNetwork(graph.name, `layers take ${tensor.name} for tensors of different shapes`);
      }
      found.set(tensor.name, tensor.shape);
    }
    if (layer.op !== 'batchNorm') continue;
    for (const name of [layer.mean, layer.variance]) {
      if (statistics.some((one) => one.name === name)) {
        throw badNetwork(graph.name, `layers share the running statistics ${name}`);
      }
      const count = layer.channels;
      statistics.push({ name, shape: [count], offset: statisticsTotal, count, learns: false });
      statisticsTotal += count;
    }
  }
  const parameters: Parameter[] = [];
  let total = 0;
  const place = (learns: boolean): number => {
    for (const [name, shape] of found) {
      if (isFrozen(name) === learns) continue;
      const count = shape.reduce((product, n) => product * n, 1);
      parameters.push({ name, shape, offset: total, count, learns });
      // The products read weights in fours; what lies between two tensors stays 0.
      total += Math.ceil(count / 4) * 4;
    }
    return total;
  };
  const learning = place(true);
  return { parameters, learning, total: place(false), statistics, statisticsTotal };
}

/**
 * One array from named tensors.
 * @throws FormatError 'bad-weights' when one is missing, of another shape, or holds what is no finite number.
 */
export function packParameters(
  network: string,
  parameters: readonly Parameter[],
  floats: number,
  tensors: NamedTensors,
): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(floats);
  for (const { name, shape, offset, count } of parameters) {
    const tensor = tensors.get(name);
    if (!tensor) throw badNetwork(network, `it lacks the tensor ${name}`);
    if (tensor.shape.join() !== shape.join() || tensor.data.length !== count) {
      throw badNetwork(
        network,
        `${name} is ${tensor.shape.join(' × ')} where it should be ${shape.join(' × ')}`,
      );
    }
    const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw badNetwork(network, `${name} holds ${tensor.data[bad]} at element ${bad}`);
    eachElement(shape, (theirs, ours) => {
      packed[offset + ours] = tensor.data[theirs] ?? 0;
    });
  }
  return packed;
}

/** Named tensors from one array, in the order of the parameters. */
export function unpackParameters(
  parameters: readonly Parameter[],
  packed: Float32Array,
): Map<string, { readonly shape: readonly number[]; readonly data: Float32Array<ArrayBuffer> }> {
  return new Map(
    parameters.map(({ name, shape, offset, count }) => {
      const data = new Float32Array(count);
      eachElement(shape, (theirs, ours) => {
        data[theirs] = packed[offset + ours] ?? 0;
      });
      return [name, { shape, data }];
    }),
  );
}

/** PyTorch's place and ours of every element. */
function eachElement(shape: readonly number[], visit: (theirs: number, ours: number) => void): void {
  const [a = 1, b = 1, height = 1, width = 1] = shape;
  let theirs = 0;
  for (let first = 0; first < a; first++)
    for (let second = 0; second < b; second++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) visit(theirs++, ((y * width + x) * b + second) * a + first);
}
