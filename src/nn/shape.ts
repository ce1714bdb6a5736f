import { FormatError } from '../core/errors.ts';
import { type Conv2dShape, hasConv2dKernel } from '../gpu/ops/conv2d.ts';
import { type Graph, inputName, inputsOf, type Layer } from './graph.ts';

/**
 * What a value is, wherever it is computed. Cell i of it is made from the input pixels
 * [stride·i + from, stride·i + to] along each axis.
 */
export interface ValueShape {
  readonly channels: number;
  /** Input pixels per cell. */
  readonly stride: number;
  readonly from: number;
  readonly to: number;
}

export interface GraphShape {
  readonly values: ReadonlyMap<string, ValueShape>;
  readonly output: ValueShape;
  /** Tiles must start and end at multiples of this, so that pooling cuts them as it cuts the whole. */
  readonly alignment: number;
  /** Margin around a tile's core that its outputs depend on, a multiple of `alignment`. */
  readonly halo: number;
  /** Floating-point operations (a multiply-add is two) for each input pixel. */
  readonly flopsPerPixel: number;
}

/** Larger ones would need tiles that no GPU holds; a sane picker has 8 and some 100. */
const largestAlignment = 64;
const largestHalo = 1024;

/**
 * Infers channels, strides and exact receptive fields.
 * @throws FormatError 'bad-weights' when channels or strides don't fit together, or no kernel can run a layer.
 */
export function inferShape(graph: Graph): GraphShape {
  const values = new Map<string, ValueShape>([[inputName, { channels: 1, stride: 1, from: 0, to: 0 }]]);
  const bad = (what: string): never => {
    throw new FormatError('bad-weights', graph.name, `is no network that Cryolite can run: ${what}.`);
  };
  const shapeOf = (name: string): ValueShape => values.get(name) ?? bad(`${name} is missing`);
  let alignment = 1;
  let flopsPerPixel = 0;
  let output = shapeOf(inputName);
  for (const layer of graph.layers) {
    const sources = inputsOf(layer).map(shapeOf);
    const source = sources[0] ?? bad(`${layer.name} reads nothing`);
    // Kernels read and write four channels at a time; only a convolution takes or makes a single one.
    const odd = sources.find(({ channels }) => channels % 4 !== 0);
    if (layer.op !== 'conv' && odd) bad(`${layer.name} reads ${odd.channels} channels, no multiple of 4`);
    if (layer.op === 'conv') {
      if (!hasConv2dKernel(convShape(layer)))
        bad(
          `${layer.name} is a ${layer.kernel} × ${layer.kernel} convolution of ${layer.in} to ${layer.out} channels`,
        );
      if (source.channels !== layer.in)
        bad(`${layer.name} expects ${layer.in} channels and gets ${source.channels}`);
      const reach = ((layer.kernel - 1) / 2) * source.stride;
      output = { ...source, channels: layer.out, from: source.from - reach, to: source.to + reach };
      flopsPerPixel += (2 * layer.kernel ** 2 * layer.in * layer.out) / source.stride ** 2;
    } else if (layer.op === 'maxPool') {
      output = { ...source, stride: source.stride * 2, to: source.to + source.stride };
    } else if (layer.op === 'upsample') {
      if (source.stride % 2 !== 0) bad(`${layer.name} would be finer than the image`);
      output = { ...source, stride: source.stride / 2, from: source.from - source.stride / 2 };
    } else {
      if (sources.some(({ stride }) => stride !== source.stride))
        bad(`${layer.name} joins layers of different size`);
      output = {
        channels: sources.reduce((sum, { channels }) => sum + channels, 0),
        stride: source.stride,
        from: Math.min(...sources.map(({ from }) => from)),
        to: Math.max(...sources.map(({ to }) => to)),
      };
    }
    alignment = Math.max(alignment, output.stride);
    values.set(layer.name, output);
  }
  const reach = Math.max(-output.from, output.to - (output.stride - 1));
  const halo = Math.ceil(reach / alignment) * alignment;
  if (alignment > largestAlignment) bad(`it reduces the image ${alignment} times`);
  if (halo > largestHalo) bad(`its results depend on ${halo} pixels around them`);
  return { values, output, alignment, halo, flopsPerPixel };
}

/** A layer as its kernel knows it. */
export function convShape(layer: Layer & { readonly op: 'conv' }): Conv2dShape {
  return { kernel: layer.kernel, inputs: layer.in, outputs: layer.out, activation: layer.activation };
}
