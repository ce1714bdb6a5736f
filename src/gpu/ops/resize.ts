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

/** Nearest pixel, or linear interpolation between pixels that are areas, or points with the outermost at the corners. */
export type UpsampleMode = 'nearest' | 'linear' | 'corners';

export function upsampleKernel(mode: UpsampleMode, stored: Stored): Kernel {
  return { shader: 'nn/upsample.wgsl', defines: { ...tensorDefines(stored, stored), MODE: mode } };
}

export function upsampleRun(source: Tensor, result: Tensor, region: Region): KernelRun {
  return {
    uniforms: [
      ...resultFields(result, region),
      ...viewFields(source.view),
      ...[source.width, source.height, result.width, result.height, region.x, region.y].map(u32),
    ],
    buffers: [result.view.buffer, source.view.buffer],
    grid: itemGrid(result, region),
  };
}
