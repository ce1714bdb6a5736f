/** The tensors of a network to be recognised, checked and crossed off one by one. */
import { FormatError } from '../../../core/errors.ts';
import { shown } from '../tensors.ts';
import { BATCH_NORM_EPSILON, type TopazActivation, type TopazLayer } from './layers.ts';

/** Larger than any network that a GPU could run over an image. */
const MAX_CHANNELS = 4096;
const MAX_KERNEL = 63;

export type ConvLayer = TopazLayer & { readonly op: 'conv' };

export function badTopaz(file: string, explanation: string): FormatError {
  return new FormatError(
    'bad-weights',
    file,
    `is none of the Topaz networks that Cryolite knows (unet, fcnn, affine, resnet8, resnet16): ${explanation}.`,
  );
}

export class TensorShapes {
  private readonly left: Set<string>;

  constructor(
    private readonly file: string,
    private readonly shapes: ReadonlyMap<string, readonly number[]>,
  ) {
    this.left = new Set(shapes.keys());
  }

  has(name: string): boolean {
    return this.shapes.has(name);
  }

  names(): IterableIterator<string> {
    return this.shapes.keys();
  }

  /** A tensor that no layer has asked for. */
  unused(): string | undefined {
    const [first] = this.left;
    return first === undefined ? undefined : shown(first);
  }

  /**
   * A square convolution of an odd kernel whose tensors are `NAME.weight` and perhaps `NAME.bias`.
   * @param channels what it reads
   * @throws FormatError bad-weights when a tensor is missing or of another shape.
   */
  conv(
    name: string,
    input: string,
    channels: number,
    options: {
      readonly activation: TopazActivation;
      readonly dilation?: number;
      /** As large as the input with it. */
      readonly padded?: boolean;
    },
  ): ConvLayer {
    const weight = this.take(`${name}.weight`);
    const [out = 0, into, kernel = 0, width] = weight;
    if (weight.length !== 4 || kernel !== width || kernel % 2 === 0 || kernel > MAX_KERNEL) {
      throw this.bad(`${name}.weight of shape [${weight}] is no square convolution of an odd kernel`);
    }
    if (into !== channels) throw this.bad(`${name}.weight takes ${into} channels where ${channels} come`);
    if (out < 1 || out > MAX_CHANNELS) throw this.bad(`${name}.weight makes ${out} channels`);
    const bias = this.has(`${name}.bias`);
    if (bias) this.vector(`${name}.bias`, out);
    const { activation, dilation = 1, padded = false } = options;
    const padding = padded ? (kernel - 1) / 2 : 0;
    return { op: 'conv', name, input, in: channels, out, kernel, dilation, padding, bias, activation };
  }

  batchNorm(name: string, input: string, channels: number, activation: TopazActivation): TopazLayer {
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) {
      this.vector(`${name}.${part}`, channels);
    }
    return { op: 'batchNorm', name, input, channels, epsilon: BATCH_NORM_EPSILON, activation };
  }

  bad(explanation: string): FormatError {
    return badTopaz(this.file, explanation);
  }

  private vector(name: string, length: number): void {
    const shape = this.take(name);
    if (shape.length !== 1 || shape[0] !== length) {
      throw this.bad(`${shown(name)} has the shape [${shape}] where [${length}] is wanted`);
    }
  }

  private take(name: string): readonly number[] {
    const shape = this.shapes.get(name);
    if (!shape) throw this.bad(`it lacks the tensor ${shown(name)}`);
    this.left.delete(name);
    return shape;
  }
}
