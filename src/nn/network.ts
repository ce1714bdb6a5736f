import { encodeHalf } from '../core/dtype.ts';
import { GpuUnavailableError } from '../core/errors.ts';
import type { GpuContext } from '../gpu/context.ts';
import { type ReceptiveField, receptiveField } from './field.ts';
import type { FusionOptions } from './fuse.ts';
import { type Graph, outputName } from './layers.ts';
import { type Operation, type OperationOptions, operationsOf } from './operations.ts';
import { compile, type Program } from './program.ts';
import { type CompiledOperation, TiledRun } from './run.ts';
import { inferSizes, type Size } from './sizes.ts';
import { type Cut, cutEvenly, planTiles, type TilingLimits } from './tiling.ts';
import { Weights, type WeightTensors } from './weights.ts';

export type { WeightTensor, WeightTensors } from './weights.ts';

export interface NetworkOptions extends Partial<OperationOptions> {
  readonly fusion?: FusionOptions;
}

export interface RunOptions {
  /** Longest side of a tile of the result, px; by default as long as memory allows. */
  readonly longestTile?: number | undefined;
  /** The parts of the result to make, for a longest side; by default all of it without overlap. */
  readonly cut?: ((longest: number) => Cut) | undefined;
  /** Keeps all values, so that they can be read after a tile. */
  readonly keep?: boolean;
  /** The most bytes of activations. */
  readonly totalBytes?: number;
}

/** Half a GiB of activations leaves room for the pictures themselves; larger tiles would save little. */
const usualTotalBytes = 2 ** 29;
/** Of one dispatch: half a second on a slow GPU; Windows resets a device after two. */
const flopsPerDispatch = 1e11;

/** A network with its weights on one GPU. */
export class Network {
  readonly field: ReceptiveField;
  readonly outputChannels: number;
  readonly storage: OperationOptions['storage'];
  private readonly program: Program;
  private readonly operations: readonly Operation[];
  private readonly constants: GPUBuffer[][] = [];
  private readonly bytesPerNumber: number;

  /**
   * @throws FormatError 'bad-weights' when the graph makes no sense, or a tensor is missing, of the wrong shape or not
   * finite; GpuUnavailableError when float16 is wanted and this GPU has none.
   */
  constructor(
    private readonly context: GpuContext,
    readonly graph: Graph,
    tensors: WeightTensors,
    { storage = 'f32', preferred, fusion }: NetworkOptions = {},
  ) {
    if (storage === 'f16' && !context.device.features.has('shader-f16')) {
      throw new GpuUnavailableError(
        `${context.adapterName} has no 16-bit floats (shader-f16): run ${graph.name} with 32 bits.`,
      );
    }
    this.storage = storage;
    this.field = receptiveField(graph);
    this.program = compile(graph, fusion);
    this.outputChannels = this.program.outputChannels;
    this.bytesPerNumber = storage === 'f16' ? 2 : 4;
    this.operations = operationsOf(this.program, new Weights(graph.name, tensors), { storage, preferred });
    try {
      for (const { constants } of this.operations) {
        const buffers: GPUBuffer[] = [];
        this.constants.push(buffers);
        for (const { data, isHalf } of constants) {
          buffers.push(context.upload('network weights', isHalf ? halves(data) : data));
        }
      }
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  /** The size of the result for an image. @throws FormatError 'wrong-shape' when the image does not fit the network. */
  resultSize(image: Size): Size {
    const { x, y } = inferSizes(this.graph, image);
    const name = outputName(this.graph);
    return { width: x.get(name) ?? 0, height: y.get(name) ?? 0 };
  }

  /**
   * Compiles all kernels together and makes the buffers for images of a size. Tiles give the same numbers whatever their
   * size.
   * @throws FormatError 'wrong-shape', GpuLimitError when not even small tiles fit.
   */
  async prepare(image: Size, options: RunOptions = {}): Promise<TiledRun> {
    const { context, program, operations } = this;
    const result = this.resultSize(image);
    const alignment = this.alignment();
    const { longestTile = Number.POSITIVE_INFINITY } = options;
    const cut = options.cut ?? ((longest: number): Cut => evenly(result, longest, alignment));
    const plan = planTiles(
      program,
      image,
      result,
      alignment,
      this.limits(image, result, options),
      (longest) => cut(Math.min(longest, longestTile)),
    );
    const compiled = await Promise.all(
      operations.map(async (operation, index): Promise<CompiledOperation> => {
        const kernels = operation.kernels.map(({ shader, defines }) => context.pipeline(shader, defines));
        return { operation, pipelines: await Promise.all(kernels), constants: this.constants[index] ?? [] };
      }),
    );
    return new TiledRun(context, program, plan, compiled);
  }

  destroy(): void {
    this.context.free(...this.constants.flat());
    this.constants.length = 0;
  }

  /** Inner edges of tiles, px of the result: where all pooled values begin. */
  private alignment(): number {
    const along = ({ period, stride }: ReceptiveField['x']): number =>
      Math.max(1, Math.round(period / stride));
    return Math.max(along(this.field.x), along(this.field.y));
  }

  private limits(
    image: Size,
    result: Size,
    { totalBytes = usualTotalBytes, keep = false }: RunOptions,
  ): TilingLimits {
    const { x, y } = inferSizes(this.graph, image);
    const heaviest = Math.max(
      ...this.operations.map(({ name, flops }) => flops((x.get(name) ?? 1) * (y.get(name) ?? 1))),
    );
    return {
      bufferBytes: this.context.maxBufferBytes,
      totalBytes,
      bytesPerNumber: this.bytesPerNumber,
      keep,
      pixels: (flopsPerDispatch / Math.max(1, heaviest)) * result.width * result.height,
    };
  }
}

function evenly(result: Size, longest: number, alignment: number): Cut {
  return {
    columns: cutEvenly(result.width, longest, alignment),
    rows: cutEvenly(result.height, longest, alignment),
  };
}

/** float16 bit patterns; four numbers are a whole item, so the length is even. */
function halves(data: Float32Array): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(data, encodeHalf);
}
