/**
 * A network as data: a list of layers, each naming what it reads among the earlier ones or the image. Every value is
 * a picture of some channels; along each axis its size is what PyTorch gives for the image's.
 */
import type { Activation } from '../gpu/ops/activation.ts';
import type { Margins, PaddingMode, Pair, Window } from '../gpu/ops/window.ts';

/** A correlation, as in every deep-learning library. */
export interface Conv extends Window {
  readonly op: 'conv';
  readonly name: string;
  readonly input: string;
  readonly in: number;
  readonly out: number;
  readonly padding: Margins;
  readonly paddingMode: PaddingMode;
  /** Name of the tensor [out][in][ky][kx]. */
  readonly weight: string;
  /** Name of the tensor [out]. */
  readonly bias?: string;
  readonly activation: Activation;
}

/** PyTorch's `ConvTranspose2d` without dilation: (in − 1)·stride + kernel, less what is cropped. */
export interface ConvTranspose {
  readonly op: 'convTranspose';
  readonly name: string;
  readonly input: string;
  readonly in: number;
  readonly out: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  /** Off every side: PyTorch's padding, on the right and at the bottom less its `output_padding`; may be negative there. */
  readonly crop: Margins;
  /** Name of the tensor [in][out][ky][kx]. */
  readonly weight: string;
  readonly bias?: string;
  readonly activation: Activation;
}

export interface Pool extends Window {
  readonly op: 'maxPool' | 'averagePool';
  readonly name: string;
  readonly input: string;
  /** Never a maximum; counted as zeros by an average where `countPadding` is set. */
  readonly padding: Margins;
  readonly countPadding: boolean;
}

export interface Upsample {
  readonly op: 'upsample';
  readonly name: string;
  readonly input: string;
  /** Nearest: source index = floor(j · in / out). Bilinear: pixels are areas, or points with `alignCorners`. */
  readonly mode: 'nearest' | 'bilinear';
  readonly alignCorners: boolean;
  /** By a whole factor, or to exactly the size of another value. */
  readonly to: { readonly factor: Pair } | { readonly like: string };
}

export interface Add {
  readonly op: 'add';
  readonly name: string;
  readonly inputs: readonly string[];
  readonly activation: Activation;
}

/** Channels one after another. */
export interface Concat {
  readonly op: 'concat';
  readonly name: string;
  readonly inputs: readonly string[];
}

export interface Crop {
  readonly op: 'crop';
  readonly name: string;
  readonly input: string;
  readonly by: Margins;
}

export interface Pad {
  readonly op: 'pad';
  readonly name: string;
  readonly input: string;
  readonly by: Margins;
  readonly mode: PaddingMode;
}

export interface Activate {
  readonly op: 'activation';
  readonly name: string;
  readonly input: string;
  readonly activation: Activation;
}

/** (x − mean) / sqrt(variance + epsilon) · weight + bias for each channel; the four are names of tensors [channels]. */
export interface BatchNorm {
  readonly op: 'batchNorm';
  readonly name: string;
  readonly input: string;
  readonly channels: number;
  readonly epsilon: number;
  readonly weight?: string;
  readonly bias?: string;
  readonly mean: string;
  readonly variance: string;
  readonly activation: Activation;
}

export type Layer = Conv | ConvTranspose | Pool | Upsample | Add | Concat | Crop | Pad | Activate | BatchNorm;

export interface Graph {
  readonly name: string;
  /** Channels of the image. */
  readonly channels: number;
  /** In the order of running; the last one is the result. */
  readonly layers: readonly Layer[];
}

/** The name of the image that the first layer reads. */
export const inputName = 'input';

/** The values that a layer computes from. */
export function inputsOf(layer: Layer): readonly string[] {
  return 'inputs' in layer ? layer.inputs : [layer.input];
}

/** The value that a network gives. */
export function outputName({ layers }: { readonly layers: readonly { readonly name: string }[] }): string {
  return layers.at(-1)?.name ?? inputName;
}
