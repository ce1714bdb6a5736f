/** The kernels of convolutions, and which of them runs one: a pure function of shapes and of what the device offers. */
import type { Capabilities } from '../capabilities.ts';
import type { Defines } from '../expand.ts';
import { groups } from '../recorder.ts';
import { activationDefines } from './activation.ts';
import { type Conv2dKernel, type Conv2dKernelName, type Conv2dSpec, isHalfConv2d } from './conv2d.ts';
import { itemType } from './view.ts';

/** Threads of a workgroup, about, and the edge of the square of threads in kernels of planes. */
const threads = 64;
const squareEdge = 8;
/** The most groups of output channels side by side in a workgroup of `direct` or `quads`. */
const largestLanes = 16;
/** Pixels that a thread of them makes: 8 of 4 channels load little for each product, and fit any GPU's registers. */
const pixels = 8;
/**
 * On a processor loads cost most and registers spill cheaply. 48 → 48, GFLOP a processor second, 8 and 16 pixels: 1.46 and 1.92 on
 * SwiftShader, 4.6 and 6.3 on lavapipe; Topaz's U-net at 128² on SwiftShader 3.6 and 2.8 processor seconds (November 2026). It
 * takes up to twice as long to compile: only for wide layers, and undilated ones, where a strip is not longer than a tile.
 */
const processorPixels = 16;
/** Taps along a row that are unrolled at once; wider kernels go in several equal chunks. */
const largestChunk = 13;
/** Groups of channels that a thread of `oneIn` makes. */
const largestBlock = 16;
/** Groups of input and of output channels from which on a layer is wide: below, tiles of `gemm` are mostly filled up. */
const leastWide = 8;

/**
 * All kernels that can run a convolution on a device, the one to take first.
 *
 * Packed channels into packed channels: `direct` where a processor plays the GPU, since workgroup memory is slow there (see
 * test/bench/rejected.md); else `gemm` for wide layers. That is by reckoning, not by measurement, as no real GPU was at hand
 * (November 2026): both load one vec4 for 16 to 17 multiply-adds, but `direct` checks the edge of the picture for every pixel that it
 * loads, a fifth of its work, and `gemm` does so once for all output channels of a workgroup; it has the registers and the loads
 * of the product that `gpu/peak.ts` measures. `quads` is there to be forced and measured: it loads 13 vec4 where `direct` loads
 * 22, and lanes hand them to each other, which costs more than it saves on the two software GPUs.
 */
export function conv2dKernels(spec: Conv2dSpec, capabilities: Capabilities): readonly Conv2dKernel[] {
  const [first] = spec.sources;
  const planeIn = first?.stored === 'plane' && spec.sources.length === 1;
  const isPlain = spec.sources.length === 1 && !spec.hasResidual && first?.isUpsampled === false;
  if (spec.result === 'plane') return isPlain ? [planeIn ? oneOne(spec) : oneOut(spec)] : [];
  if (planeIn) return isPlain ? [oneIn(spec)] : [];
  const { isProcessor, subgroup } = capabilities;
  const usual = [direct(spec, isProcessor), gemm(spec, isProcessor)];
  if (isWide(spec) && !isProcessor) usual.reverse();
  return subgroup && subgroup.most <= capabilities.invocations
    ? [...usual, quads(spec, subgroup.most)]
    : usual;
}

/**
 * The kernel for a convolution.
 * @param preferred one to take where it can run it, for tests and measurements.
 * @throws Error when none can run it.
 */
export function conv2dKernel(
  spec: Conv2dSpec,
  capabilities: Capabilities,
  preferred?: Conv2dKernelName,
): Conv2dKernel {
  const kernels = conv2dKernels(spec, capabilities);
  const kernel = kernels.find(({ name }) => name === preferred) ?? kernels[0];
  if (kernel) return kernel;
  const sources = spec.sources.map((source) => `${source.groups} × ${source.stored}`).join(' and ');
  throw new Error(`No kernel convolves ${sources} into ${spec.groups} × ${spec.result}.`);
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

function isWide({ sources, groups: outputs }: Conv2dSpec): boolean {
  const inputs = sources.reduce((sum, source) => sum + source.groups, 0);
  return Math.min(inputs, outputs) >= leastWide;
}

/** What kernels of packed channels into packed channels are told besides. */
function packedDefines(spec: Conv2dSpec): Defines {
  const [first = 0, second = 0] = spec.sources.map((source) => source.groups);
  return {
    ...commonDefines(spec),
    GROUPS: first + second,
    GROUPS0: first,
    GROUPS1: second,
    OUT4: spec.groups,
  };
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

function direct(spec: Conv2dSpec, isProcessor: boolean): Conv2dKernel {
  const lanes = largestDivisor(spec.groups, largestLanes);
  const perGroup = 2 ** Math.ceil(Math.log2(threads / lanes));
  const isLong = isProcessor && isWide(spec) && spec.dilation.x === 1;
  const strip = stripDefines(spec, isLong ? processorPixels : pixels);
  return {
    name: 'direct',
    shader: 'conv/direct.wgsl',
    defines: { ...packedDefines(spec), ...strip, LANES: lanes, STRIPS: perGroup, QUADS: false },
    grid: (width, height) => [spec.groups / lanes, groups(strips(width, strip), perGroup), height],
  };
}

/** @param most threads of a subgroup: a workgroup is made of whole ones. */
function quads(spec: Conv2dSpec, most: number): Conv2dKernel {
  const inGroup = Math.max(threads, most);
  const lanes = gcd(spec.groups, largestLanes);
  const perGroup = inGroup / lanes;
  const strip = stripDefines(spec, pixels);
  return {
    name: 'quads',
    shader: 'conv/quads.wgsl',
    defines: {
      ...packedDefines(spec),
      ...strip,
      LANES: lanes,
      STRIPS: perGroup,
      THREADS: inGroup,
      QUADS: true,
    },
    grid: (width, height) => [spec.groups / lanes, groups(strips(width, strip), perGroup), height],
  };
}

/** The most groups of output channels of a workgroup of `gemm`, and the most workgroups along y: more go along z. */
const gemmColumns = 16;
const gemmGridY = 32768;

/**
 * Workgroups of 64 to 112 threads with 12 KiB of workgroup memory at most; every device has 256 and 16 KiB.
 * @param isProcessor its compiler takes seconds for a loop that another GPU wants unrolled in the text.
 */
function gemm(spec: Conv2dSpec, isProcessor: boolean): Conv2dKernel {
  const columns = largestDivisor(spec.groups, gemmColumns);
  const block = columns % 2 === 0 ? 2 : 1;
  const across = columns / block;
  const down = 2 ** Math.ceil(Math.log2(threads / across));
  const perThread = down >= 32 ? 4 : 8;
  const rows = down * perThread;
  const depth = rows > 128 ? 2 : 4;
  const own = {
    ACROSS: across,
    DOWN: down,
    PIXELS: perThread,
    BLOCK: block,
    DEPTH: depth,
    UNROLL: isProcessor ? 1 : depth,
    // Threads that write the same pixel's groups then meet different banks.
    LEFTROW: rows + 8 / depth,
    FETCHES: groups(rows * depth, across * down),
    SHARED: isHalfConv2d(spec) ? 'vec4h' : 'vec4f',
  };
  return {
    name: 'gemm',
    shader: 'conv/gemm.wgsl',
    defines: { ...packedDefines(spec), ...own },
    grid: (width, height) => {
      const blocks = groups(width * height, rows);
      const y = Math.min(blocks, gemmGridY);
      return [spec.groups / columns, y, groups(blocks, y)];
    },
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
