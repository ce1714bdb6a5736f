/** The layers that the oracle of training knows, and the size of what they make, as PyTorch has it. */

export type Activation =
  | { readonly kind: 'none' | 'relu' | 'sigmoid' }
  | { readonly kind: 'leakyRelu'; readonly slope: number };

interface Pair {
  readonly x: number;
  readonly y: number;
}

export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Unary {
  readonly name: string;
  readonly input: string;
}

interface Weighted extends Unary {
  readonly in: number;
  readonly out: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly weight: string;
  readonly bias?: string;
  readonly activation: Activation;
}

export type Layer =
  | (Weighted & {
      readonly op: 'conv';
      readonly dilation: Pair;
      readonly padding: Margins;
      readonly paddingMode: 'zero' | 'reflect';
    })
  | (Weighted & { readonly op: 'convTranspose'; readonly crop: Margins })
  | (Unary & {
      readonly op: 'maxPool' | 'averagePool';
      readonly kernel: Pair;
      readonly stride: Pair;
      readonly dilation: Pair;
      readonly padding: Margins;
      readonly countPadding: boolean;
    })
  | (Unary & {
      readonly op: 'upsample';
      readonly mode: 'nearest' | 'bilinear';
      readonly alignCorners: boolean;
      readonly to: { readonly factor: Pair } | { readonly like: string };
    })
  | {
      readonly op: 'add';
      readonly name: string;
      readonly inputs: readonly string[];
      readonly activation: Activation;
    }
  | { readonly op: 'concat'; readonly name: string; readonly inputs: readonly string[] }
  | (Unary & { readonly op: 'crop'; readonly by: Margins })
  | (Unary & { readonly op: 'pad'; readonly by: Margins; readonly mode: 'zero' | 'reflect' })
  | (Unary & { readonly op: 'activation'; readonly activation: Activation })
  | (Unary & {
      readonly op: 'batchNorm';
      readonly channels: number;
      readonly epsilon: number;
      readonly weight?: string;
      readonly bias?: string;
      readonly activation: Activation;
    });

/** A batch of pictures, [batch][channels][height][width]. */
export interface Picture {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float64Array;
}

/** @param data zeros where none is given. */
export function picture(
  batch: number,
  channels: number,
  height: number,
  width: number,
  data?: ArrayLike<number>,
): Picture {
  const count = batch * channels * height * width;
  if (data && data.length !== count)
    throw new Error(`A picture of ${count} numbers was given ${data.length}.`);
  return { batch, channels, height, width, data: data ? Float64Array.from(data) : new Float64Array(count) };
}

interface Size {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

export function outputSize(
  layer: Layer,
  sources: readonly Picture[],
  valueNamed: (name: string) => Picture,
): Size {
  const [source] = sources;
  if (!source) throw new Error(`${layer.name} reads nothing.`);
  const { width, height, channels } = source;
  const padded = (
    length: number,
    before: number,
    after: number,
    k: number,
    stride: number,
    dilation: number,
  ) => Math.floor((length + before + after - (k - 1) * dilation - 1) / stride) + 1;
  switch (layer.op) {
    case 'conv':
    case 'maxPool':
    case 'averagePool': {
      const { kernel, stride, dilation, padding } = layer;
      return {
        width: padded(width, padding.left, padding.right, kernel.x, stride.x, dilation.x),
        height: padded(height, padding.top, padding.bottom, kernel.y, stride.y, dilation.y),
        channels: layer.op === 'conv' ? layer.out : channels,
      };
    }
    case 'convTranspose': {
      const { kernel, stride, crop } = layer;
      return {
        width: (width - 1) * stride.x + kernel.x - crop.left - crop.right,
        height: (height - 1) * stride.y + kernel.y - crop.top - crop.bottom,
        channels: layer.out,
      };
    }
    case 'upsample': {
      if ('factor' in layer.to) {
        return { width: width * layer.to.factor.x, height: height * layer.to.factor.y, channels };
      }
      const like = valueNamed(layer.to.like);
      return { width: like.width, height: like.height, channels };
    }
    case 'concat':
      return { width, height, channels: sources.reduce((sum, one) => sum + one.channels, 0) };
    case 'crop': {
      const { left, right, top, bottom } = layer.by;
      return { width: width - left - right, height: height - top - bottom, channels };
    }
    case 'pad': {
      const { left, right, top, bottom } = layer.by;
      return { width: width + left + right, height: height + top + bottom, channels };
    }
    case 'add':
    case 'activation':
    case 'batchNorm':
      return { width, height, channels };
  }
}
