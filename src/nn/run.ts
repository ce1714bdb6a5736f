import type { GpuContext } from '../gpu/context.ts';
import type { Planes } from '../gpu/ops/planes.ts';
import type { Region } from '../gpu/ops/view.ts';
import type { PassWork } from '../gpu/profiler.ts';
import { type Call, Replay } from '../gpu/replay.ts';
import { type Interval, lengthOf } from './intervals.ts';
import { inputName } from './layers.ts';
import { isPlane } from './layout.ts';
import type { Operation, Placed, TileValues } from './operations.ts';
import { type StepCost, stepCosts } from './profile.ts';
import { type Parts, type Program, storedParts } from './program.ts';
import type { TilePlan } from './tiling.ts';

export interface CompiledOperation {
  readonly operation: Operation;
  readonly pipelines: readonly GPUComputePipeline[];
  readonly constants: readonly GPUBuffer[];
}

/** A part of the result that is made at once. */
export interface NetworkTile {
  readonly column: number;
  readonly row: number;
  /** Of the result, px. */
  readonly region: Region;
  /** The part of the image that it is made from, px. */
  readonly input: Region;
}

/** An operation on a tile, ready to be timed by itself. */
export interface TileWork extends PassWork {
  /** What it has to do at least. */
  readonly cost: StepCost;
  /** Its shaders, one a dispatch: "conv/direct.wgsl". */
  readonly shaders: readonly string[];
}

/** The image: on the GPU, or the tile's part of it (channel after channel, row-major). */
export type TileInput = Planes | Float32Array<ArrayBuffer>;

/**
 * A network ready to run on images of one size: its tiles, its kernels, and the buffers that any of the tiles fits into.
 * What is sent for a tile differs from that for another only in its uniforms and grids.
 */
export class TiledRun {
  readonly tiles: readonly NetworkTile[];
  /** Bytes of its buffers for activations. */
  readonly arenaBytes: number;
  private readonly buffers: GPUBuffer[] = [];
  private replay: Replay | undefined;
  private upload: GPUBuffer | undefined;
  private result: GPUBuffer | undefined;
  private last: TileValues | undefined;

