/** GraphProto and its parts: nodes, attributes, inputs and outputs. Graphs within nodes (If, Loop) are refused. */
import { shown } from '../weights/tensors.ts';
import type { OnnxAttribute, OnnxNode, OnnxPort, OnnxSide, OnnxTensor } from './model.ts';
import { dtypeName, readTensor } from './tensor.ts';
import { badOnnx, type Wire } from './wire.ts';

/** Of a graph as the file has it, in the file's order, nothing yet checked. */
export interface RawGraph {
  readonly nodes: OnnxNode[];
  readonly tensors: { readonly name: string; readonly tensor: OnnxTensor }[];
  readonly inputs: OnnxPort[];
  readonly outputs: OnnxPort[];
}

/** Nodes, tensors, inputs or outputs of a graph; a large network has some thousands. */
const MAX_PARTS = 2 ** 16;
const MAX_ATTRIBUTES = 256;
/** The domain of ONNX's own operations has two names. */
const ALIAS = 'ai.onnx';

export function plainDomain(domain: string): string {
  return domain === ALIAS ? '' : domain;
}

/** The GraphProto that comes next. @throws FormatError bad-onnx. */
export function readGraph(file: string, wire: Wire): RawGraph {
  const graph: RawGraph = { nodes: [], tensors: [], inputs: [], outputs: [] };
  wire.message((field) => {
    if (field === 1) graph.nodes.push(readNode(file, wire));
    else if (field === 5) graph.tensors.push(readTensor(file, wire, 'without a name'));
    else if (field === 11) graph.inputs.push(readPort(wire));
    else if (field === 12) graph.outputs.push(readPort(wire));
    else if (field === 15) throw badOnnx(file, 'it has sparse tensors');
    const most = Math.max(...Object.values(graph).map((parts) => parts.length));
    if (most > MAX_PARTS) throw badOnnx(file, `its graph has more than ${MAX_PARTS} parts of a kind`);
  });
  return graph;
}

/** What to call a node in a sentence: 'Conv "/enc1/Conv"'. */
export function labelOf({ op, name }: Pick<OnnxNode, 'op' | 'name'>): string {
  return name === '' ? shown(op) : `${shown(op)} "${shown(name)}"`;
}

function readNode(file: string, wire: Wire): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: (readonly [string, OnnxAttribute | undefined])[] = [];
  let name = '';
  let op = '';
  let domain = '';
  wire.message((field) => {
    if (field === 1) inputs.push(wire.text());
    else if (field === 2) outputs.push(wire.text());
    else if (field === 3) name = wire.text();
    else if (field === 4) op = wire.text();
    else if (field === 5) attributes.push(readAttribute(file, wire));
    else if (field === 7) domain = wire.text();
    if (attributes.length > MAX_ATTRIBUTES) throw badOnnx(file, 'an operation in it has too many attributes');
  });
  if (op === '') throw badOnnx(file, 'an operation in it has no name');
  const known = new Map<string, OnnxAttribute>();
  for (const [key, attribute] of attributes) {
    const label = `the attribute ${shown(key)} of ${labelOf({ op, name })}`;
    if (!attribute) throw badOnnx(file, `${label} is a graph or of another kind that is not supported`);
    if (known.has(key)) throw badOnnx(file, `${label} is given twice`);
    known.set(key, attribute);
  }
  return { name, op, domain: plainDomain(domain), inputs, outputs, attributes: known };
}

/** The name, and the value where it is of a known kind. */
function readAttribute(file: string, wire: Wire): readonly [string, OnnxAttribute | undefined] {
  let name = '';
  let type = 0;
  let tensor: OnnxTensor | undefined;
  let float = 0;
  let integer = 0;
  let text = '';
  const floats: number[] = [];
  const integers: number[] = [];
  const texts: string[] = [];
  wire.message((field) => {
    if (field === 1) name = wire.text();
    else if (field === 2) float = wire.float();
    else if (field === 3) integer = wire.integer();
    else if (field === 4) text = wire.text();
    else if (field === 5) tensor = readTensor(file, wire, `of the attribute ${shown(name)}`).tensor;
    else if (field === 7) wire.floats(floats);
    else if (field === 8) wire.integers(integers);
    else if (field === 9) texts.push(wire.text());
    else if (field === 20) type = wire.integer();
  });
  // AttributeProto.AttributeType
  const kinds: Readonly<Record<number, OnnxAttribute | undefined>> = {
    1: { type: 'float', value: float },
    2: { type: 'integer', value: integer },
    3: { type: 'text', value: text },
    4: tensor && { type: 'tensor', value: tensor },
    6: { type: 'floats', value: floats },
    7: { type: 'integers', value: integers },
    8: { type: 'texts', value: texts },
  };
  return [name, kinds[type]];
}

/** ValueInfoProto. */
function readPort(wire: Wire): OnnxPort {
  let name = '';
  let dtype = dtypeName(0);
  let shape: OnnxSide[] | undefined;
  wire.message((field) => {
    if (field === 1) name = wire.text();
    if (field !== 2) return;
    wire.message((kind) => {
      if (kind !== 1) return;
      wire.message((part) => {
        if (part === 1) dtype = dtypeName(wire.integer());
        else if (part === 2) shape = readShape(wire);
      });
    });
  });
  return { name, dtype, shape };
}

function readShape(wire: Wire): OnnxSide[] {
  const sides: OnnxSide[] = [];
  wire.message((field) => {
    if (field !== 1) return;
    let side: OnnxSide = '';
    wire.message((kind) => {
      // Some exporters write -1 for a free size.
      if (kind === 1) side = positive(wire.integer());
      else if (kind === 2) side = wire.text();
    });
    sides.push(side);
  });
  return sides;
}

function positive(side: number): OnnxSide {
  return Number.isSafeInteger(side) && side >= 0 ? side : '';
}
