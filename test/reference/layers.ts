/**
 * Slow, obvious f64 layers of a network, by PyTorch's definitions; channels first, [channel][row][column] flat. The layers
 * are plain data, described again here, so that nothing is shared with what is judged.
 */

export interface FeatureMap {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

export interface Both {
  readonly x: number;
  readonly y: number;
}

export interface Sides {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Act {
  readonly kind: 'none' | 'relu' | 'sigmoid' | 'leakyRelu';
  readonly slope?: number;
}

export interface Tensors {
  get(name: string): { readonly data: ArrayLike<number> } | undefined;
}

export type ReferenceLayer =
  | {
      readonly op: 'conv';
      readonly out: number;
      readonly kernel: Both;
      readonly stride: Both;
      readonly dilation: Both;
      readonly padding: Sides;
      readonly paddingMode: 'zero' | 'reflect';
      readonly weight: string;
      readonly bias?: string;
      readonly activation: Act;
    }
  | {
      readonly op: 'convTranspose';
      readonly out: number;
      readonly kernel: Both;
      readonly stride: Both;
      readonly crop: Sides;
      readonly weight: string;
      readonly bias?: string;
      readonly activation: Act;
    }
  | {
      readonly op: 'maxPool' | 'averagePool';
      readonly kernel: Both;
      readonly stride: Both;
      readonly dilation: Both;
      readonly padding: Sides;
      readonly countPadding: boolean;
    }
  | {
      readonly op: 'upsample';
      readonly mode: 'nearest' | 'bilinear';
      readonly alignCorners: boolean;
      readonly to: { readonly factor: Both } | { readonly like: string };
    }
  | { readonly op: 'add'; readonly activation: Act }
  | { readonly op: 'concat' }
  | { readonly op: 'crop'; readonly by: Sides }
  | { readonly op: 'pad'; readonly by: Sides; readonly mode: 'zero' | 'reflect' }
  | { readonly op: 'activation'; readonly activation: Act }
  | {
      readonly op: 'batchNorm';
      readonly epsilon: number;
      readonly weight?: string;
      readonly bias?: string;
      readonly mean: string;
      readonly variance: string;
      readonly activation: Act;
    };

export function featureMap(
  channels: number,
  width: number,
  height: number,
  data: ArrayLike<number>,
): FeatureMap {
  return { channels, width, height, data: Float64Array.from(data) };
}

/** A map whose values a function of channel, row and column gives. */
export function makeMap(
  channels: number,
  width: number,
  height: number,
  value: (c: number, y: number, x: number) => number,
): FeatureMap {
  const data = new Float64Array(channels * width * height);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[at++] = value(c, y, x);
  }
  return { channels, width, height, data };
}

export function valueAt({ width, height, data }: FeatureMap, c: number, y: number, x: number): number {
  return data[(c * height + y) * width + x] ?? Number.NaN;
}

function act({ kind, slope = 0 }: Act, value: number): number {
  if (kind === 'relu') return value < 0 ? 0 : value;
  if (kind === 'leakyRelu') return value < 0 ? slope * value : value;
  return kind === 'sigmoid' ? 1 / (1 + Math.exp(-value)) : value;
}

const mirror = (i: number, length: number): number => (i < 0 ? -i : i >= length ? 2 * length - 2 - i : i);

const isIn = ({ width, height }: FeatureMap, y: number, x: number): boolean =>
  x >= 0 && y >= 0 && x < width && y < height;

/** @param size what the result of an up-sampling `like` another value shall have. */
export function runLayer(
  layer: ReferenceLayer,
  inputs: readonly FeatureMap[],
  tensors: Tensors,
  size?: { readonly width: number; readonly height: number },
): FeatureMap {
  const [source] = inputs;
  if (!source) throw new Error('A layer reads nothing.');
  const { channels, width, height } = source;
  const number = (name: string | undefined, i: number, usual: number): number =>
    name === undefined ? usual : (tensors.get(name)?.data[i] ?? Number.NaN);
  switch (layer.op) {
    case 'conv': {
      const { kernel, stride, dilation, padding, out } = layer;
      const reflects = layer.paddingMode === 'reflect';
      const span = (axis: 'x' | 'y'): number => (kernel[axis] - 1) * dilation[axis] + 1;
      const w = Math.floor((width + padding.left + padding.right - span('x')) / stride.x) + 1;
      const h = Math.floor((height + padding.top + padding.bottom - span('y')) / stride.y) + 1;
      return makeMap(out, w, h, (o, y, x) => {
        let sum = number(layer.bias, o, 0);
        for (let i = 0; i < channels; i++) {
          for (let ky = 0; ky < kernel.y; ky++) {
            for (let kx = 0; kx < kernel.x; kx++) {
              let sy = y * stride.y - padding.top + ky * dilation.y;
              let sx = x * stride.x - padding.left + kx * dilation.x;
              if (reflects) [sy, sx] = [mirror(sy, height), mirror(sx, width)];
              if (!isIn(source, sy, sx)) continue;
              const at = ((o * channels + i) * kernel.y + ky) * kernel.x + kx;
              sum += valueAt(source, i, sy, sx) * number(layer.weight, at, 0);
            }
          }
        }
        return act(layer.activation, sum);
      });
    }
    case 'convTranspose': {
      const { kernel, stride, crop, out } = layer;
      const w = (width - 1) * stride.x + kernel.x - crop.left - crop.right;
      const h = (height - 1) * stride.y + kernel.y - crop.top - crop.bottom;
      return makeMap(out, w, h, (o, y, x) => {
        let sum = number(layer.bias, o, 0);
        for (let i = 0; i < channels; i++) {
          for (let ky = 0; ky < kernel.y; ky++) {
            for (let kx = 0; kx < kernel.x; kx++) {
              const sy = (y + crop.top - ky) / stride.y;
              const sx = (x + crop.left - kx) / stride.x;
              if (!Number.isInteger(sy) || !Number.isInteger(sx) || !isIn(source, sy, sx)) continue;
              const at = ((i * out + o) * kernel.y + ky) * kernel.x + kx;
              sum += valueAt(source, i, sy, sx) * number(layer.weight, at, 0);
            }
          }
        }
        return act(layer.activation, sum);
      });
    }
    case 'maxPool':
    case 'averagePool': {
      const { kernel, stride, dilation, padding } = layer;
      const span = (axis: 'x' | 'y'): number => (kernel[axis] - 1) * dilation[axis] + 1;
      const w = Math.floor((width + padding.left + padding.right - span('x')) / stride.x) + 1;
      const h = Math.floor((height + padding.top + padding.bottom - span('y')) / stride.y) + 1;
      return makeMap(channels, w, h, (c, y, x) => {
        const values: number[] = [];
        for (let ky = 0; ky < kernel.y; ky++) {
          for (let kx = 0; kx < kernel.x; kx++) {
            const sy = y * stride.y - padding.top + ky * dilation.y;
            const sx = x * stride.x - padding.left + kx * dilation.x;
            if (isIn(source, sy, sx)) values.push(valueAt(source, c, sy, sx));
          }
        }
        if (layer.op === 'maxPool') return Math.max(...values);
        const sum = values.reduce((a, b) => a + b, 0);
        return sum / (layer.countPadding ? kernel.x * kernel.y : values.length);
      });
    }
    case 'upsample': {
      const [w, h] =
        'factor' in layer.to
          ? [width * layer.to.factor.x, height * layer.to.factor.y]
          : [size?.width ?? 0, size?.height ?? 0];
      if (layer.mode === 'nearest') {
        return makeMap(channels, w, h, (c, y, x) =>
          valueAt(source, c, Math.floor((y * height) / h), Math.floor((x * width) / w)),
        );
      }
      const position = (j: number, from: number, to: number): number =>
        layer.alignCorners
          ? to === 1
            ? 0
            : (j * (from - 1)) / (to - 1)
          : Math.max(0, ((j + 0.5) * from) / to - 0.5);
      return makeMap(channels, w, h, (c, y, x) => {
        const [v, u] = [position(y, height, h), position(x, width, w)];
        const [y0, x0] = [Math.floor(v + 1e-12), Math.floor(u + 1e-12)];
        const [fy, fx] = [v - y0, u - x0];
        const row = (i: number): number => {
          const r = Math.min(i, height - 1);
          const left = valueAt(source, c, r, x0);
          const right = valueAt(source, c, r, Math.min(x0 + 1, width - 1));
          return left * (1 - fx) + right * fx;
        };
        return row(y0) * (1 - fy) + row(y0 + 1) * fy;
      });
    }
    case 'add':
      return makeMap(channels, width, height, (c, y, x) => {
        const sum = inputs.reduce((total, one) => total + valueAt(one, c, y, x), 0);
        return act(layer.activation, sum);
      });
    case 'concat':
      return {
        channels: inputs.reduce((sum, one) => sum + one.channels, 0),
        width,
        height,
        data: Float64Array.from(inputs.flatMap(({ data }) => [...data])),
      };
    case 'crop': {
      const { left, right, top, bottom } = layer.by;
      return makeMap(channels, width - left - right, height - top - bottom, (c, y, x) =>
        valueAt(source, c, y + top, x + left),
      );
    }
    case 'pad': {
      const { left, right, top, bottom } = layer.by;
      return makeMap(channels, width + left + right, height + top + bottom, (c, y, x) => {
        if (layer.mode === 'reflect') {
          return valueAt(source, c, mirror(y - top, height), mirror(x - left, width));
        }
        return isIn(source, y - top, x - left) ? valueAt(source, c, y - top, x - left) : 0;
      });
    }
    case 'activation':
      return { ...source, data: source.data.map((value) => act(layer.activation, value)) };
    case 'batchNorm':
      return makeMap(channels, width, height, (c, y, x) => {
        const spread = Math.sqrt(number(layer.variance, c, 1) + layer.epsilon);
        const normal = (valueAt(source, c, y, x) - number(layer.mean, c, 0)) / spread;
        return act(layer.activation, normal * number(layer.weight, c, 1) + number(layer.bias, c, 0));
      });
  }
}

export type NamedLayer = ReferenceLayer & { readonly name: string } & (
    | { readonly input: string }
    | { readonly inputs: readonly string[] }
  );

/** All values of a network, by name; the image is `input`. */
export function runNetwork(
  layers: readonly NamedLayer[],
  image: FeatureMap,
  tensors: Tensors,
): Map<string, FeatureMap> {
  const values = new Map([['input', image]]);
  const value = (name: string): FeatureMap => {
    const found = values.get(name);
    if (!found) throw new Error(`${name} is missing.`);
    return found;
  };
  for (const layer of layers) {
    const inputs = ('inputs' in layer ? layer.inputs : [layer.input]).map(value);
    const size = layer.op === 'upsample' && 'like' in layer.to ? value(layer.to.like) : undefined;
    values.set(layer.name, runLayer(layer, inputs, tensors, size));
  }
  return values;
}

/** Channels first to last. */
export function toChannelsLast({ channels, width, height, data }: FeatureMap): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: data.length },
    (_, i) => data[(i % channels) * width * height + Math.floor(i / channels)] ?? 0,
  );
}
