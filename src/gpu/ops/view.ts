/** A tensor on the GPU, channels last, or a slice of the channels of a wider one. */
export interface TensorView {
  readonly buffer: GPUBuffer;
  readonly width: number;
  readonly height: number;
  /** Channels of this view; 1, or a multiple of 4. */
  readonly channels: number;
  /** Channels from one pixel to the next in the buffer, and the first of ours; multiples of 4 unless channels is 1. */
  readonly stride: number;
  readonly offset: number;
}
