/**
 * Slow, obvious f64 network with its derivatives. Pictures are [batch][channel][row][column] flat, tensors as PyTorch
 * has them. A layer that is linear is said once, as links y[out] += coefficient · x[in]; its derivative is the same links
 * walked from out to in. Layers are plain objects with the fields of the product's graphs.
 */
import { type Activation, type Layer, outputSize, type Picture, picture } from './trainingLayers.ts';

/** Named arrays in PyTorch's order. */
export type Tensors = ReadonlyMap<string, ArrayLike<number>>;

export interface Evaluation {
  /** Every value by the name of its layer; 'input' is the images. */
  readonly values: ReadonlyMap<string, Picture>;
  readonly output: Picture;
  /** Batch statistics of each batch normalisation: mean and variance (divided by n). */
  readonly statistics: ReadonlyMap<string, { readonly mean: Float64Array; readonly variance: Float64Array }>;
}

export interface Gradients {
  readonly values: ReadonlyMap<string, Picture>;
  readonly tensors: ReadonlyMap<string, Float64Array>;
}

/** Runs the layers in order. Batch normalisations use the batch's own statistics. */
export function evaluate(layers: readonly Layer[], input: Picture, tensors: Tensors): Evaluation {
  const values = new Map<string, Picture>([['input', input]]);
  const statistics = new Map<string, { mean: Float64Array; variance: Float64Array }>();
  for (const layer of layers) {
    const sources = sourcesOf(layer).map((name) => valueNamed(values, name));
    const { width, height, channels } = outputSize(layer, sources, (name) => valueNamed(values, name));
    const result = picture(input.batch, channels, height, width);
    if (layer.op === 'batchNorm')
      statistics.set(layer.name, normalise(layer, sources[0] ?? result, result, tensors));
    const weights = tensors.get(weightName(layer));
    sources.forEach((source, which) => {
      links(layer, which, sources, result, (out, at, coefficient, weight) => {
        const factor = weight === undefined ? coefficient : numberAt(weights, weight);
        result.data[out] = numberAt(result.data, out) + factor * numberAt(source.data, at);
      });
    });
    eachBias(layer, result, (out, channel, bias) => {
      result.data[out] = numberAt(result.data, out) + numberAt(tensors.get(bias), channel);
    });
    if ('activation' in layer) result.data.set(result.data.map((x) => activate(layer.activation, x)));
    values.set(layer.name, result);
  }
  return { values, output: valueNamed(values, layers.at(-1)?.name ?? 'input'), statistics };
}

/** Derivatives of a loss by every value and tensor, from those by the output. */
export function differentiate(
  layers: readonly Layer[],
  evaluation: Evaluation,
  outputGradient: ArrayLike<number>,
  tensors: Tensors,
): Gradients {
  const { values } = evaluation;
  const gradients = new Map<string, Picture>();
  for (const [name, { batch, channels, height, width }] of values)
    gradients.set(name, picture(batch, channels, height, width));
  const byTensor = new Map<string, Float64Array>();
  for (const [name, tensor] of tensors) byTensor.set(name, new Float64Array(tensor.length));
  gradients.get(layers.at(-1)?.name ?? 'input')?.data.set(Float64Array.from(outputGradient));
  for (const layer of [...layers].reverse()) {
    const result = valueNamed(values, layer.name);
    const { data: above } = valueNamed(gradients, layer.name);
    // Of the value before the activation.
    const before = Float64Array.from(above, (g, i) =>
      'activation' in layer ? g * slopeAt(layer.activation, numberAt(result.data, i)) : g,
    );
    const sources = sourcesOf(layer).map((name) => valueNamed(values, name));
    if (layer.op === 'batchNorm') {
      const source = sources[0] ?? result;
      normaliseBackward(layer, source, before, valueNamed(gradients, layer.input), byTensor, tensors);
    }
    const weights = tensors.get(weightName(layer));
    const slot = byTensor.get(weightName(layer));
    sources.forEach((source, which) => {
      const into = valueNamed(gradients, sourcesOf(layer)[which] ?? '').data;
      links(layer, which, sources, result, (out, at, coefficient, weight) => {
        const g = numberAt(before, out);
        const factor = weight === undefined ? coefficient : numberAt(weights, weight);
        into[at] = numberAt(into, at) + factor * g;
        if (slot && weight !== undefined)
          slot[weight] = numberAt(slot, weight) + numberAt(source.data, at) * g;
      });
    });
    eachBias(layer, result, (out, channel, bias) => {
      const slot = byTensor.get(bias);
      if (slot) slot[channel] = numberAt(slot, channel) + numberAt(before, out);
    });
  }
  return { values: gradients, tensors: byTensor };
}

