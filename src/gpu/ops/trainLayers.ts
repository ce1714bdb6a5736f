/** Layers of a training step without weights, forward and backward. */
import type { Defines } from '../expand.ts';
import { f32, type UniformField, u32 } from '../recorder.ts';
import { type Activation, slopeOf } from './activation.ts';
import {
  type BufferName,
  elementsOf,
  type KernelCall,
  lineGrid,
  type Picture,
  type PictureShape,
  pixelsOf,
} from './trainCall.ts';
import type { Margins, PaddingMode, Window } from './window.ts';

/** A call with one thread for each of `count` numbers; its uniforms begin with the count and the grid's columns. */
export function overNumbers(
  shader: string,
  defines: Defines,
  count: number,
  uniforms: readonly UniformField[],
  buffers: readonly BufferName[],
  workOfOne = 1,
): KernelCall {
  const { grid, columns } = lineGrid(count, 64);
  return {
    shader,
    defines,
    uniforms: [u32(count), u32(columns), ...uniforms],
    buffers,
    grid,
    work: count * workOfOne,
  };
}

/** result = source, or result += source, for as many numbers as the shape has. */
export function copyNumbers(
  shape: PictureShape,
  source: BufferName,
  result: BufferName,
  accumulate: boolean,
): KernelCall {
  const OP = accumulate ? 'add' : 'copy';
  return overNumbers('train/elementwise.wgsl', { OP }, fours(shape), [], [result, source], 4);
}

/** In place. */
export function activateNumbers(shape: PictureShape, activation: Activation, result: BufferName): KernelCall {
  const uniforms = activationUniforms(activation);
  return overNumbers('train/elementwise.wgsl', { OP: 'activate' }, fours(shape), uniforms, [result], 8);
}

/** In place: the gradient by what was activated from that by what came out, `value`. */
export function activationGradient(
  shape: PictureShape,
  activation: Activation,
  gradient: BufferName,
  value: BufferName,
): KernelCall {
  const uniforms = activationUniforms(activation);
  return overNumbers(
    'train/elementwise.wgsl',
    { OP: 'gradient' },
    fours(shape),
    uniforms,
    [gradient, value],
    8,
  );
}

const fours = (shape: PictureShape): number => Math.ceil(elementsOf(shape) / 4);

const activationUniforms = (activation: Activation): UniformField[] => [
  u32(activation.kind === 'sigmoid' ? 1 : 0),
  f32(slopeOf(activation)),
];

/** Moves `channels` of a picture: result(x, y) = source(x + offset.x, y + offset.y), over all pixels of the result. */
export interface Placement {
  readonly channels: number;
  readonly sourceChannel: number;
  readonly resultChannel: number;
  readonly offset: { readonly x: number; readonly y: number };
  readonly beyond: PaddingMode;
  readonly accumulate: boolean;
}

export function placePicture(source: Picture, result: Picture, placement: Placement): KernelCall {
  const { channels, sourceChannel, resultChannel, offset, beyond, accumulate } = placement;
  const counts = [channels, result.channels, resultChannel, source.channels, sourceChannel];
  const { FOURS, per } = numbersOf(counts);
  return overNumbers(
    'train/place.wgsl',
    { MIRROR: beyond === 'reflect', FOURS },
    pixelsOf(result) * (channels / per),
    [
      ...[channels / per, result.width, result.height, result.channels / per, resultChannel / per].map(u32),
      ...[source.width, source.height, source.channels / per, sourceChannel / per].map(u32),
      ...[offset.x, offset.y, accumulate ? 1 : 0].map(u32),
    ],
    [source.buffer, result.buffer],
    4 * per,
  );
}

/** Four channels make one number of a kernel where all counts allow it: a quarter of the index arithmetic. */
export function numbersOf(counts: readonly number[]): { readonly FOURS: boolean; readonly per: number } {
  const FOURS = counts.every((count) => count % 4 === 0);
  return { FOURS, per: FOURS ? 4 : 1 };
}

