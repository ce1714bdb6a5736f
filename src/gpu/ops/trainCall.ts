import type { Defines } from '../expand.ts';
import type { UniformField } from '../recorder.ts';

/** Names a buffer; on which memory it lies is decided when all calls of a step are known. */
export type BufferName = string;

/** One dispatch of a training step, in plain data: uniforms at binding 0, buffers from 1 on. */
export interface KernelCall {
  readonly shader: string;
  readonly defines: Defines;
  readonly uniforms: readonly UniformField[];
  readonly buffers: readonly BufferName[];
  readonly grid: readonly [number, number, number];
  /** Floating-point operations, roughly; a submit gets only so many. */
  readonly work: number;
}

/** A batch of pictures, f32, [batch][row][column][channel] without gaps. */
export interface PictureShape {
  readonly batch: number;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

export interface Picture extends PictureShape {
  readonly buffer: BufferName;
}

export function pixelsOf({ batch, width, height }: PictureShape): number {
  return batch * width * height;
}

export function elementsOf(shape: PictureShape): number {
  return pixelsOf(shape) * shape.channels;
}

/**
 * The most work of one dispatch and of one submit: a tenth of a second on a GPU that reaches 100 GFLOP/s, so that the
 * slowest stays far from the two seconds after which Windows resets a device.
 */
export const maximalWork = 1e10;

/** WebGPU's limit for each side of a grid, on every adapter. */
export const maximalGrid = 65535;

/** A grid of `perGroup` threads in x over many elements: uniform `columns` is the threads of one row of the grid. */
export function lineGrid(
  elements: number,
  perGroup: number,
): { readonly grid: readonly [number, number, number]; readonly columns: number } {
  const groups = Math.max(1, Math.ceil(elements / perGroup));
  const across = Math.min(groups, 32768);
  return { grid: [across, Math.ceil(groups / across), 1], columns: across * perGroup };
}

/** Workgroups from `first` on. */
export type Part = readonly [first: number, length: number];

/** Cuts a row of `count` workgroups into parts of bounded work. */
export function parts(count: number, workOfOne: number): Part[] {
  const length = Math.max(1, Math.min(maximalGrid, Math.floor(maximalWork / Math.max(1, workOfOne))));
  const result: Part[] = [];
  for (let first = 0; first < count; first += length) result.push([first, Math.min(length, count - first)]);
  return result;
}
