/** An ONNX model as plain typed data: what it says, checked to be a graph, not yet what any operation means. */

/** Float tensors of any precision come as float32. */
export interface OnnxFloats {
  readonly kind: 'float';
  readonly storedAs: 'float32' | 'float16' | 'float64' | 'bfloat16';
  readonly shape: readonly number[];
  /** Row-major, as long as the product of `shape`. */
  readonly data: Float32Array<ArrayBuffer>;
}

/** Whole numbers: shapes, axes, sizes. Beyond 2^53 they are rounded ("to the end" is written as 2^63 - 1). */
export interface OnnxIntegers {
  readonly kind: 'integer';
  readonly storedAs: 'int64' | 'int32';
  readonly shape: readonly number[];
  /** Row-major, as long as the product of `shape`. */
  readonly data: Float64Array<ArrayBuffer>;
}

export type OnnxTensor = OnnxFloats | OnnxIntegers;

export type OnnxAttribute =
  | { readonly type: 'float' | 'integer'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'floats' | 'integers'; readonly value: readonly number[] }
  | { readonly type: 'texts'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: OnnxTensor };

/** A number, the name of a size that is free ("height"), or '' for one that is free and has no name. */
export type OnnxSide = number | string;

export interface OnnxPort {
  readonly name: string;
  /** "float32", "int64"…, or "type 17" where it has no name here. */
  readonly dtype: string;
  /** Undefined where even the number of sides is free. */
  readonly shape: readonly OnnxSide[] | undefined;
}

export interface OnnxNode {
  /** As the file has it, perhaps ''; not unique. */
  readonly name: string;
  /** "Conv" */
  readonly op: string;
  /** '' for ONNX's own operations, whatever the file calls them. */
  readonly domain: string;
  /** Names of values; '' for an optional input that is left out. */
  readonly inputs: readonly string[];
  /** Names of values, made by this node alone; '' for an optional output that is not wanted. */
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxModel {
  /** "pytorch 1.13.0" */
  readonly producer: string;
  readonly irVersion: number;
  /** Version of ONNX's own operations. */
  readonly opset: number;
  /** Versions by domain, ONNX's own ('') among them. */
  readonly opsets: ReadonlyMap<string, number>;
  /** What must be given to run it: without the tensors, which older files list here too. */
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Every node comes after those that it reads. `Constant` nodes are not here but among the tensors. */
  readonly nodes: readonly OnnxNode[];
  /** Weights and constants by the names that nodes read; without NaN, but perhaps with infinities. */
  readonly tensors: ReadonlyMap<string, OnnxTensor>;
}
