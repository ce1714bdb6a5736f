/** Convolutions: what they are, and what their kernels are told for a run. */
import { u32 } from '../recorder.ts';
import type { Activation } from './activation.ts';
import {
  type Kernel,
  type KernelRun,
  type Region,
  regionFields,
  type Stored,
  type Tensor,
  viewFields,
} from './view.ts';
import type { PaddingMode, Pair, Window } from './window.ts';

/** A value that a convolution reads: as it is, or up-sampled (nearest) while it is read. */
export interface Conv2dSource {
  /** Groups of four channels; 1 of a plane. */
  readonly groups: number;
  readonly stored: Stored;
  readonly isUpsampled: boolean;
}

export interface Conv2dSpec extends Window {
  /** One or two, whose channels lie side by side. */
  readonly sources: readonly Conv2dSource[];
  /** Groups of the result; 1 of a plane. */
  readonly groups: number;
  readonly result: Stored;
  readonly paddingMode: PaddingMode;
  /** Whether a tensor stored as the result is added before the activation. */
  readonly hasResidual: boolean;
  readonly activation: Activation;
}

export type Conv2dKernelName = 'direct' | 'gemm' | 'quads' | 'oneIn' | 'oneOut' | 'oneOne';

export interface Conv2dKernel extends Kernel {
  readonly name: Conv2dKernelName;
  /** Workgroups for a region of the result. */
  grid(width: number, height: number): readonly [number, number, number];
}

export interface Conv2dBuffers {
  readonly weights: GPUBuffer;
  readonly bias: GPUBuffer;
}

/** What a convolution is run on. */
export interface Conv2dTensors extends Conv2dBuffers {
  readonly sources: readonly Tensor[];
  /** Size of what the sources show: their own, or what they are up-sampled to. */
  readonly shown: { readonly width: number; readonly height: number };
  /** The source pixel under the first tap of the result's pixel (0, 0): minus the padding. */
  readonly first: Pair;
  readonly result: Tensor;
  readonly residual?: Tensor | undefined;
}

/** What a kernel is told to make a region of the result. */
export function conv2dRun(
  kernel: Conv2dKernel,
  { stride }: Conv2dSpec,
  { sources, shown, first, result, residual, weights, bias }: Conv2dTensors,
  region: Region,
): KernelRun {
  return {
    uniforms: [
      u32(region.width),
      u32(region.height),
      ...regionFields(result.view, region),
      u32(first.x + region.x * stride.x),
      u32(first.y + region.y * stride.y),
      u32(shown.width),
      u32(shown.height),
      ...sources.flatMap(({ view, width, height }) => [...viewFields(view), u32(width), u32(height)]),
      ...(residual ? regionFields(residual.view, region) : []),
    ],
    buffers: [
      result.view.buffer,
      weights,
      bias,
      ...sources.map(({ view }) => view.buffer),
      ...(residual ? [residual.view.buffer] : []),
    ],
    grid: kernel.grid(region.width, region.height),
  };
}

/** Whether a convolution's weights are float16, as its tensors are. */
export function isHalfConv2d({ sources, result }: Conv2dSpec): boolean {
  return result === 'half' || sources.some(({ stored }) => stored === 'half');
}
