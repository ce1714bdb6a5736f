import { FormatError } from '../core/errors.ts';
import type { BatchNorm, Graph } from './layers.ts';
import { identityWeight } from './layout.ts';
import type { ConvStep, ConvTransposeStep } from './steps.ts';

/** A named array of a model file, row-major. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type WeightTensors = ReadonlyMap<string, WeightTensor>;

/** Weights [output][input][ky][kx] and bias [output] of a convolution, normalisation folded in. */
export interface ConvWeights {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** The tensors of a network, checked one by one when they are asked for. */
export class Weights {
  /** @param network what to call it in errors: its file's name. */
  constructor(
    private readonly network: string,
    private readonly tensors: WeightTensors,
  ) {}

  /**
   * Asks for every tensor of a graph.
   * @throws FormatError 'bad-weights' for the first that is missing, of another shape than its layer says, not finite, or
   * a variance that is negative.
   */
  check({ layers }: Graph): void {
    for (const layer of layers) {
      if (layer.op === 'conv' || layer.op === 'convTranspose') {
        const { in: inputs, out, kernel, weight, bias } = layer;
        const channels = layer.op === 'conv' ? [out, inputs] : [inputs, out];
        this.tensor(weight, [...channels, kernel.y, kernel.x]);
        if (bias !== undefined) this.tensor(bias, [out]);
      } else if (layer.op === 'batchNorm') this.norm(layer);
    }
  }

  /** @throws FormatError 'bad-weights' when a tensor is missing, of the wrong shape, or has a NaN or an infinity. */
  conv({ out, in: inputs, kernel, weight, bias, norms }: ConvStep): ConvWeights {
    const weights =
      weight === identityWeight
        ? Float64Array.from({ length: out * inputs }, (_, i) => (i % (inputs + 1) === 0 ? 1 : 0))
        : Float64Array.from(this.tensor(weight, [out, inputs, kernel.y, kernel.x]));
    return this.normalised({ weights, bias: this.bias(bias, out) }, norms);
  }

  /** As of an ordinary convolution: the first two axes exchanged; taps are not turned round. */
  convTranspose({ out, in: inputs, kernel, weight, bias, norms }: ConvTransposeStep): ConvWeights {
    const taps = kernel.x * kernel.y;
    const data = this.tensor(weight, [inputs, out, kernel.y, kernel.x]);
    const weights = Float64Array.from({ length: data.length }, (_, at) => {
      const tap = at % taps;
      const i = Math.floor(at / taps) % inputs;
      const o = Math.floor(at / taps / inputs);
      return data[(i * out + o) * taps + tap] ?? 0;
    });
    return this.normalised({ weights, bias: this.bias(bias, out) }, norms);
  }

  /** value · factor + term for each channel. */
  norm(norm: BatchNorm): { readonly factors: Float64Array; readonly terms: Float64Array } {
    const { channels, epsilon } = norm;
    const read = (name: string | undefined, usual: number): Float64Array =>
      name === undefined
        ? new Float64Array(channels).fill(usual)
        : Float64Array.from(this.tensor(name, [channels]));
    const weight = read(norm.weight, 1);
    const bias = read(norm.bias, 0);
    const mean = read(norm.mean, 0);
    const variance = read(norm.variance, 1);
    const negative = variance.find((value) => value + epsilon <= 0);
    if (negative !== undefined) {
      throw this.bad(`has a variance of ${negative} in the tensor ${norm.variance}.`);
    }
    const factors = weight.map((value, c) => value / Math.sqrt((variance[c] ?? 1) + epsilon));
    const terms = bias.map((value, c) => value - (mean[c] ?? 0) * (factors[c] ?? 1));
    return { factors, terms };
  }

  private bias(name: string | undefined, out: number): Float64Array {
    return name === undefined ? new Float64Array(out) : Float64Array.from(this.tensor(name, [out]));
  }

  private normalised(conv: ConvWeights, norms: readonly BatchNorm[]): ConvWeights {
    let { weights, bias } = conv;
    for (const norm of norms) {
      const { factors, terms } = this.norm(norm);
      const perOutput = weights.length / bias.length;
      weights = weights.map((value, at) => value * (factors[Math.floor(at / perOutput)] ?? 1));
      bias = bias.map((value, o) => value * (factors[o] ?? 1) + (terms[o] ?? 0));
    }
    return { weights, bias };
  }

  private tensor(name: string, shape: readonly number[]): Float32Array {
    const tensor = this.tensors.get(name);
    if (!tensor) throw this.bad(`lacks the tensor ${name}.`);
    if (tensor.shape.join() !== shape.join()) {
      throw this.bad(
        `has ${name} of shape ${tensor.shape.join(' × ')} where its graph says ${shape.join(' × ')}.`,
      );
    }
    const at = tensor.data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw this.bad(
        `has ${tensor.data[at]} in the tensor ${name}, at element ${at}: the training that made it diverged, or the file is damaged.`,
      );
    }
    return tensor.data;
  }

  private bad(what: string): FormatError {
    return new FormatError('bad-weights', this.network, what);
  }
}
