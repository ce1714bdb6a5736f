/** The layers of which Topaz's networks are made. */

export type TopazActivation = 'none' | 'relu' | 'leakyRelu';

/**
 * A layer reads the outputs of earlier ones by their names, or `input`. Images are [channels][height][width]; every
 * convolution has stride 1 and is a correlation, every size follows from the input's.
 */
export type TopazLayer =
  | {
      readonly op: 'conv';
      /** The prefix of its tensors: `NAME.weight` [out, in, kernel, kernel], and `NAME.bias` [out] where there is one. */
      readonly name: string;
      readonly input: string;
      readonly in: number;
      readonly out: number;
      readonly kernel: number;
      readonly dilation: number;
      /** Zeros on every side. */
      readonly padding: number;
      readonly bias: boolean;
      readonly activation: TopazActivation;
    }
  | {
      /** (x - mean)/sqrt(variance + epsilon) · weight + bias for each channel. */
      readonly op: 'batchNorm';
      /** The prefix of `.weight`, `.bias`, `.running_mean` and `.running_var`, [channels] each. */
      readonly name: string;
      readonly input: string;
      readonly channels: number;
      readonly epsilon: number;
      readonly activation: TopazActivation;
    }
  /** 2 × 2, stride 2; an odd last row or column is dropped. */
  | { readonly op: 'maxPool'; readonly name: string; readonly input: string }
  /** Nearest neighbour to exactly the size of `like`: source index = floor(j · in / out), per axis. */
  | { readonly op: 'upsample'; readonly name: string; readonly input: string; readonly like: string }
  /** Channels one after another. */
  | { readonly op: 'concat'; readonly name: string; readonly inputs: readonly [string, string] }
  /** Zeros on every side. */
  | { readonly op: 'pad'; readonly name: string; readonly input: string; readonly by: number }
  /** Takes `by` off every side. */
  | { readonly op: 'crop'; readonly name: string; readonly input: string; readonly by: number }
  | {
      readonly op: 'add';
      readonly name: string;
      readonly inputs: readonly [string, string];
      readonly activation: TopazActivation;
    };

export type TopazKind = 'unet' | 'fcnn' | 'affine' | 'resnet8' | 'resnet16';

export interface TopazNetwork {
  readonly kind: TopazKind;
  /** Denoisers give an image in units of the standardised input, detectors a log-odds map; both as large as the input. */
  readonly use: 'denoise' | 'pick';
  /** In the order of running; the last one is the output, of one channel. The input, `input`, has one too. */
  readonly layers: readonly TopazLayer[];
  /** Slope of the leaky ReLUs below zero. */
  readonly leakySlope: number;
  /** Tiles give the same numbers as the whole image only when they start at multiples of this, px. */
  readonly alignment: number;
}

/** What the first layers read. */
export const INPUT = 'input';
/** PyTorch's default for batch normalisation. */
export const BATCH_NORM_EPSILON = 1e-5;
export const LEAKY_SLOPE = 0.1;
