/** ONNX models as graphs: one picture in, one out, of the operations in `onnxNodes.ts`. */
import { FormatError } from '../../core/errors.ts';
import { checkChannels } from '../channels.ts';
import { type Graph, inputName, inputsOf, type Layer, type Upsample } from '../layers.ts';
import { graphLimits } from '../limits.ts';
import { graphToJson, parseGraph } from '../parse.ts';
import { inferSizes, type Sizes } from '../sizes.ts';
import type { WeightTensor } from '../weights.ts';
import { foldNode, isSize, type KnownArray, keepsPicture, knownArray } from './onnxConstants.ts';
import type { NodeContext } from './onnxContext.ts';
import { NodeFields, type OnnxModel, type OnnxNode, type OnnxPort } from './onnxModel.ts';
import { layerOf } from './onnxNodes.ts';

export interface ImportedNetwork {
  readonly graph: Graph;
  readonly tensors: ReadonlyMap<string, WeightTensor>;
}

/**
 * The graph of a model and its weights. Batch sizes are taken as 1. Normalisations, activations and sums stay layers of
 * their own: what runs the graph fuses them.
 * @throws FormatError 'bad-onnx', with the node that can't be run and why; 'bad-weights' where a layer is out of bounds.
 */
export function onnxNetwork(file: string, model: OnnxModel): ImportedNetwork {
  return new Importer(file, model).run();
}

/** Of all that is calculated before the network runs: exporters calculate with a few sizes and paddings. */
const mostNumbers = 2 ** 20;

/** What passes a picture on as it is. */
const passing = new Set(['Identity', 'Dropout']);
/**
 * Versions of ONNX's operations (onnx/docs/Versioning.md). Before 7 they broadcast otherwise, and Dropout and normalisations
 * were told whether they train; what versions after ONNX 1.20's will mean is not known.
 */
const opsets = { oldest: 7, newest: 25 };
/** Of a single picture: itself. */
const joining = new Set(['Sum', 'Concat']);

class Importer {
  private readonly layers: Layer[] = [];
  private readonly tensors = new Map<string, WeightTensor>();
  /** Layer names of pictures. */
  private readonly pictures = new Map<string, string>();
  private readonly names = new Set([inputName]);
  private readonly known = new Map<string, KnownArray>();
  /** How many of them were calculated. */
  private numbers = 0;
  /** Weights that have another name. */
  private readonly aliases = new Map<string, string>();
  private readonly channels = new Map<string, number>();
  /** Height and width of an export of fixed size. */
  private readonly fixed: { readonly width: number; readonly height: number } | undefined;

  constructor(
    private readonly file: string,
    private readonly model: OnnxModel,
  ) {
    if (model.opset < opsets.oldest || model.opset > opsets.newest) {
      this.bad(
        `it uses version ${model.opset} of ONNX's operations; export it with one from ${opsets.oldest} to ${opsets.newest} (opset_version=17)`,
      );
    }
    const input = this.only(model.inputs, 'input');
    const [, channels, height, width] = input.shape ?? [];
    if (input.shape?.length !== 4 || typeof channels !== 'number' || channels < 1) {
      this.bad(`its input ${input.name} is no picture of a known number of channels (1 × C × H × W)`);
    }
    this.pictures.set(input.name, inputName);
    this.channels.set(inputName, channels);
    this.fixed = typeof height === 'number' && typeof width === 'number' ? { width, height } : undefined;
    for (const [name, tensor] of model.tensors) {
      const array = knownArray(tensor);
      if (array) this.known.set(name, array);
    }
  }

  run(): ImportedNetwork {
    for (const node of this.model.nodes) this.add(node);
    const output = this.only(this.model.outputs, 'output');
    const last = this.pictures.get(output.name);
    if (last === undefined || last === inputName)
      this.bad(`its output ${output.name} is no result of the network`);
    const graph = { name: this.file, channels: this.channels.get(inputName) ?? 1, layers: this.needed(last) };
    // With the bounds that hold for every graph out of a file.
    return { graph: parseGraph(graphToJson(graph), this.file), tensors: this.tensors };
  }

  private add(node: OnnxNode): void {
    const fields = new NodeFields(this.file, node);
    const [made = ''] = node.outputs;
    if (node.domain !== '') fields.bad(`is of ${node.domain}, not one of ONNX's own operations`);
    const source = node.inputs[0] ?? '';
    const picture = this.pictures.get(source);
    const isSame = passing.has(node.op) || (joining.has(node.op) && node.inputs.length === 1);
    if (picture !== undefined && (isSame || (node.op === 'Cast' && keepsPicture(fields)))) {
      this.pictures.set(made, picture);
      return;
    }
    if (node.op === 'Identity' && this.model.tensors.has(this.weightName(source))) {
      this.aliases.set(made, this.weightName(source));
    }
    const array = foldNode(
      fields,
      (name) => this.known.get(name),
      (name) => this.channels.get(this.pictures.get(name) ?? ''),
    );
    if (array) {
      this.numbers += array.data.length;
      if (this.numbers > mostNumbers) fields.bad('calculates with too many numbers');
      this.known.set(made, array);
      return;
    }
    if (this.aliases.has(made)) return;
    const hasSizes = node.inputs.some((name) => this.known.get(name)?.data.some(isSize));
    if (picture === undefined && hasSizes) {
      fields.bad(
        'calculates with the size of a picture, which is only known when it runs; export the model for one size (without dynamic_axes)',
      );
    }
    this.layer(layerOf(this.contextOf(fields, this.nameFor(made))), made);
  }

