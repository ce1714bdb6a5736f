import type { GpuContext } from './context.ts';
import type { KernelRun } from './ops/view.ts';
import type { PassWork } from './profiler.ts';
import {
  checkGrid,
  dispatchesPerSubmit,
  flopsPerSubmit,
  packUniforms,
  uniformAlignment,
} from './recorder.ts';

/** One dispatch of a run: its pipeline, what it is told, and roughly what it costs. */
export interface Call extends KernelRun {
  readonly pipeline: GPUComputePipeline;
  /** Floating-point operations; a submit that has enough of them ends. */
  readonly flops: number;
}

/** The most bytes of uniforms of one dispatch. */
const uniformBytes = uniformAlignment;

/**
 * A list of dispatches that is sent again and again. Each has its place in one uniform buffer, which is written once a
 * run; bind groups are made once, and anew only where a buffer has changed.
 */
export class Replay {
  private readonly uniforms: GPUBuffer;
  private readonly packed: DataView<ArrayBuffer>;
  private readonly groups: { readonly group: GPUBindGroup; readonly of: readonly GPUBuffer[] }[] = [];

  /** @param length of the list. */
  constructor(
    private readonly context: GpuContext,
    owner: string,
    length: number,
  ) {
    this.uniforms = context.buffer(owner, Math.max(1, length) * uniformBytes, GPUBufferUsage.UNIFORM);
    this.packed = new DataView(new ArrayBuffer(this.uniforms.size));
  }

  /** Sends the list; a call that is undefined is left out this time. Does not wait. */
  submit(calls: readonly (Call | undefined)[]): void {
    const { context } = this;
    this.tell(calls);
    let batch = new Batch(context.device);
    calls.forEach((call, index) => {
      if (!call) return;
      batch.add(call, this.groupOf(index, call));
      if (batch.dispatches < dispatchesPerSubmit && batch.flops < flopsPerSubmit) return;
      batch.submit();
      batch = new Batch(context.device);
    });
    batch.submit();
  }

  /** The calls of the list as work to be timed one by one; good until the list is sent or asked for again. */
  passes(calls: readonly (Call | undefined)[]): (PassWork | undefined)[] {
    this.tell(calls);
    return calls.map((call, index) => {
      if (!call) return undefined;
      const group = this.groupOf(index, call);
      return { record: (pass) => dispatch(pass, call, group) };
    });
  }

  destroy(): void {
    this.context.free(this.uniforms);
    this.groups.length = 0;
  }

  /** Checks the calls, and writes what they are told. */
  private tell(calls: readonly (Call | undefined)[]): void {
    const { context } = this;
    context.check();
    calls.forEach((call, index) => {
      if (!call) return;
      checkGrid(context, call.pipeline, call.grid);
      packUniforms(this.packed, index * uniformBytes, call.uniforms);
    });
    context.device.queue.writeBuffer(this.uniforms, 0, this.packed.buffer);
  }

  private groupOf(index: number, { pipeline, buffers }: Call): GPUBindGroup {
    const known = this.groups[index];
    if (known && known.of.length === buffers.length && known.of.every((one, i) => one === buffers[i])) {
      return known.group;
    }
    const uniform = { buffer: this.uniforms, offset: index * uniformBytes, size: uniformBytes };
    const group = this.context.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [
        { binding: 0, resource: uniform },
        ...buffers.map((buffer, i) => ({ binding: i + 1, resource: { buffer } })),
      ],
    });
    this.groups[index] = { group, of: buffers };
    return group;
  }
}

function dispatch(pass: GPUComputePassEncoder, { pipeline, grid }: Call, group: GPUBindGroup): void {
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(...grid);
}

/** Dispatches of one submit, in one pass. */
class Batch {
  dispatches = 0;
  flops = 0;
  private encoder: GPUCommandEncoder | undefined;
  private pass: GPUComputePassEncoder | undefined;

  constructor(private readonly device: GPUDevice) {}

  add(call: Call, group: GPUBindGroup): void {
    this.encoder ??= this.device.createCommandEncoder();
    this.pass ??= this.encoder.beginComputePass();
    dispatch(this.pass, call, group);
    this.dispatches++;
    this.flops += call.flops;
  }

  submit(): void {
    this.pass?.end();
    if (this.encoder) this.device.queue.submit([this.encoder.finish()]);
  }
}
