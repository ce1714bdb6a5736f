import type { Defines } from '../expand.ts';
import { groups, type UniformField, u32 } from '../recorder.ts';

/** How a tensor's items are stored: single float32 numbers (one channel), or four channels as float32 or as float16. */
export type Stored = 'plane' | 'full' | 'half';

/**
 * Where a tensor lies on the GPU: item (x, y, group) at base + y · row + x · pixel + group, counted in items. A base below 0
 * is that of a tensor whose first pixels are not stored.
 */
export interface TensorView {
  readonly buffer: GPUBuffer;
  readonly row: number;
  readonly pixel: number;
  readonly base: number;
}

/** A value: where it lies, how large the whole of it is, and how many groups of four channels (or planes: 1) it has. */
export interface Tensor {
  readonly view: TensorView;
  readonly width: number;
  readonly height: number;
  readonly groups: number;
}

/** A part of a value: its first pixel and its size, px. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A shader and what is put into its text. */
export interface Kernel {
  readonly shader: string;
  readonly defines: Defines;
}

/** What a kernel is told for one run. */
export interface KernelRun {
  readonly uniforms: readonly UniformField[];
  readonly buffers: readonly GPUBuffer[];
  readonly grid: readonly [number, number, number];
}

/** WGSL's type of an item. */
export const itemType = { plane: 'f32', full: 'vec4f', half: 'vec4h' } as const satisfies Record<
  Stored,
  string
>;

/** For `lib/tensor.wgsl`. */
export function tensorDefines(source: Stored, result: Stored): Defines {
  return {
    HALF: source === 'half' || result === 'half',
    SOURCE: itemType[source],
    RESULT: itemType[result],
  };
}

/** The place of a view's item at a pixel. */
export const itemAt = ({ base, row, pixel }: TensorView, x: number, y: number): number =>
  base + y * row + x * pixel;

/** row, pixel and base, as kernels take them; a base below 0 wraps around. */
export const viewFields = ({ row, pixel, base }: TensorView): UniformField[] => [
  u32(row),
  u32(pixel),
  u32(base),
];

/** The same of a region: its base is its first item. */
export const regionFields = (view: TensorView, { x, y }: Region): UniformField[] =>
  viewFields({ ...view, base: itemAt(view, x, y) });

/** width, height, groups, row, pixel, base: what kernels of one thread an item are told first. */
export const resultFields = ({ view, groups: perPixel }: Tensor, region: Region): UniformField[] => [
  u32(region.width),
  u32(region.height),
  u32(perPixel),
  ...regionFields(view, region),
];

/** A thread for every item of a region, 64 to a workgroup. */
export function itemGrid({ groups: perPixel }: Tensor, { width, height }: Region): KernelRun['grid'] {
  return [groups(width * perPixel, 64), height, 1];
}
