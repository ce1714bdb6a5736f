/** An ONNX model as plain data, as `readOnnx` gives it: the parts of it that are looked at here. */
import { FormatError } from '../../core/errors.ts';

export interface OnnxTensor {
  readonly kind: 'float' | 'integer';
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
}

export type OnnxAttribute =
  | { readonly type: 'float' | 'integer'; readonly value: number }
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'floats' | 'integers'; readonly value: readonly number[] }
  | { readonly type: 'texts'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: OnnxTensor };

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxPort {
  readonly name: string;
  readonly shape: readonly (number | string)[] | undefined;
}

export interface OnnxModel {
  readonly opset: number;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly nodes: readonly OnnxNode[];
  readonly tensors: ReadonlyMap<string, OnnxTensor>;
}

const printable = (name: string): string => name.slice(0, 80).replace(/[^\x20-\x7e]/g, '?');

/** 'Conv "/enc1/Conv"', or by its value where it has no name. */
export function labelOf({ op, name, outputs }: OnnxNode): string {
  return `${printable(op)} "${printable(name || (outputs[0] ?? ''))}"`;
}

/** The attributes and inputs of one node, each checked when it is asked for. */
export class NodeFields {
  constructor(
    private readonly file: string,
    readonly node: OnnxNode,
  ) {}

  /** @param what after the node's name: "has groups". */
  bad(what: string): never {
    throw new FormatError('bad-onnx', this.file, `can't be run: ${labelOf(this.node)} ${what}.`);
  }

  /** The name of an input; '' where it is left out. */
  input(index: number): string {
    return this.node.inputs[index] ?? '';
  }

  number(name: string, usual: number): number {
    const attribute = this.node.attributes.get(name);
    if (!attribute) return usual;
    return attribute.type === 'integer' || attribute.type === 'float'
      ? attribute.value
      : this.bad(`has a ${name} that is no number`);
  }

  text(name: string, usual: string): string {
    const attribute = this.node.attributes.get(name);
    if (!attribute) return usual;
    return attribute.type === 'text' ? attribute.value : this.bad(`has a ${name} that is no word`);
  }

  /** Whole numbers, as many as `usual`. */
  numbers(name: string, usual: readonly number[]): readonly number[] {
    const attribute = this.node.attributes.get(name);
    if (!attribute) return usual;
    const { type, value } = attribute;
    if (type !== 'integers' || value.length !== usual.length) {
      return this.bad(
        `has other ${name} than ${usual.length} whole numbers: only pictures are convolved and pooled`,
      );
    }
    return value;
  }

  /** Refuses a setting that is not what it should be. */
  expect(name: string, wanted: number): void {
    const value = this.number(name, wanted);
    if (value !== wanted) this.bad(`has ${name} ${value}; only ${wanted} is supported`);
  }
}
