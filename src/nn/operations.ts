/** Steps as kernels: what is compiled, what is uploaded once, and what is told to each kernel for a tile. */
import type { Capabilities } from '../gpu/capabilities.ts';
import { type Activation, noActivation } from '../gpu/ops/activation.ts';
import { type Conv2dKernelName, type Conv2dSpec, conv2dRun, isHalfConv2d } from '../gpu/ops/conv2d.ts';
import { conv2dKernel } from '../gpu/ops/conv2dKernels.ts';
import { packConv2dWeights } from '../gpu/ops/conv2dWeights.ts';
import {
  fromPlanesKernel,
  fromPlanesRun,
  type Planes,
  toPlanesKernel,
  toPlanesRun,
} from '../gpu/ops/planes.ts';
import { addKernel, addRun, mapKernel, mapRun } from '../gpu/ops/pointwise.ts';
import { poolKernel, poolRun } from '../gpu/ops/pool.ts';
import { upsampleKernel, upsampleRun } from '../gpu/ops/resize.ts';
import type { Kernel, KernelRun, Region, Stored, Tensor } from '../gpu/ops/view.ts';
import type { PaddingMode, Pair } from '../gpu/ops/window.ts';
import { inputName } from './layers.ts';
import { isPlane, type Layout, plainLayout } from './layout.ts';
import type { Program } from './program.ts';
import { type ConvStep, readsOf, type Step } from './steps.ts';
import { transposedPhases } from './transposed.ts';
import type { ConvWeights, Weights } from './weights.ts';

/** A value in a tile: where it lies, and the part of it that is computed. */
export interface Placed {
  readonly tensor: Tensor;
  readonly region: Region;
}

/** What is given for a tile. */
export interface TileValues {
  /** Undefined where the tile needs nothing of a value. */
  value(name: string): Placed | undefined;
  /** Size of the whole of a value, also of one that is only shown by another. */
  size(name: string): { readonly width: number; readonly height: number };
  readonly input: Planes;
  readonly output: Planes;
}

/** Numbers that are uploaded once; `isHalf` as float16. */
export interface Constant {
  readonly data: Float32Array<ArrayBuffer>;
  readonly isHalf: boolean;
}

export interface Operation {
  /** The value that it makes. */
  readonly name: string;
  /** One dispatch each. */
  readonly kernels: readonly Kernel[];
  readonly constants: readonly Constant[];
  /** A run for each kernel, or undefined where a tile needs none. */
  runs(tile: TileValues, constants: readonly GPUBuffer[]): readonly (KernelRun | undefined)[];
  /** Floating-point operations of all its kernels for a number of pixels of its value. */
  flops(pixels: number): number;
}

export interface OperationOptions {
  /** How packed values and weights are stored; sums are float32 in any case, and so are planes. */
  readonly storage: 'f32' | 'f16';
  /** What the device offers; a network has those of its own device. */
  readonly capabilities: Capabilities;
  /** A kernel to take for the convolutions that it can run, instead of the best. */
  readonly preferred?: Conv2dKernelName | undefined;
}

/** All operations of a program in the order of running; the first one fetches the image. */
export function operationsOf(program: Program, weights: Weights, options: OperationOptions): Operation[] {
  const builder = new Builder(program, weights, options);
  const made = program.steps.filter(({ op }) => op !== 'concat' && op !== 'crop');
  return [builder.fetch(), ...made.map((step) => builder.operation(step))];
}

class Builder {
  constructor(
    private readonly program: Program,
    private readonly weights: Weights,
    private readonly options: OperationOptions,
  ) {}

  /** The image as the first value. */
  fetch(): Operation {
    const { channels } = this.program.graph;
    return this.one(inputName, fromPlanesKernel(this.stored(inputName)), 0, (tile, { tensor, region }) =>
      fromPlanesRun(tile.input, channels, tensor, region),
    );
  }