/** The transpose of mirror padding: `padded` is `result` and `by` pixels on every side. */
export function foldMirror(
  padded: BufferName,
  result: Picture,
  by: Margins,
  accumulate: boolean,
): KernelCall {
  return overNumbers(
    'train/fold_mirror.wgsl',
    {},
    elementsOf(result),
    [
      ...[result.channels, result.width, result.height].map(u32),
      ...[by.left, by.right, by.top, by.bottom, accumulate ? 1 : 0].map(u32),
    ],
    [padded, result.buffer],
    10,
  );
}

export interface PoolWindow extends Window {
  readonly kind: 'max' | 'average';
  readonly left: number;
  readonly top: number;
  readonly countPadding: boolean;
}

export function poolPicture(source: Picture, result: Picture, window: PoolWindow): KernelCall {
  return overNumbers(
    'train/pool.wgsl',
    { MAX: window.kind === 'max', BACKWARD: false },
    elementsOf(result),
    poolUniforms(source, result, window, false),
    [result.buffer, source.buffer],
    window.kernel.x * window.kernel.y,
  );
}

/** @param gradient by the pooled picture. @param result gradient by the source. */
export function poolGradient(
  gradient: Picture,
  result: Picture,
  source: BufferName,
  window: PoolWindow,
  accumulate: boolean,
): KernelCall {
  const isMax = window.kind === 'max';
  return overNumbers(
    'train/pool.wgsl',
    { MAX: isMax, BACKWARD: true },
    elementsOf(result),
    poolUniforms(result, gradient, window, accumulate),
    [gradient.buffer, result.buffer, ...(isMax ? [source] : [])],
    (window.kernel.x * window.kernel.y) ** 2,
  );
}

function poolUniforms(
  large: PictureShape,
  small: PictureShape,
  window: PoolWindow,
  accumulate: boolean,
): UniformField[] {
  const { kernel, stride, dilation, left, top, countPadding } = window;
  return [
    ...[large.channels, large.width, large.height, small.width, small.height].map(u32),
    ...[kernel.x, kernel.y, stride.x, stride.y, dilation.x, dilation.y].map(u32),
    ...[left, top, countPadding ? 1 : 0, accumulate ? 1 : 0].map(u32),
  ];
}

export interface Resampling {
  readonly mode: 'nearest' | 'bilinear';
  readonly alignCorners: boolean;
}

export function resamplePicture(
  source: Picture,
  result: Picture,
  { mode, alignCorners }: Resampling,
): KernelCall {
  const { FOURS, per } = numbersOf([source.channels]);
  return overNumbers(
    'train/resample.wgsl',
    { BILINEAR: mode === 'bilinear', BACKWARD: false, FOURS },
    elementsOf(result) / per,
    resampleUniforms(source, result, per, alignCorners, false),
    [result.buffer, source.buffer],
    10 * per,
  );
}

export function resampleGradient(
  gradient: Picture,
  result: Picture,
  { mode, alignCorners }: Resampling,
  accumulate: boolean,
): KernelCall {
  const reach = (large: number, small: number): number => 4 * (large / small) + 6;
  const { FOURS, per } = numbersOf([result.channels]);
  return overNumbers(
    'train/resample.wgsl',
    { BILINEAR: mode === 'bilinear', BACKWARD: true, FOURS },
    elementsOf(result) / per,
    resampleUniforms(result, gradient, per, alignCorners, accumulate),
    [gradient.buffer, result.buffer],
    per * reach(gradient.width, result.width) * reach(gradient.height, result.height),
  );
}

const resampleUniforms = (
  small: PictureShape,
  large: PictureShape,
  per: number,
  alignCorners: boolean,
  accumulate: boolean,
) =>
  [
    ...[small.channels / per, small.width, small.height, large.width, large.height],
    ...[alignCorners ? 1 : 0, accumulate ? 1 : 0],
  ].map(u32);