  constructor(
    private readonly context: GpuContext,
    private readonly program: Program,
    private readonly plan: TilePlan,
    private readonly operations: readonly CompiledOperation[],
  ) {
    const { demand, slots } = plan;
    this.arenaBytes = slots.bytes.reduce((sum, bytes) => sum + bytes, 0);
    this.tiles = demand.rows.flatMap((rows, row) =>
      demand.columns.map((columns, column) => ({
        column,
        row,
        region: regionOf(columns, rows, program.output) ?? none,
        input: regionOf(columns, rows, inputName) ?? none,
      })),
    );
    try {
      // Known before it is full: a slot may be refused, and `destroy` frees the others.
      for (const bytes of slots.bytes) this.buffers.push(context.buffer('network activations', bytes));
      const kernels = operations.reduce((sum, { pipelines }) => sum + pipelines.length, 0);
      this.replay = new Replay(context, 'network uniforms', kernels);
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  /**
   * Sends the network's work for a tile; does not wait.
   * @param input beyond whose edges (where its origin lets the image begin outside) it goes on as its mirror image.
   * @param output where the result goes; by default planes of the tile's size, good until the next tile or `destroy`.
   */
  run(tile: NetworkTile, input: TileInput, output: Planes = this.ownOutput(tile)): Planes {
    this.replay?.submit(this.callsOf(tile, input, output).flat());
    return output;
  }

  /**
   * The same work by operations, to be timed one by one in this order; good until the next tile or `destroy`. What a tile
   * needs nothing of is left out.
   */
  works(tile: NetworkTile, input: TileInput, output: Planes = this.ownOutput(tile)): TileWork[] {
    const { program, plan, operations } = this;
    const calls = this.callsOf(tile, input, output);
    const passes = this.replay?.passes(calls.flat()) ?? [];
    const costs = new Map(
      stepCosts(program, plan.demand, plan.bytesPerNumber, tile).map((cost) => [cost.name, cost]),
    );
    let first = 0;
    return operations.flatMap(({ operation }, i): TileWork[] => {
      const own = passes.slice(first, first + (calls[i]?.length ?? 0)).filter((pass) => pass !== undefined);
      first += calls[i]?.length ?? 0;
      const cost = costs.get(operation.name);
      if (own.length === 0 || !cost) return [];
      const shaders = operation.kernels.map(({ shader }) => shader);
      const record = (pass: GPUComputePassEncoder): void => own.forEach((work) => void work.record(pass));
      return [{ cost, shaders, flops: cost.flops, record }];
    });
  }

  /** Where a value of the last tile lies, in a run that keeps all values; undefined where the tile has none. */
  placed(name: string): Placed | undefined {
    return this.last?.value(name);
  }

  destroy(): void {
    this.context.free(...this.buffers, this.upload, this.result);
    this.replay?.destroy();
    this.buffers.length = 0;
    this.upload = undefined;
    this.result = undefined;
    this.replay = undefined;
  }

  /** Of every operation the dispatches for a tile; undefined where it needs none. */
  private callsOf(tile: NetworkTile, input: TileInput, output: Planes): (Call | undefined)[][] {
    const planes = input instanceof Float32Array ? this.uploaded(tile, input) : input;
    const values = this.valuesOf(tile, planes, output);
    this.last = values;
    return this.operations.map(({ operation, pipelines, constants }) => {
      const region = values.value(operation.name)?.region ?? none;
      const flops = operation.flops(region.width * region.height) / pipelines.length;
      const runs = operation.runs(values, constants);
      return pipelines.map((pipeline, i): Call | undefined => {
        const run = runs[i];
        return run && { ...run, pipeline, flops };
      });
    });
  }

  private valuesOf({ column, row }: NetworkTile, input: Planes, output: Planes): TileValues {
    const { program, plan } = this;
    const columns = plan.demand.columns[column] ?? new Map();
    const rows = plan.demand.rows[row] ?? new Map();
    const stored = { x: storedParts(program, 'x', columns), y: storedParts(program, 'y', rows) };
    const size = (name: string) => ({
      width: plan.demand.sizes.x.get(name) ?? 0,
      height: plan.demand.sizes.y.get(name) ?? 0,
    });
    const value = (name: string): Placed | undefined => {
      const region = regionOf(columns, rows, name);
      if (!region) return undefined;
      const view = name === program.output ? viewOfPlanes(output) : this.viewOf(name, stored.x, stored.y);
      if (!view) return undefined;
      const groups = Math.ceil((program.homes.get(name)?.layout.width ?? 1) / 4);
      return { tensor: { view, ...size(name), groups }, region };
    };
    return { value, size, input, output };
  }

  private viewOf(name: string, columns: Parts, rows: Parts) {
    const home = this.program.homes.get(name);
    const [x, y] = [columns.get(home?.group ?? ''), rows.get(home?.group ?? '')];
    const buffer = this.buffers[this.plan.slots.slotOf.get(home?.group ?? '') ?? -1];
    if (!home || !x || !y || !buffer) return undefined;
    const numbers = this.program.widths.get(home.group) ?? 1;
    const pixel = Math.ceil(numbers / 4);
    const row = lengthOf(x) * pixel;
    const first = isPlane(home.layout) ? 0 : home.first / 4;
    const base = (home.shift.y - y.from) * row + (home.shift.x - x.from) * pixel + first;
    return { buffer, row, pixel, base };
  }

  private uploaded({ input }: NetworkTile, data: Float32Array<ArrayBuffer>): Planes {
    const { channels } = this.program.graph;
    const pixels = input.width * input.height;
    if (data.length !== channels * pixels) {
      throw new RangeError(`A tile of ${input.width} × ${input.height} px came as ${data.length} numbers.`);
    }
    const most = mostPixels(this.tiles.map((tile) => tile.input));
    this.upload ??= this.context.buffer('network input', most * channels * 4);
    this.context.device.queue.writeBuffer(this.upload, 0, data);
    return { buffer: this.upload, width: input.width, height: input.height, origin: input };
  }

  private ownOutput({ region }: NetworkTile): Planes {
    const most = mostPixels(this.tiles.map((tile) => tile.region));
    this.result ??= this.context.buffer('network output', most * this.program.outputChannels * 4);
    return { buffer: this.result, width: region.width, height: region.height, origin: region };
  }
}

const none: Region = { x: 0, y: 0, width: 0, height: 0 };

/** Of the largest; there may be more regions than a call takes arguments. */
const mostPixels = (regions: readonly Region[]): number =>
  regions.reduce((most, { width, height }) => Math.max(most, width * height), 0);

function regionOf(columns: Parts, rows: Parts, name: string): Region | undefined {
  const [x, y]: (Interval | undefined)[] = [columns.get(name), rows.get(name)];
  return x && y && { x: x.from, y: y.from, width: lengthOf(x), height: lengthOf(y) };
}

function viewOfPlanes({ buffer, width, origin }: Planes) {
  return { buffer, row: width, pixel: 1, base: -(origin.y * width + origin.x) };
}