  private layer(layer: Layer, value: string): void {
    if (this.layers.length >= graphLimits.layers) this.bad(`it has more than ${graphLimits.layers} layers`);
    this.layers.push(layer);
    this.pictures.set(value, layer.name);
    const graph = { name: this.file, channels: this.channels.get(inputName) ?? 1, layers: this.layers };
    this.channels.set(layer.name, checkChannels(graph).get(layer.name) ?? 0);
  }

  private contextOf(fields: NodeFields, name: string): NodeContext {
    const { node } = fields;
    const picture = (index: number): string =>
      this.pictures.get(fields.input(index)) ??
      fields.bad(`reads ${fields.input(index) || 'nothing'}, which is no picture`);
    return {
      fields,
      name,
      picture,
      channels: (index) => this.channels.get(picture(index)) ?? 0,
      shape: (index) => this.known.get(fields.input(index))?.shape ?? [],
      list: (index) => this.known.get(fields.input(index))?.data,
      tensor: (index) => {
        if (fields.input(index) === '') return undefined;
        const key = this.weightName(fields.input(index));
        const tensor = this.model.tensors.get(key);
        if (!tensor) return fields.bad(`reads ${fields.input(index)} as weights, which are not in the file`);
        this.tensors.set(key, { shape: tensor.shape, data: Float32Array.from(tensor.data) });
        return { name: key, shape: tensor.shape };
      },
      perChannel: (what, values) => {
        const key = `${name}/${what}`;
        this.tensors.set(key, { shape: [values.length], data: Float32Array.from(values) });
        return key;
      },
      layerOf: (value) =>
        this.pictures.get(value) ?? fields.bad(`has the size of ${value}, which is no picture`),
      lengthOf: (index, axis) => this.fixedSizes()?.[axis].get(picture(index)),
      enlarge: (index, height, width) => this.enlarge(fields, node, picture(index), { width, height }),
    };
  }

  /** Of all values so far, in an export of fixed size. */
  private fixedSizes(): Sizes | undefined {
    const graph = { name: this.file, channels: this.channels.get(inputName) ?? 1, layers: this.layers };
    return this.fixed && inferSizes(graph, this.fixed);
  }

  /** A size that was fixed when the model was exported: a whole factor, or the size of what the result is joined with. */
  private enlarge(
    fields: NodeFields,
    node: OnnxNode,
    input: string,
    size: { readonly width: number; readonly height: number },
  ): Upsample['to'] {
    const { x, y } = this.fixedSizes() ?? fields.bad('has a fixed size, but the input has none');
    const [across, down] = [size.width / (x.get(input) ?? 1), size.height / (y.get(input) ?? 1)];
    if (Number.isInteger(across) && Number.isInteger(down)) return { factor: { x: across, y: down } };
    const [made = ''] = node.outputs;
    const partners = this.model.nodes
      .filter(({ inputs }) => inputs.includes(made))
      .flatMap(({ inputs }) => inputs.map((name) => this.pictures.get(name) ?? ''));
    const like = partners.find((name) => x.get(name) === size.width && y.get(name) === size.height);
    return like === undefined
      ? fields.bad(
          `enlarges by ${across} × ${down}; only whole factors, or the size of what it is joined with, are supported`,
        )
      : { like };
  }

  /** The layers that the result is made of. */
  private needed(last: string): Layer[] {
    const wanted = new Set([last]);
    for (const layer of [...this.layers].reverse()) {
      if (!wanted.has(layer.name)) continue;
      for (const name of inputsOf(layer)) wanted.add(name);
      if (layer.op === 'upsample' && 'like' in layer.to) wanted.add(layer.to.like);
    }
    return this.layers.filter(({ name }) => wanted.has(name));
  }

  private weightName(name: string): string {
    return this.aliases.get(name) ?? name;
  }

  /** A name for a value that is like the model's, but free. */
  private nameFor(value: string): string {
    const plain = value.replace(/^~+/, '') || 'value';
    let name = plain;
    for (let i = 2; this.names.has(name); i++) name = `${plain} (${i})`;
    this.names.add(name);
    return name;
  }

  private only(ports: readonly OnnxPort[], what: string): OnnxPort {
    const [port] = ports;
    if (port && ports.length === 1) return port;
    return this.bad(`it has ${ports.length} ${what}s where one is wanted`);
  }

  private bad(what: string): never {
    throw new FormatError('bad-onnx', this.file, `can't be run: ${what}.`);
  }
}