  operation(step: Step): Operation {
    const { name } = step;
    const stored = this.stored(name);
    const [first = ''] = readsOf(step);
    switch (step.op) {
      case 'conv':
        return this.conv(step);
      case 'convTranspose':
        return this.convTranspose(step);
      case 'maxPool':
      case 'averagePool': {
        const mode = step.op === 'maxPool' ? 'max' : 'average';
        const spec = { ...step, mode, stored } as const;
        const corner = { x: -step.padding.left, y: -step.padding.top };
        return this.one(name, poolKernel(spec), step.kernel.x * step.kernel.y, (tile, { tensor, region }) =>
          poolRun(spec, source(tile, first), corner, tensor, region),
        );
      }
      case 'upsample': {
        const mode = step.mode === 'nearest' ? 'nearest' : step.alignCorners ? 'corners' : 'linear';
        return this.one(name, upsampleKernel(mode, stored), 8, (tile, { tensor, region }) =>
          upsampleRun(source(tile, first), tensor, region),
        );
      }
      case 'add': {
        const [, second = ''] = step.inputs;
        return this.one(name, addKernel(stored, step.activation), 1, (tile, { tensor, region }) =>
          addRun(source(tile, first), source(tile, second), tensor, region),
        );
      }
      case 'batchNorm': {
        const { factors, terms } = this.weights.norm(step);
        const layout = this.layout(name);
        return {
          ...this.map(name, first, step.activation, { x: 0, y: 0 }, 'zero', true),
          constants: [factors, terms].map((values) => ({ data: spread(values, layout), isHalf: false })),
        };
      }
      case 'activation':
        return this.map(name, first, step.activation, { x: 0, y: 0 });
      case 'pad':
        return this.map(name, first, noActivation, { x: -step.by.left, y: -step.by.top }, step.mode);
      case 'planes': {
        const channels = this.program.outputChannels;
        return this.one(name, toPlanesKernel(this.stored(first)), 0, (tile, { region }) =>
          toPlanesRun(source(tile, first), channels, tile.output, region),
        );
      }
      case 'copy':
      case 'concat':
      case 'crop':
        return this.map(name, first, noActivation, { x: 0, y: 0 });
    }
  }

  private conv(step: ConvStep): Operation {
    const { name, residual, sources } = step;
    const spec: Conv2dSpec = {
      ...step,
      sources: sources.map(({ value, as }) => ({
        groups: this.groups(value),
        stored: this.stored(value),
        isUpsampled: as !== undefined,
      })),
      groups: this.groups(name),
      result: this.stored(name),
      hasResidual: residual !== undefined,
    };
    const places: number[] = [];
    let first = 0;
    for (const { value } of sources) {
      places.push(...this.layout(value).places.map((place) => first + place));
      first += 4 * this.groups(value);
    }
    const shown = sources[0]?.as ?? sources[0]?.value ?? inputName;
    const corner = { x: -step.padding.left, y: -step.padding.top };
    const { kernel, constants } = this.packed(spec, this.weights.conv(step), places);
    return {
      name,
      kernels: [kernel],
      constants,
      flops: (pixels) => 2 * step.kernel.x * step.kernel.y * step.in * step.out * pixels,
      runs: (tile, [weights, bias]) => {
        const result = tile.value(name);
        if (!result || !weights || !bias) return [undefined];
        const tensors = {
          sources: sources.map(({ value }) => source(tile, value)),
          shown: tile.size(shown),
          first: corner,
          result: result.tensor,
          residual: residual === undefined ? undefined : source(tile, residual),
          weights,
          bias,
        };
        return [conv2dRun(kernel, spec, tensors, result.region)];
      },
    };
  }

