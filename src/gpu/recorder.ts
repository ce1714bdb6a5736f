import type { GpuContext } from './context.ts';

/** A buffer bound whole. */
export type Binding = GPUBuffer;

/** One uniform value: whole numbers go in as u32 (one below 0 as the i32 of the same bits), the rest as f32. */
export interface UniformField {
  readonly kind: 'u32' | 'f32';
  readonly value: number;
}

export const u32 = (value: number): UniformField => ({ kind: 'u32', value });
export const f32 = (value: number): UniformField => ({ kind: 'f32', value });

interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly buffers: readonly Binding[];
  readonly uniformOffset: number;
  readonly uniformBytes: number;
  readonly grid: readonly [number, number, number];
}

/** Dispatches in one submit; larger batches starve the compositor, and Windows resets a device after about 2 s. */
export const dispatchesPerSubmit = 24;
/** Of one submit: a tenth of a second on a slow GPU, so that the screen is drawn in between and no watchdog barks. */
export const flopsPerSubmit = 2e10;
export const uniformAlignment = 256;

/**
 * Collects dispatches and sends them in a few submits. Every shader binds its uniform struct (scalars of 4 bytes,
 * in order) at 0 and its storage buffers from 1 on.
 */
export class Recorder {
  private readonly dispatches: Dispatch[] = [];
  private readonly uniforms: UniformField[][] = [];
  private uniformBytes = 0;

  constructor(private readonly context: GpuContext) {}

  /** @param grid workgroups in x, y, z. */
  dispatch(
    pipeline: GPUComputePipeline,
    uniforms: readonly UniformField[],
    buffers: readonly Binding[],
    grid: readonly [number, number, number],
  ): void {
    checkGrid(this.context, pipeline, grid);
    const bytes = Math.ceil((uniforms.length * 4) / 16) * 16;
    this.dispatches.push({ pipeline, buffers, uniformOffset: this.uniformBytes, uniformBytes: bytes, grid });
    this.uniforms.push([...uniforms]);
    this.uniformBytes += Math.ceil(bytes / uniformAlignment) * uniformAlignment;
  }

  /** Sends what was recorded and empties the recorder; does not wait. */
  submit(): void {
    if (this.dispatches.length === 0) return;
    this.context.check();
    const { device } = this.context;
    const arena = device.createBuffer({
      label: 'uniforms',
      size: this.uniformBytes,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(arena, 0, this.packUniforms());
    for (let start = 0; start < this.dispatches.length; start += dispatchesPerSubmit) {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (const dispatch of this.dispatches.slice(start, start + dispatchesPerSubmit)) {
        pass.setPipeline(dispatch.pipeline);
        pass.setBindGroup(0, this.bindGroup(dispatch, arena));
        pass.dispatchWorkgroups(...dispatch.grid);
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
    }
    // The queue keeps the memory until the submitted work has used it.
    arena.destroy();
    this.dispatches.length = 0;
    this.uniforms.length = 0;
    this.uniformBytes = 0;
  }

  private bindGroup(dispatch: Dispatch, arena: GPUBuffer): GPUBindGroup {
    const uniform = { buffer: arena, offset: dispatch.uniformOffset, size: dispatch.uniformBytes };
    return this.context.device.createBindGroup({
      layout: dispatch.pipeline.getBindGroupLayout(0),
      entries: [
        { binding: 0, resource: uniform },
        ...dispatch.buffers.map((buffer, i) => ({ binding: i + 1, resource: { buffer } })),
      ],
    });
  }

  private packUniforms(): ArrayBuffer {
    const packed = new DataView(new ArrayBuffer(this.uniformBytes));
    this.uniforms.forEach((fields, index) => {
      packUniforms(packed, this.dispatches[index]?.uniformOffset ?? 0, fields);
    });
    return packed.buffer;
  }
}

/** Puts the fields of a uniform struct of 4-byte scalars at an offset. */
export function packUniforms(packed: DataView, offset: number, fields: readonly UniformField[]): void {
  fields.forEach(({ kind, value }, i) => {
    if (kind === 'f32') packed.setFloat32(offset + 4 * i, value, true);
    else packed.setUint32(offset + 4 * i, value, true);
  });
}

/** @throws Error when a grid is over the device's limit. */
export function checkGrid(
  { device }: GpuContext,
  { label }: GPUComputePipeline,
  grid: readonly [number, number, number],
): void {
  const limit = device.limits.maxComputeWorkgroupsPerDimension;
  if (grid.every((size) => size <= limit)) return;
  throw new Error(`${label}: a grid of ${grid.join(' × ')} workgroups is over the limit of ${limit}.`);
}

/** Workgroups needed to cover `items` with `perGroup` each. */
export function groups(items: number, perGroup: number): number {
  return Math.ceil(items / perGroup);
}