export function sourcesOf(layer: Layer): readonly string[] {
  return 'inputs' in layer ? layer.inputs : [layer.input];
}

function weightName(layer: Layer): string {
  return 'weight' in layer ? (layer.weight ?? '') : '';
}

function valueNamed(values: ReadonlyMap<string, Picture>, name: string): Picture {
  const value = values.get(name);
  if (!value) throw new Error(`There is no value ${name}.`);
  return value;
}

function numberAt(values: ArrayLike<number> | undefined, index: number): number {
  const value = values?.[index];
  if (value === undefined) throw new Error(`There is no element ${index}.`);
  return value;
}

const at = ({ channels, height, width }: Picture, n: number, c: number, y: number, x: number): number =>
  ((n * channels + c) * height + y) * width + x;

/** @param weight where the coefficient is in the layer's weight tensor, if it is there. */
type Link = (out: number, input: number, coefficient: number, weight?: number) => void;

/** All links from the input number `which` to the result. */
function links(layer: Layer, which: number, sources: readonly Picture[], result: Picture, link: Link): void {
  const source = sources[which];
  if (!source) return;
  if (layer.op === 'conv') convolve(layer, source, result, link);
  else if (layer.op === 'convTranspose') convolveTransposed(layer, source, result, link);
  else if (layer.op === 'maxPool' || layer.op === 'averagePool') pool(layer, source, result, link);
  else if (layer.op === 'upsample') {
    eachPixel(result, (out, n, c, y, x) => {
      for (const row of interpolation(layer.mode, layer.alignCorners, y, source.height, result.height))
        for (const column of interpolation(layer.mode, layer.alignCorners, x, source.width, result.width))
          link(out, at(source, n, c, row.index, column.index), row.weight * column.weight);
    });
  } else if (layer.op === 'crop') {
    eachPixel(result, (out, n, c, y, x) => {
      link(out, at(source, n, c, y + layer.by.top, x + layer.by.left), 1);
    });
  } else if (layer.op === 'pad') {
    eachPixel(result, (out, n, c, y, x) => {
      const row = beyond(y - layer.by.top, source.height, layer.mode);
      const column = beyond(x - layer.by.left, source.width, layer.mode);
      if (row >= 0 && column >= 0) link(out, at(source, n, c, row, column), 1);
    });
  } else if (layer.op === 'concat') {
    const first = sources.slice(0, which).reduce((sum, { channels }) => sum + channels, 0);
    eachPixel(source, (input, n, c, y, x) => link(at(result, n, c + first, y, x), input, 1));
  } else if (layer.op === 'add' || layer.op === 'activation') {
    eachPixel(source, (i) => link(i, i, 1));
  }
}

function eachPixel(
  of: Picture,
  visit: (index: number, n: number, c: number, y: number, x: number) => void,
): void {
  let index = 0;
  for (let n = 0; n < of.batch; n++)
    for (let c = 0; c < of.channels; c++)
      for (let y = 0; y < of.height; y++) for (let x = 0; x < of.width; x++) visit(index++, n, c, y, x);
}

/** The index that stands for one beyond the edge, or −1 for a zero. */
function beyond(index: number, length: number, mode: 'zero' | 'reflect'): number {
  if (index >= 0 && index < length) return index;
  if (mode === 'zero') return -1;
  return index < 0 ? -index : 2 * (length - 1) - index;
}

