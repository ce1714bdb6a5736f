import { encodeHalf } from '../core/dtype.ts';
import { GpuUnavailableError } from '../core/errors.ts';
import type { GpuContext } from '../gpu/context.ts';
import { type ReceptiveField, receptiveField } from './field.ts';
import type { FusionOptions } from './fuse.ts';
import type { Graph } from './layers.ts';
import { type Operation, type OperationOptions, operationsOf } from './operations.ts';
import { planRun, type RunOptions, resultSize } from './plan.ts';
import { compile, type Program } from './program.ts';
import { type CompiledOperation, TiledRun } from './run.ts';
import type { Size } from './sizes.ts';
import { Weights, type WeightTensors } from './weights.ts';

export type { RunOptions } from './plan.ts';
export type { WeightTensor, WeightTensors } from './weights.ts';

export interface NetworkOptions extends Partial<OperationOptions> {
  readonly fusion?: FusionOptions;
}

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
    { storage = 'f32', capabilities = context.capabilities, preferred, fusion }: NetworkOptions = {},
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
    this.operations = operationsOf(this.program, new Weights(graph.name, tensors), {
      storage,
      capabilities,
      preferred,
    });
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
    return resultSize(this.program, image);
  }

  /**
   * Compiles all kernels together and makes the buffers for images of a size. Tiles give the same numbers whatever their
   * size.
   * @throws FormatError 'wrong-shape', GpuLimitError when not even small tiles fit.
   */
  async prepare(image: Size, options: RunOptions = {}): Promise<TiledRun> {
    const { context, program, operations } = this;
    const plan = planRun(program, image, {
      ...options,
      bufferBytes: context.maxBufferBytes,
      bytesPerNumber: this.bytesPerNumber,
    });
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
}

/** float16 bit patterns; four numbers are a whole item, so the length is even. */
function halves(data: Float32Array): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(data, encodeHalf);
}
