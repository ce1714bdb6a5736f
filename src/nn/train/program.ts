import { GpuLimitError } from '../../core/errors.ts';
import { formatBytes } from '../../core/units.ts';
import type { GpuContext } from '../../gpu/context.ts';
import {
  type BufferName,
  elementsOf,
  type KernelCall,
  maximalWork,
  type Picture,
} from '../../gpu/ops/trainCall.ts';
import type { TrainingPlan } from './plan.ts';
import { paddedBytes, persistent } from './recording.ts';

interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly grid: readonly [number, number, number];
}

/** More dispatches in one submit starve the compositor. */
const dispatchesPerSubmit = 24;
const uniformAlignment = 256;

/** What the CPU writes for each batch. */
export type BatchBuffer = 'images' | 'target' | 'weights' | 'logBinomial';

/** A planned step on a GPU: compiled, with its buffers, ready to be replayed any number of times. */
export class StepProgram {
  private constructor(
    private readonly context: GpuContext,
    readonly plan: TrainingPlan,
    private readonly submits: readonly (readonly Dispatch[])[],
    private readonly buffers: ReadonlyMap<BufferName, GPUBuffer>,
    private readonly owned: readonly GPUBuffer[],
  ) {}

  /**
   * Compiles all pipelines at once and allocates what the step needs.
   * @param shared buffers that outlive the program.
   * @throws GpuLimitError when a picture of the batch is larger than the adapter allows: take smaller batches.
   */
  static async create(
    context: GpuContext,
    plan: TrainingPlan,
    shared: ReadonlyMap<BufferName, GPUBuffer>,
  ): Promise<StepProgram> {
    checkLimit(context, plan);
    const pipelines = await Promise.all(
      plan.calls.map(({ shader, defines }) => context.pipeline(shader, defines)),
    );
    const owned: GPUBuffer[] = [];
    const own = (buffer: GPUBuffer): GPUBuffer => {
      owned.push(buffer);
      return buffer;
    };
    try {
      const buffers = new Map(shared);
      const slots = plan.slots.bytes.map((bytes) => own(context.buffer('training: activations', bytes)));
      for (const [name, slot] of plan.slots.slotOf) {
        const buffer = slots[slot];
        if (buffer) buffers.set(name, buffer);
      }
      for (const [name, table] of plan.tables)
        buffers.set(name, own(context.upload('training: tables', table)));
      const numbers = elementsOf(plan.prediction);
      const used = new Set(plan.calls.flatMap((call) => call.buffers));
      const batch: readonly (readonly [BufferName, number])[] = [
        [persistent.images, elementsOf(plan.images)],
        [persistent.target, numbers],
        [persistent.weights, numbers],
        [persistent.logBinomial, numbers + 1],
      ];
      for (const [name, floats] of batch) {
        if (used.has(name)) buffers.set(name, own(context.buffer('training: batch', paddedBytes(floats))));
      }
      const uniforms = packUniforms(plan.calls);
      const arena = own(context.buffer('training: uniforms', uniforms.byteLength, GPUBufferUsage.UNIFORM));
      context.device.queue.writeBuffer(arena, 0, uniforms);
      const dispatches = plan.calls.map((call, i): Dispatch => {
        const pipeline = pipelines[i];
        if (!pipeline) throw new Error(`${call.shader} was not compiled.`);
        return { pipeline, bindGroup: bind(context, pipeline, call, arena, i, buffers), grid: call.grid };
      });
      return new StepProgram(context, plan, cut(plan.calls, dispatches), buffers, owned);
    } catch (error) {
      context.free(...owned);
      throw error;
    }
  }

  write(name: BatchBuffer, data: Float32Array<ArrayBuffer>): void {
    const buffer = this.buffers.get(persistent[name]);
    if (buffer) this.context.device.queue.writeBuffer(buffer, 0, data);
  }

  /** Submits one step; does not wait. */
  run(): void {
    this.context.check();
    const { device } = this.context;
    for (const dispatches of this.submits) {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (const { pipeline, bindGroup, grid } of dispatches) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindGroup);
        pass.dispatchWorkgroups(...grid);
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
    }
  }

  /** A picture that the plan keeps, [batch][row][column][channel]. */
  async read(picture: Picture): Promise<Float32Array<ArrayBuffer>> {
    const buffer = this.buffers.get(picture.buffer);
    if (!buffer) throw new Error(`There is no ${picture.buffer}.`);
    return new Float32Array(await this.context.read(buffer, elementsOf(picture) * 4));
  }

  destroy(): void {
    this.context.free(...this.owned);
  }
}

/** Before anything is compiled: the largest buffer, by the name of what lies in it. */
function checkLimit(context: GpuContext, { slots, images }: TrainingPlan): void {
  const limit = context.maxBufferBytes;
  const bytes = Math.max(...slots.bytes);
  if (bytes <= limit) return;
  // The slots are made for their largest, which come first.
  const [name] = [...slots.slotOf].find(([, slot]) => slots.bytes[slot] === bytes) ?? [];
  throw new GpuLimitError(
    `A batch of ${images.batch} pictures of ${images.width} × ${images.height} px is too large for this GPU: the ${name} needs ${formatBytes(bytes)}, and a buffer may have ${formatBytes(limit)}. Take fewer or smaller pictures at a time.`,
  );
}

function packUniforms(calls: readonly KernelCall[]): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(Math.max(1, calls.length) * uniformAlignment));
  calls.forEach(({ uniforms }, i) => {
    uniforms.forEach(({ kind, value }, field) => {
      const at = i * uniformAlignment + 4 * field;
      if (kind === 'f32') view.setFloat32(at, value, true);
      else view.setUint32(at, value, true);
    });
  });
  return view.buffer;
}

function bind(
  context: GpuContext,
  pipeline: GPUComputePipeline,
  call: KernelCall,
  arena: GPUBuffer,
  index: number,
  buffers: ReadonlyMap<BufferName, GPUBuffer>,
): GPUBindGroup {
  const size = Math.ceil(call.uniforms.length / 4) * 16;
  return context.device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [
      { binding: 0, resource: { buffer: arena, offset: index * uniformAlignment, size } },
      ...call.buffers.map((name, i) => {
        const buffer = buffers.get(name);
        if (!buffer) throw new Error(`${call.shader} reads ${name}, which has no buffer.`);
        return { binding: i + 1, resource: { buffer } };
      }),
    ],
  });
}

/** Submits of bounded work and number. */
function cut(calls: readonly KernelCall[], dispatches: readonly Dispatch[]): Dispatch[][] {
  const submits: Dispatch[][] = [];
  let current: Dispatch[] = [];
  let work = 0;
  dispatches.forEach((dispatch, i) => {
    const more = calls[i]?.work ?? 0;
    if (current.length === dispatchesPerSubmit || (current.length > 0 && work + more > maximalWork)) {
      submits.push(current);
      current = [];
      work = 0;
    }
    current.push(dispatch);
    work += more;
  });
  submits.push(current);
  return submits;
}