function eachTap(
  layer: {
    readonly in: number;
    readonly out: number;
    readonly kernel: { readonly x: number; readonly y: number };
  },
  visit: (o: number, i: number, ky: number, kx: number) => void,
): void {
  for (let o = 0; o < layer.out; o++)
    for (let i = 0; i < layer.in; i++)
      for (let ky = 0; ky < layer.kernel.y; ky++)
        for (let kx = 0; kx < layer.kernel.x; kx++) visit(o, i, ky, kx);
}

function convolve(layer: Layer & { op: 'conv' }, source: Picture, result: Picture, link: Link): void {
  const { kernel, stride, dilation, padding, paddingMode } = layer;
  eachTap(layer, (o, i, ky, kx) => {
    const weight = ((o * layer.in + i) * kernel.y + ky) * kernel.x + kx;
    for (let n = 0; n < source.batch; n++)
      for (let y = 0; y < result.height; y++)
        for (let x = 0; x < result.width; x++) {
          const sy = beyond(y * stride.y + ky * dilation.y - padding.top, source.height, paddingMode);
          const sx = beyond(x * stride.x + kx * dilation.x - padding.left, source.width, paddingMode);
          if (sy >= 0 && sx >= 0) link(at(result, n, o, y, x), at(source, n, i, sy, sx), 0, weight);
        }
  });
}

function convolveTransposed(
  layer: Layer & { op: 'convTranspose' },
  source: Picture,
  result: Picture,
  link: Link,
): void {
  const { kernel, stride, crop } = layer;
  eachTap(layer, (o, i, ky, kx) => {
    const weight = ((i * layer.out + o) * kernel.y + ky) * kernel.x + kx;
    for (let n = 0; n < source.batch; n++)
      for (let sy = 0; sy < source.height; sy++)
        for (let sx = 0; sx < source.width; sx++) {
          const y = sy * stride.y + ky - crop.top;
          const x = sx * stride.x + kx - crop.left;
          if (y >= 0 && y < result.height && x >= 0 && x < result.width)
            link(at(result, n, o, y, x), at(source, n, i, sy, sx), 0, weight);
        }
  });
}

function pool(
  layer: Layer & { op: 'maxPool' | 'averagePool' },
  source: Picture,
  result: Picture,
  link: Link,
): void {
  const { kernel, stride, dilation, padding } = layer;
  eachPixel(result, (out, n, c, y, x) => {
    const inside: number[] = [];
    for (let ky = 0; ky < kernel.y; ky++)
      for (let kx = 0; kx < kernel.x; kx++) {
        const sy = y * stride.y + ky * dilation.y - padding.top;
        const sx = x * stride.x + kx * dilation.x - padding.left;
        if (sy >= 0 && sy < source.height && sx >= 0 && sx < source.width)
          inside.push(at(source, n, c, sy, sx));
      }
    if (layer.op === 'averagePool') {
      const count = layer.countPadding ? kernel.x * kernel.y : inside.length;
      for (const index of inside) link(out, index, 1 / count);
      return;
    }
    // Of equal ones the first, row by row, as PyTorch has it.
    let best: number | undefined;
    for (const index of inside)
      if (best === undefined || numberAt(source.data, index) > numberAt(source.data, best)) best = index;
    if (best !== undefined) link(out, best, 1);
  });
}

/** The source indices that index j of `to` is made of, along one axis. */
function interpolation(
  mode: 'nearest' | 'bilinear',
  alignCorners: boolean,
  j: number,
  from: number,
  to: number,
): { readonly index: number; readonly weight: number }[] {
  if (mode === 'nearest') return [{ index: Math.floor((j * from) / to), weight: 1 }];
  const position = alignCorners
    ? to > 1
      ? (j * (from - 1)) / (to - 1)
      : 0
    : Math.max(0, ((j + 0.5) * from) / to - 0.5);
  const low = Math.min(Math.floor(position), from - 1);
  const high = Math.min(low + 1, from - 1);
  return [
    { index: low, weight: 1 - (position - low) },
    { index: high, weight: position - low },
  ];
}

