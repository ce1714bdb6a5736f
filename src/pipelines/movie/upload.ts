import type { StoredSamples } from '../../formats/image.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { samplePitch, type UploadedSamples } from '../../gpu/ops/movie.ts';

/** The same rows of some frames on their way to the GPU, in a buffer that is used again and again. */
export class Upload {
  private buffer: GPUBuffer | undefined;
  private bufferBytes = 0;
  private first: StoredSamples | undefined;
  private pitch = 0;

  constructor(private readonly context: GpuContext) {}

  /** Sends the strip of frame `index` of `count`; all have the same type and rows. Copied before it returns. */
  put(index: number, count: number, samples: StoredSamples): void {
    const { type, bytes, rowBytes } = samples;
    if (index === 0) {
      this.first = samples;
      this.pitch = samplePitch(bytes.byteLength);
      const needed = this.pitch * count;
      if (this.bufferBytes < needed) {
        this.context.free(this.buffer);
        this.buffer = this.context.buffer('frames', needed);
        this.bufferBytes = needed;
      }
    }
    const { first } = this;
    if (!first || first.type !== type || first.rowBytes !== rowBytes || first.bytes.length !== bytes.length) {
      throw new Error('The frames of a movie are stored in different ways.');
    }
    this.context.check();
    this.write(index * this.pitch, bytes);
  }

  /** Every `step`-th frame from `first` on, `frames` in all. */
  samples(first: number, step: number, frames: number): UploadedSamples {
    const { buffer, pitch } = this;
    if (!buffer || !this.first) throw new Error('Nothing was sent.');
    const { type, rowBytes } = this.first;
    return { buffer, type, rowBytes, firstByte: first * pitch, frameBytes: step * pitch, frames };
  }

  free(): void {
    this.context.free(this.buffer);
    this.buffer = undefined;
  }

  /** Only multiples of 4 bytes can be written. */
  private write(offset: number, bytes: Uint8Array<ArrayBuffer>): void {
    const { buffer } = this;
    if (!buffer) return;
    const { queue } = this.context.device;
    const whole = bytes.byteLength - (bytes.byteLength % 4);
    queue.writeBuffer(buffer, offset, bytes, 0, whole);
    if (whole === bytes.byteLength) return;
    const rest = new Uint8Array(4);
    rest.set(bytes.subarray(whole));
    queue.writeBuffer(buffer, offset + whole, rest);
  }
}
