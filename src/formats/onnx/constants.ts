/** `Constant` nodes, which are tensors in disguise. */
import { labelOf } from './graph.ts';
import type { OnnxAttribute, OnnxNode } from './model.ts';
import type { NamedOnnxTensor } from './tensor.ts';
import { badOnnx } from './wire.ts';

/**
 * The tensor that a `Constant` node stands for, by the name of its output; undefined for other nodes.
 * @throws FormatError bad-onnx for constants that are no numbers.
 */
export function constantOf(file: string, node: OnnxNode): NamedOnnxTensor | undefined {
  if (node.op !== 'Constant' || node.domain !== '') return undefined;
  const [name, ...others] = node.outputs;
  const values = [...node.attributes.values()];
  const [value] = values;
  const tensor = value && values.length === 1 ? tensorOf(value) : undefined;
  if (name === undefined || name === '' || others.length > 0 || !tensor) {
    throw badOnnx(file, `${labelOf(node)} is no constant of numbers`);
  }
  return { name, tensor };
}

function tensorOf(attribute: OnnxAttribute): NamedOnnxTensor['tensor'] | undefined {
  switch (attribute.type) {
    case 'tensor':
      return attribute.value;
    case 'float':
      return { kind: 'float', storedAs: 'float32', shape: [], data: Float32Array.of(attribute.value) };
    case 'floats':
      return {
        kind: 'float',
        storedAs: 'float32',
        shape: [attribute.value.length],
        data: Float32Array.from(attribute.value),
      };
    case 'integer':
      return { kind: 'integer', storedAs: 'int64', shape: [], data: Float64Array.of(attribute.value) };
    case 'integers':
      return {
        kind: 'integer',
        storedAs: 'int64',
        shape: [attribute.value.length],
        data: Float64Array.from(attribute.value),
      };
    default:
      return undefined;
  }
}
