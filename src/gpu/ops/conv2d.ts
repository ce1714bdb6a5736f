import type { GpuContext } from '../context.ts';
import type { Defines } from '../expand.ts';
import { groups, type Recorder, u32 } from '../recorder.ts';
import type { TensorView } from './view.ts';

export type Activation = 'none' | 'relu' | 'leakyRelu';

/** A convolution in plain numbers: stride 1, zero padding kernel/2. */
export interface Conv2dShape {
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
}

export interface Conv2dVariant {
  readonly shader: 'conv/direct.wgsl' | 'conv/one_in.wgsl' | 'conv/one_out.wgsl';
  readonly defines: Defines;
  /** Workgroups for a picture. */
  grid(width: number, height: number): readonly [number, number, number];
}

/** Threads of a workgroup, in the kernels with one channel on a side a square. */
const threads = 64;
const squareEdge = 8;
/**
 * Pixels that a thread makes: 8 of 4 channels load least for each product. Against 4 of 8 channels, 48 → 48 at 128²:
 * 1.6 to 1.0 GFLOP/s on SwiftShader, 3.0 to 2.0 on lavapipe (two busy cores, November 2026); 16 are slower again.
 */
const pixels = 8;

/**
 * Chooses the kernel for a shape.
 * @throws Error when no kernel fits: channel counts must be 1 or multiples of 4, the kernel odd.
 */
export function conv2dVariant(shape: Conv2dShape): Conv2dVariant {
  const { kernel, inputs, outputs, activation } = shape;
  const fits = (channels: number): boolean => channels % 4 === 0 && channels > 0;
  const common = { K: kernel, RADIUS: (kernel - 1) / 2, ACTIVATION: activation };
  const squares = (width: number, height: number) =>
    [groups(width, squareEdge), groups(height, squareEdge), 1] as const;
  if (kernel % 2 === 1 && inputs === 1 && fits(outputs) && outputs <= 64) {
    return { shader: 'conv/one_in.wgsl', defines: { ...common, OUT4: outputs / 4 }, grid: squares };
  }
  if (kernel % 2 === 1 && fits(inputs) && outputs === 1) {
    return { shader: 'conv/one_out.wgsl', defines: { ...common, IN4: inputs / 4 }, grid: squares };
  }
  if (kernel % 2 === 1 && fits(inputs) && fits(outputs)) {
    const channelGroups = outputs / 4;
    const lanes = [8, 4, 2, 1].find((count) => channelGroups % count === 0) ?? 1;
    const strips = threads / lanes;
    const defines = {
      ...common,
      IN4: inputs / 4,
      OUT4: channelGroups,
      PIXELS: pixels,
      COLUMNS: pixels + kernel - 1,
      LANES: lanes,
      STRIPS: strips,
    };
    const grid = (width: number, height: number) =>
      [channelGroups / lanes, groups(groups(width, pixels), strips), height] as const;
    return { shader: 'conv/direct.wgsl', defines, grid };
  }
  throw new Error(
    `No convolution kernel for ${inputs} → ${outputs} channels with a ${kernel} × ${kernel} window.`,
  );
}

/** Whether `conv2dVariant` knows a kernel for the shape. */
export function hasConv2dKernel(shape: Conv2dShape): boolean {
  try {
    return conv2dVariant(shape) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Weights from PyTorch's order [output][input][ky][kx] into the order that the variant's shader reads, and the bias
 * padded to four.
 */
export function packConv2dWeights(
  shape: Conv2dShape,
  weights: Float32Array,
  bias: Float32Array,
): { readonly weights: Float32Array<ArrayBuffer>; readonly bias: Float32Array<ArrayBuffer> } {
  const { kernel: K, inputs, outputs } = shape;
  const { shader } = conv2dVariant(shape);
  const packed = new Float32Array(outputs * inputs * K * K);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let ky = 0; ky < K; ky++) {
        for (let kx = 0; kx < K; kx++) {
          const value = weights[((o * inputs + i) * K + ky) * K + kx] ?? 0;
          let at: number;
          if (shader === 'conv/one_in.wgsl') at = (ky * K + kx) * outputs + o;
          else if (shader === 'conv/one_out.wgsl') at = (ky * K + kx) * inputs + i;
          else at = (((ky * (inputs / 4) + (i >> 2)) * K + kx) * 4 + (i & 3)) * outputs + o;
          packed[at] = value;
        }
      }
    }
  }
  const paddedBias = new Float32Array(Math.max(4, outputs));
  paddedBias.set(bias);
  return { weights: packed, bias: paddedBias };
}

/** Records one convolution; `source` and `result` have the same width and height. */
export async function recordConv2d(
  context: GpuContext,
  recorder: Recorder,
  shape: Conv2dShape,
  source: TensorView,
  result: TensorView,
  weights: GPUBuffer,
  bias: GPUBuffer,
): Promise<void> {
  const variant = conv2dVariant(shape);
  const pipeline = await context.pipeline(variant.shader, variant.defines);
  const size = [u32(source.width), u32(source.height)];
  const sourceSlice = [u32(source.stride / 4), u32(source.offset / 4)];
  const resultSlice = [u32(result.stride / 4), u32(result.offset / 4)];
  recorder.dispatch(
    pipeline,
    [
      ...size,
      ...(variant.shader === 'conv/one_in.wgsl' ? [] : sourceSlice),
      ...(variant.shader === 'conv/one_out.wgsl' ? [] : resultSlice),
    ],
    [source.buffer, result.buffer, weights, bias],
    variant.grid(source.width, source.height),
  );
}
