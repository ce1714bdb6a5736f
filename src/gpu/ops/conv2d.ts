/** Convolutions: which kernels can run one, and what they are told. Plain numbers; no device is needed to choose. */
import type { Defines } from '../expand.ts';
import { groups, u32 } from '../recorder.ts';
import { type Activation, activationDefines } from './activation.ts';
import {
  itemType,
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

export type Conv2dKernelName = 'direct' | 'oneIn' | 'oneOut' | 'oneOne';

export interface Conv2dKernel extends Kernel {
  readonly name: Conv2dKernelName;
  /** Workgroups for a region of the result. */
  grid(width: number, height: number): readonly [number, number, number];
}

/** Threads of a workgroup of `direct`, and the edge of the square of threads in the others. */
const threads = 64;
const squareEdge = 8;
/**
 * Pixels that a thread of `direct` makes: 8 of 4 channels load least for each product. Against 4 of 8 channels, 48 → 48 at
 * 128²: 1.6 to 1.0 GFLOP/s on SwiftShader, 3.0 to 2.0 on lavapipe (two busy cores, November 2026); 16 are slower again.
 */
const pixels = 8;
/** Taps along a row that are unrolled at once; wider kernels go in several equal chunks. */
const largestChunk = 13;
/** Groups of channels that a thread of `oneIn` makes. */
const largestBlock = 16;

/** All kernels that can run a convolution, the one to take first. */
export function conv2dKernels(spec: Conv2dSpec): readonly Conv2dKernel[] {
  const [first] = spec.sources;
  const planeIn = first?.stored === 'plane' && spec.sources.length === 1;
  const isPlain = spec.sources.length === 1 && !spec.hasResidual && first?.isUpsampled === false;
  if (spec.result === 'plane') return isPlain ? [planeIn ? oneOne(spec) : oneOut(spec)] : [];
  if (planeIn) return isPlain ? [oneIn(spec)] : [];
  return [direct(spec)];
}

/**
 * The kernel for a convolution.
 * @param preferred one to take where it can run it, for tests and measurements.
 * @throws Error when none can run it.
 */
export function conv2dKernel(spec: Conv2dSpec, preferred?: Conv2dKernelName): Conv2dKernel {
  const kernels = conv2dKernels(spec);
  const kernel = kernels.find(({ name }) => name === preferred) ?? kernels[0];
  if (kernel) return kernel;
  const sources = spec.sources.map((source) => `${source.groups} × ${source.stored}`).join(' and ');
  throw new Error(`No kernel convolves ${sources} into ${spec.groups} × ${spec.result}.`);
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

function commonDefines(spec: Conv2dSpec): Defines {
  const { kernel, stride, dilation, sources, result, hasResidual } = spec;
  const [first, second] = sources;
  const isHalf = isHalfConv2d(spec);
  return {
    HALF: isHalf,
    SOURCES: sources.length,
    SOURCE: itemType[first?.stored ?? 'plane'],
    UPSAMPLED: first?.isUpsampled ?? false,
    SECOND: itemType[second?.stored ?? 'plane'],
    SECONDUPSAMPLED: second?.isUpsampled ?? false,
    RESULT: itemType[result],
    WEIGHT: isHalf ? 'vec4h' : 'vec4f',
    // Its binding: the first that is free.
    RESIDUAL: hasResidual ? 4 + sources.length : 0,
    REFLECT: spec.paddingMode === 'reflect',
    KX: kernel.x,
    KY: kernel.y,
    STRIDEX: stride.x,
    STRIDEY: stride.y,
    DILATIONX: dilation.x,
    DILATIONY: dilation.y,
    ...activationDefines(spec.activation),
  };
}

/** Whether a convolution's weights are float16, as its tensors are. */
export function isHalfConv2d({ sources, result }: Conv2dSpec): boolean {
  return result === 'half' || sources.some(({ stored }) => stored === 'half');
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

function largestDivisor(value: number, limit: number): number {
  for (let divisor = Math.min(value, limit); divisor > 1; divisor--) {
    if (value % divisor === 0) return divisor;
  }
  return 1;
}

/** How a thread's pixels share what they load along a row. */
function stripDefines({ kernel, stride, dilation }: Conv2dSpec, count: number, chunk = largestChunk) {
  const common = gcd(stride.x, dilation.x);
  const taps = largestDivisor(kernel.x, chunk);
  const spread = stride.x / common;
  return {
    PIXELS: count,
    STEP: dilation.x / common,
    SPREAD: spread,
    TAPS: taps,
    CHUNKS: kernel.x / taps,
    COLUMNS: (count - 1) * spread + taps,
  };
}

type Strip = Pick<ReturnType<typeof stripDefines>, 'PIXELS' | 'STEP'>;

/** Strips of pixels, STEP apart, that cover a row. */
const strips = (width: number, { PIXELS, STEP }: Strip): number => groups(width, PIXELS * STEP) * STEP;

const squares = (strip: Strip) => (width: number, height: number) =>
  [groups(strips(width, strip), squareEdge), groups(height, squareEdge), 1] as const;

function direct(spec: Conv2dSpec): Conv2dKernel {
  const [first = 0, second = 0] = spec.sources.map((source) => source.groups);
  const lanes = largestDivisor(spec.groups, 8);
  const perGroup = Math.floor(threads / lanes);
  const strip = stripDefines(spec, pixels);
  const own = { GROUPS: first + second, GROUPS0: first, GROUPS1: second, OUT4: spec.groups };
  return {
    name: 'direct',
    shader: 'conv/direct.wgsl',
    defines: { ...commonDefines(spec), ...strip, ...own, LANES: lanes, STRIPS: perGroup },
    grid: (width, height) => [spec.groups / lanes, groups(strips(width, strip), perGroup), height],
  };
}

function oneIn(spec: Conv2dSpec): Conv2dKernel {
  const block = largestDivisor(spec.groups, largestBlock);
  const strip = { PIXELS: 1, STEP: 1 };
  return {
    name: 'oneIn',
    shader: 'conv/one_in.wgsl',
    defines: { ...commonDefines(spec), PIXELS: strip.PIXELS, OUT4: spec.groups, BLOCK: block },
    grid: (width, height) => {
      const [x, y] = squares(strip)(width, height);
      return [x, y, spec.groups / block];
    },
  };
}

function oneOut(spec: Conv2dSpec): Conv2dKernel {
  const strip = stripDefines(spec, 4);
  return {
    name: 'oneOut',
    shader: 'conv/one_out.wgsl',
    defines: { ...commonDefines(spec), ...strip, GROUPS0: spec.sources[0]?.groups ?? 0 },
    grid: squares(strip),
  };
}

function oneOne(spec: Conv2dSpec): Conv2dKernel {
  // Single numbers are cheap to keep: a whole row of taps at once.
  const strip = stripDefines(spec, pixels, spec.kernel.x);
  return {
    name: 'oneOne',
    shader: 'conv/one_one.wgsl',
    defines: { ...commonDefines(spec), ...strip, WEIGHT: 'f32' },
    grid: squares(strip),
  };
}
