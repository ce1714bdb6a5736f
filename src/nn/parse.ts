/**
 * Graphs from JSON. They come from model files, so every field is checked; nothing in them is ever run.
 *
 * Version 2 is the layers of `layers.ts`; what is usual may be left out: strides and dilations of 1, no padding, tensors
 * named after the layer ("bias": false for none). Version 1 had convolutions with zero padding of half the kernel, leaky
 * ReLUs of slope 0.1, 2 × 2 maximum pooling, up-sampling by 2 and concatenation.
 */
import { extentAlong } from '../gpu/ops/window.ts';
import { pair, samePadding } from './build.ts';
import { checkChannels } from './channels.ts';
import { badNetwork } from './errors.ts';
import { asObject, LayerFields, shown } from './fields.ts';
import { type Graph, inputName, inputsOf, type Layer } from './layers.ts';
import { graphLimits } from './limits.ts';

/** What is written beside the weights; `parseGraph` gives the graph back. */
export function graphToJson(graph: Graph): object {
  // A tensor that is not named stands for the usual one, unless it is said that there is none.
  const layers = graph.layers.map((layer) =>
    layer.op === 'conv' || layer.op === 'convTranspose' || layer.op === 'batchNorm'
      ? { ...layer, weight: layer.weight ?? false, bias: layer.bias ?? false }
      : layer,
  );
  return { version: 2, name: graph.name, channels: graph.channels, layers };
}

/**
 * Reads a graph from parsed JSON of version 1 or 2.
 * @param file the model's name, for the error's sentence.
 * @throws FormatError 'bad-weights' when a layer is unknown, out of order or out of bounds, or channels don't fit.
 */
export function parseGraph(json: unknown, file: string): Graph {
  const bad = (what: string): never => {
    throw badNetwork(file, what);
  };
  const graph = asObject(json) ?? bad('its graph is missing');
  const version = graph.version ?? 1;
  if (version !== 1 && version !== 2) bad(`its graph is of version ${shown(version)}`);
  const layers = Array.isArray(graph.layers) ? (graph.layers as unknown[]) : bad('it has no layers');
  if (layers.length === 0 || layers.length > graphLimits.layers) bad(`it has ${layers.length} layers`);
  const channels = graph.channels ?? 1;
  if (
    typeof channels !== 'number' ||
    !Number.isInteger(channels) ||
    channels < 1 ||
    channels > graphLimits.channels
  ) {
    return bad(`its image has ${shown(channels)} channels`);
  }
  const known = new Set([inputName]);
  const parsed = layers.map((value, index): Layer => {
    const object = asObject(value) ?? bad(`layer ${index} is missing`);
    const { name } = object;
    if (typeof name !== 'string' || name === '') return bad(`layer ${index} has no name`);
    // The values that a plan adds are called so.
    if (name.startsWith('~')) bad(`the name ${name} begins with ~`);
    if (known.has(name)) bad(`the name ${name} is used twice`);
    const fields = new LayerFields(file, object, name);
    const layer = version === 1 ? parseFirst(fields) : parseSecond(fields);
    const missing = inputsOf(layer).find((input) => !known.has(input));
    if (missing !== undefined) bad(`${name} reads ${missing}, which is not made before it`);
    if (layer.op === 'upsample' && 'like' in layer.to && !known.has(layer.to.like)) {
      bad(`${name} is to be as large as ${layer.to.like}, which is not made before it`);
    }
    known.add(name);
    return layer;
  });
  const result = { name: typeof graph.name === 'string' ? graph.name : file, channels, layers: parsed };
  checkChannels({ ...result, name: file });
  return result;
}

function input(fields: LayerFields): string {
  const value = fields.raw('input');
  return typeof value === 'string'
    ? value
    : fields.bad(`${fields.name} reads ${shown(value)}, which is not made before it`);
}

function inputs(fields: LayerFields): readonly string[] {
  const value = fields.raw('inputs');
  const names = Array.isArray(value) ? (value as unknown[]) : [];
  if (names.length < 2) fields.bad(`${fields.name} joins fewer than two layers`);
  if (names.length > graphLimits.inputs) fields.bad(`${fields.name} joins ${names.length} layers`);
  return names.map((name) =>
    typeof name === 'string'
      ? name
      : fields.bad(`${fields.name} reads ${shown(name)}, which is not made before it`),
  );
}

