/**
 * The parts of TensorFlow.js that are used here. The packages are no dependencies of the project and are installed only
 * by `npm run bench:compare`, so that their own types may be absent.
 */
declare module '@tensorflow/tfjs-core' {
  export interface Tensor {
    readonly shape: readonly number[];
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  type Pair = readonly [number, number];

  export const version_core: string;
  export function setBackend(name: string): Promise<boolean>;
  export function ready(): Promise<void>;
  export function tensor4d(data: Float32Array, shape: readonly number[]): Tensor;
  export function tensor1d(data: Float32Array): Tensor;
  export function tidy<T>(work: () => T): T;
  export function keep<T extends Tensor>(tensor: T): T;
  export function maxPool(x: Tensor, kernel: Pair, strides: Pair, padding: 'valid'): Tensor;
  export function concat(tensors: readonly Tensor[], axis: number): Tensor;
  export function add(a: Tensor, b: Tensor): Tensor;
  export function relu(x: Tensor): Tensor;
  export function slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor;
  export function pad(x: Tensor, paddings: readonly Pair[]): Tensor;
  export const image: {
    resizeNearestNeighbor(x: Tensor, size: Pair, alignCorners?: boolean, halfPixelCenters?: boolean): Tensor;
  };
  export const fused: {
    conv2d(options: {
      readonly x: Tensor;
      readonly filter: Tensor;
      readonly strides: Pair;
      readonly pad: 'valid' | number | readonly Pair[];
      readonly dataFormat: 'NHWC';
      readonly dilations: Pair;
      readonly bias?: Tensor;
      readonly activation: 'linear' | 'relu' | 'leakyrelu' | 'sigmoid';
      readonly leakyreluAlpha?: number;
    }): Tensor;
  };
}

declare module '@tensorflow/tfjs-backend-webgpu';
