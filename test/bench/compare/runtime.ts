/** What every runtime has to do to be compared: the same networks, from numbers in memory to numbers in memory. */
import type { Graph } from '../../../src/nn/layers.ts';
import type { Size } from '../../../src/nn/sizes.ts';

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

export interface Network {
  readonly graph: Graph;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** A network, ready for images of one size. */
export interface Session {
  /** @returns the result's numbers, row by row. */
  run(image: Float32Array<ArrayBuffer>): Promise<Float32Array>;
  dispose(): Promise<void>;
}

export interface Runtime {
  /** "onnxruntime-web WebGPU" */
  readonly name: string;
  readonly version: string;
  /** Anything that a reader should know: threads, settings that are not the usual ones. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Loads the network; compiling may be left to the first run. */
  prepare(network: Network, size: Size): Promise<Session>;
}
