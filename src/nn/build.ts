/** Layers in few words: what is usual need not be said. */
import { type Activation, noActivation } from '../gpu/ops/activation.ts';
import { type Margins, noMargins, type PaddingMode, type Pair } from '../gpu/ops/window.ts';
import type {
  Activate,
  Add,
  BatchNorm,
  Concat,
  Conv,
  ConvTranspose,
  Crop,
  Pad,
  Pool,
  Upsample,
} from './layers.ts';

/** The same along both axes, or not. */
export type Both = number | Pair;

export const pair = (value: Both): Pair => (typeof value === 'number' ? { x: value, y: value } : value);

export const margins = (value: number | Margins): Margins =>
  typeof value === 'number' ? { left: value, right: value, top: value, bottom: value } : value;

export const relu: Activation = { kind: 'relu' };
export const sigmoid: Activation = { kind: 'sigmoid' };
export const leakyRelu = (slope: number): Activation => ({ kind: 'leakyRelu', slope });

export interface ConvOptions {
  readonly stride?: Both;
  readonly dilation?: Both;
  /** 'same' keeps the size at stride 1: zeros beyond the edges, half the kernel on each side. Default: none. */
  readonly padding?: number | Margins | 'same';
  readonly paddingMode?: PaddingMode;
  readonly bias?: boolean;
  readonly activation?: Activation;
}

/** A convolution whose tensors are `NAME.weight` and `NAME.bias`. */
export function conv(
  name: string,
  input: string,
  inputs: number,
  outputs: number,
  kernel: Both,
  options: ConvOptions = {},
): Conv {
  const size = pair(kernel);
  const dilation = pair(options.dilation ?? 1);
  const { padding = 0, bias = true } = options;
  return {
    op: 'conv',
    name,
    input,
    in: inputs,
    out: outputs,
    kernel: size,
    stride: pair(options.stride ?? 1),
    dilation,
    padding: padding === 'same' ? samePadding(size, dilation) : margins(padding),
    paddingMode: options.paddingMode ?? 'zero',
    weight: `${name}.weight`,
    ...(bias ? { bias: `${name}.bias` } : {}),
    activation: options.activation ?? noActivation,
  };
}

/** As PyTorch's `padding="same"`: an odd pixel goes to the right and to the bottom. */
export function samePadding(kernel: Pair, dilation: Pair): Margins {
  const x = (kernel.x - 1) * dilation.x;
  const y = (kernel.y - 1) * dilation.y;
  return { left: x >> 1, right: x - (x >> 1), top: y >> 1, bottom: y - (y >> 1) };
}

export interface ConvTransposeOptions {
  readonly stride?: Both;
  readonly crop?: number | Margins;
  readonly bias?: boolean;
  readonly activation?: Activation;
}

export function convTranspose(
  name: string,
  input: string,
  inputs: number,
  outputs: number,
  kernel: Both,
  { stride = 1, crop: by = 0, bias = true, activation = noActivation }: ConvTransposeOptions = {},
): ConvTranspose {
  return {
    op: 'convTranspose',
    name,
    input,
    in: inputs,
    out: outputs,
    kernel: pair(kernel),
    stride: pair(stride),
    crop: margins(by),
    weight: `${name}.weight`,
    ...(bias ? { bias: `${name}.bias` } : {}),
    activation,
  };
}

export interface PoolOptions {
  readonly stride?: Both;
  readonly dilation?: Both;
  readonly padding?: number | Margins;
  readonly countPadding?: boolean;
}

/** Pooling over squares that touch, unless options say otherwise. */
export function pool(
  op: Pool['op'],
  name: string,
  input: string,
  kernel: Both,
  { stride = kernel, dilation = 1, padding = 0, countPadding = true }: PoolOptions = {},
): Pool {
  return {
    op,
    name,
    input,
    kernel: pair(kernel),
    stride: pair(stride),
    dilation: pair(dilation),
    padding: margins(padding),
    countPadding,
  };
}

/** @param to a whole factor, or the name of the value whose size is wanted. */
export function upsample(
  name: string,
  input: string,
  to: Both | string,
  mode: Upsample['mode'] = 'nearest',
  alignCorners = false,
): Upsample {
  const target = typeof to === 'string' ? { like: to } : { factor: pair(to) };
  return { op: 'upsample', name, input, mode, alignCorners, to: target };
}

export const add = (name: string, inputs: readonly string[], activation = noActivation): Add => ({
  op: 'add',
  name,
  inputs,
  activation,
});

export const concat = (name: string, inputs: readonly string[]): Concat => ({ op: 'concat', name, inputs });

export const crop = (name: string, input: string, by: number | Margins): Crop => ({
  op: 'crop',
  name,
  input,
  by: margins(by),
});

export const pad = (name: string, input: string, by: number | Margins, mode: PaddingMode = 'zero'): Pad => ({
  op: 'pad',
  name,
  input,
  by: margins(by),
  mode,
});

export const activate = (name: string, input: string, activation: Activation): Activate => ({
  op: 'activation',
  name,
  input,
  activation,
});

/** A normalisation whose tensors have PyTorch's names. */
export function batchNorm(
  name: string,
  input: string,
  channels: number,
  {
    epsilon = 1e-5,
    activation = noActivation,
  }: { readonly epsilon?: number; readonly activation?: Activation } = {},
): BatchNorm {
  return {
    op: 'batchNorm',
    name,
    input,
    channels,
    epsilon,
    weight: `${name}.weight`,
    bias: `${name}.bias`,
    mean: `${name}.running_mean`,
    variance: `${name}.running_var`,
    activation,
  };
}

export { noMargins };
