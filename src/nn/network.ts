import { FormatError } from '../core/errors.ts';
import type { GpuContext } from '../gpu/context.ts';
import { packConv2dWeights, recordConv2d } from '../gpu/ops/conv2d.ts';
import { recordMaxPool, recordUpsample } from '../gpu/ops/resize.ts';
import type { TensorView } from '../gpu/ops/view.ts';
import type { Plane } from '../gpu/plane.ts';
import type { Recorder } from '../gpu/recorder.ts';
import { type Graph, inputName } from './graph.ts';
import { type MemoryPlan, planMemory } from './memory.ts';
import { convShape, type GraphShape, inferShape } from './shape.ts';

/** A named array of a model file: `NAME.weight` [out][in][ky][kx], `NAME.bias` [out]. */
export interface WeightTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A network with its weights on one GPU, and an activation arena for one tile shape at a time. */
export class Network {
  readonly shape: GraphShape;
  private readonly memory: MemoryPlan;
  private readonly weights = new Map<string, { readonly weights: GPUBuffer; readonly bias: GPUBuffer }>();
  private arena: { readonly width: number; readonly height: number; readonly slots: GPUBuffer[] } | undefined;

  /** @throws FormatError 'bad-weights' when no kernel can run the graph, or a tensor is missing or of the wrong shape. */
  constructor(
    private readonly context: GpuContext,
    private readonly graph: Graph,
    tensors: ReadonlyMap<string, WeightTensor>,
  ) {
    this.shape = inferShape(graph);
    this.memory = planMemory(graph, this.shape);
    if (this.shape.output.channels !== 1) {
      const what = `it gives ${this.shape.output.channels} channels where one is wanted`;
      throw new FormatError('bad-weights', graph.name, `is no network that Cryolite can run: ${what}.`);
    }
    try {
      this.uploadWeights(tensors);
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  private uploadWeights(tensors: ReadonlyMap<string, WeightTensor>): void {
    const { context, graph } = this;
    for (const layer of graph.layers) {
      if (layer.op !== 'conv') continue;
      const shape = convShape(layer);
      const weights = tensorOf(graph, tensors, `${layer.name}.weight`, [
        layer.out,
        layer.in,
        layer.kernel,
        layer.kernel,
      ]);
      const bias = tensorOf(graph, tensors, `${layer.name}.bias`, [layer.out]);
      const packed = packConv2dWeights(shape, weights, bias);
      this.weights.set(layer.name, {
        weights: context.upload('network weights', packed.weights),
        bias: context.upload('network weights', packed.bias),
      });
    }
  }

  /** Bytes of activations for a tile of `pixels` input pixels. */
  arenaBytes(pixels: number): number {
    return this.memory.slots.reduce((sum, floats) => sum + floats, 0) * pixels * 4;
  }

  /**
   * Records the network on one tile, zero-padded at its borders as PyTorch's 'same' convolutions are.
   * @param tile width and height multiples of `shape.alignment`; row-major, width × height.
   * @returns the output plane, good until the next `record` or `destroy`.
   */
  async record(
    recorder: Recorder,
    tile: Float32Array<ArrayBuffer>,
    width: number,
    height: number,
  ): Promise<Plane> {
    const views = this.views(width, height);
    const input = views.get(inputName);
    const output = views.get(this.graph.layers.at(-1)?.name ?? inputName);
    if (!input || !output) throw new Error('The network has no output.');
    this.context.device.queue.writeBuffer(input.buffer, 0, tile);
    const viewOf = (name: string): TensorView => {
      const view = views.get(name);
      if (!view) throw new Error(`${name} has no place.`);
      return view;
    };
    for (const layer of this.graph.layers) {
      const result = viewOf(layer.name);
      if (layer.op === 'conv') {
        const buffers = this.weights.get(layer.name);
        if (!buffers) throw new Error(`${layer.name} has no weights.`);
        const shape = convShape(layer);
        await recordConv2d(
          this.context,
          recorder,
          shape,
          viewOf(layer.input),
          result,
          buffers.weights,
          buffers.bias,
        );
      } else if (layer.op === 'maxPool') {
        await recordMaxPool(this.context, recorder, viewOf(layer.input), result);
      } else if (layer.op === 'upsample') {
        await recordUpsample(this.context, recorder, viewOf(layer.input), result);
      }
    }
    return { buffer: output.buffer, width: output.width, height: output.height };
  }

  /** Where a layer's value is after `record`, while its slot is not used again; for tests. */
  view(name: string): TensorView | undefined {
    return this.arena && this.views(this.arena.width, this.arena.height).get(name);
  }

  destroy(): void {
    for (const { weights, bias } of this.weights.values()) this.context.free(weights, bias);
    this.weights.clear();
    this.context.free(...(this.arena?.slots ?? []));
    this.arena = undefined;
  }

  private views(width: number, height: number): Map<string, TensorView> {
    const { alignment } = this.shape;
    if (width % alignment !== 0 || height % alignment !== 0) {
      throw new Error(`A tile of ${width} × ${height} is not a multiple of ${alignment}.`);
    }
    if (this.arena?.width !== width || this.arena.height !== height) {
      this.context.free(...(this.arena?.slots ?? []));
      // Known before it is full: a slot may be refused, and `destroy` frees the others.
      this.arena = { width, height, slots: [] };
      for (const floats of this.memory.slots) {
        this.arena.slots.push(this.context.buffer('network activations', floats * width * height * 4));
      }
    }
    const views = new Map<string, TensorView>();
    for (const [name, placement] of this.memory.placements) {
      const buffer = this.arena.slots[placement.slot];
      const value = this.shape.values.get(name);
      if (!buffer || !value) continue;
      views.set(name, {
        buffer,
        width: width / value.stride,
        height: height / value.stride,
        channels: value.channels,
        stride: placement.stride,
        offset: placement.offset,
      });
    }
    return views;
  }
}

function tensorOf(
  graph: Graph,
  tensors: ReadonlyMap<string, WeightTensor>,
  name: string,
  shape: readonly number[],
): Float32Array {
  const tensor = tensors.get(name);
  if (!tensor) throw new FormatError('bad-weights', graph.name, `lacks the tensor ${name}.`);
  if (tensor.shape.join() !== shape.join()) {
    throw new FormatError(
      'bad-weights',
      graph.name,
      `has ${name} of shape ${tensor.shape.join(' × ')} where its graph says ${shape.join(' × ')}.`,
    );
  }
  return tensor.data;
}
