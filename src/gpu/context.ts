import { DeviceLostError, GpuLimitError } from '../core/errors.ts';
import { formatBytes } from '../core/units.ts';
import { type Capabilities, capabilitiesOf } from './capabilities.ts';
import type { Defines } from './expand.ts';
import { shaderSource } from './shaders.ts';

/** How long a lost device may take to say so, ms. */
const lossDelay = 200;

export interface GpuMemory {
  readonly bytes: number;
  readonly byOwner: ReadonlyMap<string, number>;
  readonly peak: number;
  readonly peakByOwner: ReadonlyMap<string, number>;
  /** The most that each owner ever had, whenever that was. */
  readonly mostByOwner: ReadonlyMap<string, number>;
}

/**
 * All device-local objects of one GPU device: compiled pipelines, buffers with their owners and bytes. Device loss
 * throws the whole context away; whoever needs the GPU asks its provider for a new one.
 */
export class GpuContext {
  readonly device: GPUDevice;
  /** "llvmpipe (LLVM 15.0.6, 256 bits)" or what the adapter calls itself. */
  readonly adapterName: string;
  /** What kernels are chosen by. */
  readonly capabilities: Capabilities;
  private readonly pipelines = new Map<string, Promise<GPUComputePipeline>>();
  private readonly owned = new Map<GPUBuffer, { readonly owner: string; readonly bytes: number }>();
  private failure: Error | undefined;
  private bytes = 0;
  /** Bytes of each owner now, and when there were most in all. */
  private readonly byOwner = new Map<string, number>();
  /** The most that each owner ever had. */
  private readonly mostOf = new Map<string, number>();
  private peak = 0;
  private atPeak: ReadonlyMap<string, number> = new Map();
  private readBack = 0;

  constructor(device: GPUDevice, adapterName: string) {
    this.device = device;
    this.adapterName = adapterName;
    this.capabilities = capabilitiesOf(device);
    device.lost.then(
      (info) => this.fail(new DeviceLostError(info.message || info.reason)),
      () => this.fail(new DeviceLostError('unknown reason')),
    );
    // A result computed after a validation error would be wrong, so an uncaptured error is a hard failure.
    device.addEventListener('uncapturederror', ({ error }) =>
      this.fail(
        error instanceof GPUOutOfMemoryError
          ? new GpuLimitError('The GPU has run out of memory: close other micrographs, tabs or programs.')
          : new Error(`GPU error: ${error.message}`),
      ),
    );
  }

  /** @throws the error that ended this context, if one did. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  get isLost(): boolean {
    return this.failure !== undefined;
  }

  /** Compiles a compute shader (entry point `main`) once per expanded text. */
  pipeline(path: string, defines: Defines = {}): Promise<GPUComputePipeline> {
    const code = shaderSource(path, defines);
    let pipeline = this.pipelines.get(code);
    if (!pipeline) {
      pipeline = this.compile(path, code);
      this.pipelines.set(code, pipeline);
    }
    return pipeline;
  }

  private async compile(path: string, code: string): Promise<GPUComputePipeline> {
    const module = this.device.createShaderModule({ label: path, code });
    try {
      return await this.device.createComputePipelineAsync({
        label: path,
        layout: 'auto',
        compute: { module },
      });
    } catch (cause) {
      await this.checkForLoss();
      const { messages } = await module.getCompilationInfo();
      const lines = code.split('\n');
      const notes = messages.map(
        (m) => `${path}:${m.lineNum}: ${m.message}\n    ${lines[m.lineNum - 1] ?? ''}`,
      );
      throw new Error(`The shader ${path} does not compile.\n${notes.join('\n')}`, { cause });
    }
  }

  /** The most bytes that one storage binding may have here. */
  get maxBufferBytes(): number {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.device.limits;
    return Math.min(maxStorageBufferBindingSize, maxBufferSize);
  }

  /**
   * A storage buffer, counted under its owner until `free`.
   * @throws GpuLimitError when the adapter does not allow one that large.
   */
  buffer(owner: string, bytes: number, usage: number = 0): GPUBuffer {
    this.check();
    if (bytes > this.maxBufferBytes) {
      throw new GpuLimitError(
        `This GPU allows buffers of ${formatBytes(this.maxBufferBytes)}, but ${owner} needs ${formatBytes(bytes)}.`,
      );
    }
    const size = Math.max(16, Math.ceil(bytes / 4) * 4);
    const buffer = this.device.createBuffer({
      label: owner,
      size,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST | usage,
    });
    this.owned.set(buffer, { owner, bytes: size });
    this.count(owner, size);
    if (this.bytes > this.peak) {
      this.peak = this.bytes;
      this.atPeak = new Map(this.byOwner);
    }
    return buffer;
  }

  /** A storage buffer holding `data`. */
  upload(owner: string, data: ArrayBufferView<ArrayBuffer>): GPUBuffer {
    const buffer = this.buffer(owner, data.byteLength);
    this.device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  free(...buffers: readonly (GPUBuffer | undefined)[]): void {
    for (const buffer of buffers) {
      const entry = buffer && this.owned.get(buffer);
      if (!entry) continue;
      this.count(entry.owner, -entry.bytes);
      this.owned.delete(buffer);
      buffer.destroy();
    }
  }

  /** Bytes that have come back from the GPU so far. */
  get bytesRead(): number {
    return this.readBack;
  }

  /** Copies `bytes` from `offset` of a buffer to the CPU. Waits for the work queued before. */
  async read(buffer: GPUBuffer, bytes: number, offset = 0): Promise<ArrayBuffer> {
    this.check();
    const staging = this.device.createBuffer({
      size: bytes,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    try {
      const encoder = this.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytes);
      this.device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      this.check();
      this.readBack += bytes;
      return staging.getMappedRange().slice(0);
    } catch (error) {
      await this.checkForLoss();
      throw error;
    } finally {
      staging.destroy();
    }
  }

  /** Waits for everything queued. @throws DeviceLostError or the first GPU error. */
  async finish(): Promise<void> {
    await this.device.queue.onSubmittedWorkDone();
    this.check();
  }

  /**
   * After a failed call: the device may be lost without having told us yet, and a mapping that ends so is called an
   * AbortError, which must not pass for the user's.
   */
  private async checkForLoss(): Promise<void> {
    await Promise.race([this.device.lost, new Promise((resolve) => setTimeout(resolve, lossDelay))]);
    this.check();
  }

  /** Bytes on the GPU now, and the most there ever were or have been since `resetPeak`; by owner, with the most that each ever had. */
  memory(): GpuMemory {
    const { bytes, peak, byOwner, atPeak, mostOf } = this;
    return { bytes, byOwner: new Map(byOwner), peak, peakByOwner: atPeak, mostByOwner: new Map(mostOf) };
  }

  /** Forgets the most there ever were: a step's own peak is measured from here. */
  resetPeak(): void {
    this.peak = this.bytes;
    this.atPeak = new Map(this.byOwner);
  }

  destroy(): void {
    for (const buffer of this.owned.keys()) buffer.destroy();
    this.owned.clear();
    this.byOwner.clear();
    this.bytes = 0;
    this.device.destroy();
  }

  private count(owner: string, bytes: number): void {
    this.bytes += bytes;
    const all = (this.byOwner.get(owner) ?? 0) + bytes;
    if (all > 0) this.byOwner.set(owner, all);
    else this.byOwner.delete(owner);
    if (all > (this.mostOf.get(owner) ?? 0)) this.mostOf.set(owner, all);
  }

  private fail(error: Error): void {
    this.failure ??= error;
  }
}
