/** ONNX models (https://onnx.ai/onnx/repo-docs/IR.html) as data. Nothing is interpreted here but the graph itself. */
import { FormatError } from '../../core/errors.ts';
import { MAX_FILE_BYTES, shown } from '../weights/tensors.ts';
import { constantOf } from './constants.ts';
import { labelOf, plainDomain, type RawGraph, readGraph } from './graph.ts';
import type { OnnxModel, OnnxNode, OnnxTensor } from './model.ts';
import { badOnnx, Wire } from './wire.ts';

/**
 * Reads a model and checks that it is a graph: every value has one maker and is made before it is read, and every output is
 * made. Constants become tensors. Which operations there are is for the caller to judge.
 * @param bytes the whole file, at most 1 GiB.
 * @throws FormatError empty, bad-onnx.
 */
export function readOnnx(file: string, bytes: Uint8Array): OnnxModel {
  if (bytes.length === 0) throw new FormatError('empty', file, 'is empty (0 bytes).');
  if (bytes.length > MAX_FILE_BYTES) throw badOnnx(file, 'it has more than 1 GiB');
  const wire = new Wire(file, bytes);
  let irVersion = 0;
  let producer = '';
  let producerVersion = '';
  const graphs: RawGraph[] = [];
  const opsets = new Map<string, number>();
  wire.fields((field) => {
    if (field === 1) irVersion = wire.integer();
    else if (field === 2) producer = wire.text();
    else if (field === 3) producerVersion = wire.text();
    else if (field === 7) graphs.push(readGraph(file, wire));
    else if (field === 8) {
      let domain = '';
      let version = 0;
      wire.message((part) => {
        if (part === 1) domain = plainDomain(wire.text());
        else if (part === 2) version = wire.integer();
      });
      opsets.set(domain, version);
    } else if (field === 25) throw badOnnx(file, 'it defines functions of its own');
  });
  const [graph] = graphs;
  const opset = opsets.get('');
  if (!graph || graphs.length > 1) throw badOnnx(file, `it has ${graphs.length} graphs`);
  if (opset === undefined || opset < 1)
    throw badOnnx(file, "it does not say which version of ONNX's operations it uses");
  return {
    producer: `${producer} ${producerVersion}`.trim(),
    irVersion,
    opset,
    opsets,
    ...checkGraph(file, graph),
  };
}

/** @throws FormatError bad-onnx. */
function checkGraph(
  file: string,
  graph: RawGraph,
): Pick<OnnxModel, 'inputs' | 'outputs' | 'nodes' | 'tensors'> {
  const tensors = new Map<string, OnnxTensor>();
  for (const { name, tensor } of graph.tensors) {
    if (name === '' || tensors.has(name))
      throw badOnnx(file, `it has the tensor "${shown(name)}" twice, or without a name`);
    tensors.set(name, tensor);
  }
  const made = new Set(tensors.keys());
  const inputs = graph.inputs.filter(({ name }) => !tensors.has(name));
  for (const { name } of inputs) {
    if (name === '' || made.has(name))
      throw badOnnx(file, `it has the input "${shown(name)}" twice, or without a name`);
    made.add(name);
  }
  const nodes: OnnxNode[] = [];
  for (const node of graph.nodes) {
    const missing = node.inputs.find((name) => name !== '' && !made.has(name));
    if (missing !== undefined) {
      throw badOnnx(file, `${labelOf(node)} reads ${shown(missing)}, which nothing makes before it`);
    }
    for (const name of node.outputs) {
      if (name === '') continue;
      if (made.has(name))
        throw badOnnx(file, `${labelOf(node)} makes ${shown(name)}, which is there already`);
      made.add(name);
    }
    const constant = constantOf(file, node);
    if (constant) tensors.set(constant.name, constant.tensor);
    else nodes.push(node);
  }
  if (graph.outputs.length === 0) throw badOnnx(file, 'it has no output');
  for (const { name } of graph.outputs) {
    if (!made.has(name)) throw badOnnx(file, `nothing makes its output ${shown(name)}`);
  }
  return { inputs, outputs: graph.outputs, nodes, tensors };
}
