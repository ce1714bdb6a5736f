/** What is done to every value by itself: copying, padding, activation, scaling of channels, sums. */
import { u32 } from '../recorder.ts';
import { type Activation, activationDefines } from './activation.ts';
import {
  itemGrid,
  type Kernel,
  type KernelRun,
  type Region,
  regionFields,
  resultFields,
  type Stored,
  type Tensor,
  tensorDefines,
  viewFields,
} from './view.ts';
import type { PaddingMode, Pair } from './window.ts';

export interface MapSpec {
  readonly source: Stored;
  readonly result: Stored;
  /** What lies beyond the source. */
  readonly paddingMode: PaddingMode;
  /** Whether each channel has a factor and a term. */
  readonly isAffine: boolean;
  readonly activation: Activation;
}

export function mapKernel({ source, result, paddingMode, isAffine, activation }: MapSpec): Kernel {
  return {
    shader: 'nn/map.wgsl',
    defines: {
      ...tensorDefines(source, result),
      REFLECT: paddingMode === 'reflect',
      AFFINE: isAffine,
      ...activationDefines(activation),
    },
  };
}

/**
 * @param first the source pixel that the result's pixel (0, 0) shows.
 * @param affine factors and terms, a vec4f for each group of four channels.
 */
export function mapRun(
  source: Tensor,
  first: Pair,
  result: Tensor,
  region: Region,
  affine: readonly GPUBuffer[] = [],
): KernelRun {
  return {
    uniforms: [
      ...resultFields(result, region),
      ...viewFields(source.view),
      ...[source.width, source.height, first.x + region.x, first.y + region.y].map(u32),
    ],
    buffers: [result.view.buffer, source.view.buffer, ...affine],
    grid: itemGrid(result, region),
  };
}

export function addKernel(stored: Stored, activation: Activation): Kernel {
  return {
    shader: 'nn/add.wgsl',
    defines: { ...tensorDefines(stored, stored), ...activationDefines(activation) },
  };
}

export function addRun(left: Tensor, right: Tensor, result: Tensor, region: Region): KernelRun {
  return {
    uniforms: [
      ...resultFields(result, region),
      ...regionFields(left.view, region),
      ...regionFields(right.view, region),
    ],
    buffers: [result.view.buffer, left.view.buffer, right.view.buffer],
    grid: itemGrid(result, region),
  };
}
