import { u32 } from '../recorder.ts';
import {
  itemGrid,
  type Kernel,
  type KernelRun,
  type Region,
  resultFields,
  type Stored,
  type Tensor,
  tensorDefines,
  viewFields,
} from './view.ts';
import type { Pair, Window } from './window.ts';

export interface PoolSpec extends Window {
  readonly mode: 'max' | 'average';
  /** Whether taps beyond the picture count as zeros in a mean. */
  readonly countPadding: boolean;
  readonly stored: Stored;
}

export function poolKernel({ kernel, stride, dilation, mode, countPadding, stored }: PoolSpec): Kernel {
  return {
    shader: 'nn/pool.wgsl',
    defines: {
      ...tensorDefines(stored, stored),
      MODE: mode,
      COUNT: countPadding,
      KX: kernel.x,
      KY: kernel.y,
      STRIDEX: stride.x,
      STRIDEY: stride.y,
      DILATIONX: dilation.x,
      DILATIONY: dilation.y,
    },
  };
}

/** @param first the source pixel under the first tap of the result's pixel (0, 0): minus the padding. */
export function poolRun(
  { stride }: PoolSpec,
  source: Tensor,
  first: Pair,
  result: Tensor,
  region: Region,
): KernelRun {
  return {
    uniforms: [
      ...resultFields(result, region),
      ...viewFields(source.view),
      u32(source.width),
      u32(source.height),
      u32(first.x + region.x * stride.x),
      u32(first.y + region.y * stride.y),
    ],
    buffers: [result.view.buffer, source.view.buffer],
    grid: itemGrid(result, region),
  };
}