function parseFirst(fields: LayerFields): Layer {
  const { name } = fields;
  const op = fields.raw('op');
  const from = { name, input: op === 'concat' ? '' : input(fields) };
  switch (op) {
    case 'conv': {
      const kernel = pair(fields.whole('kernel', 1, 15));
      return {
        op: 'conv',
        ...from,
        in: fields.whole('in', 1, graphLimits.channels),
        out: fields.whole('out', 1, graphLimits.channels),
        kernel,
        stride: pair(1),
        dilation: pair(1),
        padding: samePadding(kernel, pair(1)),
        paddingMode: 'zero',
        weight: `${name}.weight`,
        bias: `${name}.bias`,
        activation: fields.activation(0.1),
      };
    }
    case 'maxPool': {
      const two = pair(2);
      const padding = { left: 0, right: 0, top: 0, bottom: 0 };
      return { op, ...from, kernel: two, stride: two, dilation: pair(1), padding, countPadding: true };
    }
    case 'upsample':
      return { op, ...from, mode: 'nearest', alignCorners: false, to: { factor: pair(2) } };
    case 'concat':
      return { op, name, inputs: inputs(fields) };
    default:
      return fields.bad(`${name} is a ${shown(op)}, an operation it does not know`);
  }
}

function parseSecond(fields: LayerFields): Layer {
  const { name } = fields;
  const limits = graphLimits;
  const op = fields.raw('op');
  const kernel = () => fields.pair('kernel', 1, limits.kernel);
  const stride = (usual?: number) => fields.pair('stride', 1, limits.stride, usual);
  const dilation = () => fields.pair('dilation', 1, limits.dilation, 1);
  const channels = (field: string) => fields.whole(field, 1, limits.channels);
  const bias = fields.tensor('bias', `${name}.bias`);
  const withBias = bias === undefined ? {} : { bias };
  const activation = () => fields.activation(0.01);
  switch (op) {
    case 'conv': {
      const window = { kernel: kernel(), stride: stride(1), dilation: dilation() };
      const padding =
        fields.raw('padding') === 'same'
          ? samePadding(window.kernel, window.dilation)
          : fields.margins('padding', 0, limits.margin, 0);
      return {
        op,
        name,
        input: input(fields),
        in: channels('in'),
        out: channels('out'),
        ...window,
        padding,
        paddingMode: fields.choice('paddingMode', ['zero', 'reflect'], 'zero'),
        weight: fields.text('weight', `${name}.weight`),
        ...withBias,
        activation: activation(),
      };
    }
    case 'convTranspose':
      return {
        op,
        name,
        input: input(fields),
        in: channels('in'),
        out: channels('out'),
        kernel: kernel(),
        stride: stride(1),
        crop: fields.margins('crop', -limits.stride, limits.margin, 0),
        weight: fields.text('weight', `${name}.weight`),
        ...withBias,
        activation: activation(),
      };
    case 'maxPool':
    case 'averagePool': {
      const window = { kernel: kernel(), stride: stride(), dilation: dilation() };
      // A window that lies beside the picture has neither a maximum nor a mean.
      const widest = Math.min(extentAlong(window, 'x'), extentAlong(window, 'y')) - 1;
      return {
        op,
        name,
        input: input(fields),
        ...window,
        padding: fields.margins('padding', 0, widest, 0),
        countPadding: fields.flag('countPadding', true),
      };
    }
    case 'upsample': {
      const to = fields.nested('to');
      const like = to.raw('like');
      return {
        op,
        name,
        input: input(fields),
        mode: fields.choice('mode', ['nearest', 'bilinear'], 'nearest'),
        alignCorners: fields.flag('alignCorners', false),
        to: typeof like === 'string' ? { like } : { factor: to.pair('factor', 1, limits.stride) },
      };
    }
    case 'add':
      return { op, name, inputs: inputs(fields), activation: activation() };
    case 'concat':
      return { op, name, inputs: inputs(fields) };
    case 'crop':
      return { op, name, input: input(fields), by: fields.margins('by', 0, limits.margin) };
    case 'pad':
      return {
        op,
        name,
        input: input(fields),
        by: fields.margins('by', 0, limits.margin),
        mode: fields.choice('mode', ['zero', 'reflect'], 'zero'),
      };
    case 'activation':
      return { op, name, input: input(fields), activation: activation() };
    case 'batchNorm': {
      const weight = fields.tensor('weight', `${name}.weight`);
      return {
        op,
        name,
        input: input(fields),
        channels: channels('channels'),
        epsilon: fields.positive('epsilon', 1e-5),
        ...(weight === undefined ? {} : { weight }),
        ...withBias,
        mean: fields.text('mean', `${name}.running_mean`),
        variance: fields.text('variance', `${name}.running_var`),
        activation: activation(),
      };
    }
    default:
      return fields.bad(`${name} is a ${shown(op)}, an operation it does not know`);
  }
}