function eachBias(
  layer: Layer,
  result: Picture,
  visit: (out: number, channel: number, bias: string) => void,
): void {
  if ((layer.op !== 'conv' && layer.op !== 'convTranspose') || layer.bias === undefined) return;
  const { bias } = layer;
  eachPixel(result, (out, _, c) => visit(out, c, bias));
}

function activate(activation: Activation, x: number): number {
  if (activation.kind === 'relu') return x > 0 ? x : 0;
  if (activation.kind === 'leakyRelu') return x > 0 ? x : activation.slope * x;
  return activation.kind === 'sigmoid' ? 1 / (1 + Math.exp(-x)) : x;
}

/** The derivative where the activation gave y; at 0 PyTorch's choice. */
function slopeAt(activation: Activation, y: number): number {
  if (activation.kind === 'relu') return y > 0 ? 1 : 0;
  if (activation.kind === 'leakyRelu') return y > 0 ? 1 : activation.slope;
  return activation.kind === 'sigmoid' ? y * (1 - y) : 1;
}

type BatchNorm = Layer & { op: 'batchNorm' };

function moments(source: Picture): { mean: Float64Array; variance: Float64Array; count: number } {
  const count = source.batch * source.height * source.width;
  const mean = new Float64Array(source.channels);
  const variance = new Float64Array(source.channels);
  eachPixel(source, (i, _, c) => {
    mean[c] = numberAt(mean, c) + numberAt(source.data, i) / count;
  });
  eachPixel(source, (i, _, c) => {
    variance[c] = numberAt(variance, c) + (numberAt(source.data, i) - numberAt(mean, c)) ** 2 / count;
  });
  return { mean, variance, count };
}

const scaleOf = (layer: BatchNorm, tensors: Tensors, c: number): number =>
  layer.weight === undefined ? 1 : numberAt(tensors.get(layer.weight), c);

function normalise(layer: BatchNorm, source: Picture, result: Picture, tensors: Tensors) {
  const { mean, variance } = moments(source);
  eachPixel(source, (i, _, c) => {
    const standard =
      (numberAt(source.data, i) - numberAt(mean, c)) / Math.sqrt(numberAt(variance, c) + layer.epsilon);
    const shift = layer.bias === undefined ? 0 : numberAt(tensors.get(layer.bias), c);
    result.data[i] = standard * scaleOf(layer, tensors, c) + shift;
  });
  return { mean, variance };
}

/** Ioffe and Szegedy 2015, section 3. */
function normaliseBackward(
  layer: BatchNorm,
  source: Picture,
  above: Float64Array,
  into: Picture,
  byTensor: ReadonlyMap<string, Float64Array>,
  tensors: Tensors,
): void {
  const { mean, variance, count } = moments(source);
  const sum = new Float64Array(source.channels);
  const product = new Float64Array(source.channels);
  const spread = (c: number): number => Math.sqrt(numberAt(variance, c) + layer.epsilon);
  const standard = (i: number, c: number): number =>
    (numberAt(source.data, i) - numberAt(mean, c)) / spread(c);
  eachPixel(source, (i, _, c) => {
    sum[c] = numberAt(sum, c) + numberAt(above, i);
    product[c] = numberAt(product, c) + numberAt(above, i) * standard(i, c);
  });
  eachPixel(source, (i, _, c) => {
    const rest =
      numberAt(above, i) - numberAt(sum, c) / count - (standard(i, c) * numberAt(product, c)) / count;
    into.data[i] = numberAt(into.data, i) + (scaleOf(layer, tensors, c) / spread(c)) * rest;
  });
  const add = (name: string | undefined, values: Float64Array): void => {
    const slot = name === undefined ? undefined : byTensor.get(name);
    values.forEach((value, c) => {
      if (slot) slot[c] = numberAt(slot, c) + value;
    });
  };
  add(layer.weight, product);
  add(layer.bias, sum);
}
