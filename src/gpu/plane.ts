/** A one-channel float32 image on the GPU, row-major, width × height. */
export interface Plane {
  readonly buffer: GPUBuffer;
  readonly width: number;
  readonly height: number;
}
