/** Between tensors and planes: pictures in row-major float32, one channel after another. */
import { groups, u32 } from '../recorder.ts';
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
} from './view.ts';
import type { Pair } from './window.ts';

/** Pixel (x, y) of a value is pixel (x, y) − origin of the planes. */
export interface Planes {
  readonly buffer: GPUBuffer;
  readonly width: number;
  readonly height: number;
  readonly origin: Pair;
}

export const fromPlanesKernel = (result: Stored): Kernel => ({
  shader: 'nn/from_planes.wgsl',
  defines: tensorDefines('plane', result),
});

/** The planes go on as their own mirror images beyond all edges. */
export function fromPlanesRun(planes: Planes, channels: number, result: Tensor, region: Region): KernelRun {
  const { buffer, width, height, origin } = planes;
  return {
    uniforms: [
      ...resultFields(result, region),
      ...[width, height, channels, region.x - origin.x, region.y - origin.y].map(u32),
    ],
    buffers: [result.view.buffer, buffer],
    grid: itemGrid(result, region),
  };
}

export const toPlanesKernel = (source: Stored): Kernel => ({
  shader: 'nn/to_planes.wgsl',
  defines: tensorDefines(source, 'plane'),
});

/** The region must lie inside the planes. */
export function toPlanesRun(source: Tensor, channels: number, planes: Planes, region: Region): KernelRun {
  const { buffer, width, height, origin } = planes;
  const first = (region.y - origin.y) * width + region.x - origin.x;
  return {
    uniforms: [
      ...[region.width, region.height, channels, width, height, first].map(u32),
      ...regionFields(source.view, region),
    ],
    buffers: [buffer, source.view.buffer],
    grid: [groups(region.width, 64), region.height, source.groups],
  };
}