  /** As many convolutions as the stride has phases, each writing every so-manieth pixel. */
  private convTranspose(step: Step & { readonly op: 'convTranspose' }): Operation {
    const { name, input } = step;
    const unpacked = this.weights.convTranspose(step);
    const phases = transposedPhases(step).map((phase) => {
      const spec: Conv2dSpec = {
        kernel: phase.kernel,
        stride: { x: 1, y: 1 },
        dilation: { x: 1, y: 1 },
        sources: [{ groups: this.groups(input), stored: this.stored(input), isUpsampled: false }],
        groups: this.groups(name),
        result: this.stored(name),
        paddingMode: 'zero',
        hasResidual: false,
        activation: step.activation,
      };
      const own = { weights: phase.pick(unpacked.weights), bias: unpacked.bias };
      return { phase, spec, ...this.packed(spec, own, this.layout(input).places) };
    });
    const taps = (step.kernel.x * step.kernel.y) / (step.stride.x * step.stride.y);
    return {
      name,
      kernels: phases.map(({ kernel }) => kernel),
      constants: phases.flatMap(({ constants }) => constants),
      flops: (pixels) => 2 * taps * step.in * step.out * pixels,
      runs: (tile, constants) =>
        phases.map(({ phase, spec, kernel }, i) => {
          const result = tile.value(name);
          const [weights, bias] = [constants[2 * i], constants[2 * i + 1]];
          const region = result && phase.region(result.region);
          if (!result || !region || !weights || !bias) return undefined;
          const from = source(tile, input);
          const tensor = { ...result.tensor, view: phase.view(result.tensor.view) };
          const tensors = { sources: [from], shown: from, first: phase.first, result: tensor, weights, bias };
          return conv2dRun(kernel, spec, tensors, region);
        }),
    };
  }

  private packed(spec: Conv2dSpec, { weights, bias }: ConvWeights, places: readonly number[]) {
    const kernel = conv2dKernel(spec, this.options.capabilities, this.options.preferred);
    const packed = packConv2dWeights(kernel.name, spec, weights, bias, places);
    return {
      kernel,
      constants: [
        { data: packed.weights, isHalf: isHalfConv2d(spec) },
        { data: packed.bias, isHalf: false },
      ],
    };
  }

  private map(
    name: string,
    from: string,
    activation: Activation,
    first: Pair,
    paddingMode: PaddingMode = 'zero',
    isAffine = false,
  ): Operation {
    const stored = { source: this.stored(from), result: this.stored(name) };
    const kernel = mapKernel({ ...stored, paddingMode, isAffine, activation });
    return this.one(name, kernel, 1, (tile, { tensor, region }, constants) =>
      mapRun(source(tile, from), first, tensor, region, constants),
    );
  }

  /** An operation of one kernel without weights. @param flops for each number of its value. */
  private one(
    name: string,
    kernel: Kernel,
    flops: number,
    run: (tile: TileValues, result: Placed, constants: readonly GPUBuffer[]) => KernelRun,
  ): Operation {
    const channels = this.layout(name).places.length;
    return {
      name,
      kernels: [kernel],
      constants: [],
      flops: (pixels) => flops * channels * pixels,
      runs: (tile, constants) => {
        const result = tile.value(name);
        return [result && run(tile, result, constants)];
      },
    };
  }

  private layout(value: string): Layout {
    return this.program.homes.get(value)?.layout ?? plainLayout(1);
  }

  private stored(value: string): Stored {
    if (isPlane(this.layout(value))) return 'plane';
    return this.options.storage === 'f16' ? 'half' : 'full';
  }

  /** Items of a pixel. */
  private groups(value: string): number {
    return Math.ceil(this.layout(value).width / 4);
  }
}

/** What is read; the walk backwards has put it there. */
function source(tile: TileValues, name: string): Tensor {
  const placed = tile.value(name);
  if (!placed) throw new Error(`${name} is read, but no part of it is computed.`);
  return placed.tensor;
}

/** A number for each stored channel. */
function spread(values: Float64Array, { places, width }: Layout): Float32Array<ArrayBuffer> {
  const data = new Float32Array(Math.max(4, width));
  places.forEach((place, c) => {
    data[place] = values[c] ?? 0;
  });
  return data;
}
