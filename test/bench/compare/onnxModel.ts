/** A network as an ONNX file, for an image of one size. */
import { type Activation, noActivation } from '../../../src/gpu/ops/activation.ts';
import type { Margins } from '../../../src/gpu/ops/window.ts';
import { checkChannels } from '../../../src/nn/channels.ts';
import { type Layer, outputName } from '../../../src/nn/layers.ts';
import { inferSizes, type Size } from '../../../src/nn/sizes.ts';
import {
  attribute,
  blob,
  float,
  integer,
  type Message,
  modelOf,
  node,
  packedIntegers,
  port,
  tensor,
  text,
} from '../../fixtures/onnx.ts';
import type { Network } from './runtime.ts';

const integers = (name: string, values: readonly number[]): Message =>
  attribute(name, 7, packedIntegers(8, values));
const word = (name: string, value: string): Message => attribute(name, 3, text(4, value));
/** ONNX wants all beginnings, then all ends; rows first. */
const pads = ({ top, left, bottom, right }: Margins): number[] => [top, left, bottom, right];

/** A tensor of raw bytes; taken by reference. */
const floats = (name: string, shape: readonly number[], data: Float32Array<ArrayBuffer>): Message =>
  tensor(name, 1, shape, blob(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
const longs = (name: string, values: readonly number[]): Message => {
  const data = BigInt64Array.from(values, BigInt);
  return tensor(name, 7, [values.length], blob(9, new Uint8Array(data.buffer)));
};

/**
 * @returns the bytes of a model from `input` [1, channels, height, width] to the result's name.
 * @throws Error for a layer that has no counterpart here.
 */
export function onnxModel({ graph, tensors }: Network, size: Size): Uint8Array<ArrayBuffer> {
  const nodes: Message[] = [];
  const constants = [...tensors].map(([name, { shape, data }]) => floats(name, shape, data));
  const sizes = inferSizes(graph, size);
  const channels = checkChannels(graph);
  const shapeOf = (name: string): number[] => [
    1,
    channels.get(name) ?? 0,
    sizes.y.get(name) ?? 0,
    sizes.x.get(name) ?? 0,
  ];
  const constant = (name: string, values: readonly number[]): string => {
    constants.push(longs(name, values));
    return name;
  };
  /** A node, and one for the activation where there is one. */
  const push = (
    layer: Layer,
    op: string,
    inputs: readonly string[],
    activation: Activation = noActivation,
    ...attributes: readonly Message[]
  ): void => {
    const { kind } = activation;
    const plain = kind === 'none' ? layer.name : `${layer.name}/before`;
    nodes.push(node(op, inputs, [plain], ...attributes));
    if (kind === 'leakyRelu') {
      const alpha = attribute('alpha', 1, float(2, activation.slope));
      nodes.push(node('LeakyRelu', [plain], [layer.name], alpha));
    } else if (kind !== 'none') {
      nodes.push(node(kind === 'relu' ? 'Relu' : 'Sigmoid', [plain], [layer.name]));
    }
  };
  for (const layer of graph.layers) {
    switch (layer.op) {
      case 'conv': {
        const { kernel, stride, dilation, padding, activation } = layer;
        const bias = layer.bias === undefined ? [] : [layer.bias];
        push(
          layer,
          'Conv',
          [layer.input, layer.weight, ...bias],
          activation,
          integers('kernel_shape', [kernel.y, kernel.x]),
          integers('strides', [stride.y, stride.x]),
          integers('dilations', [dilation.y, dilation.x]),
          integers('pads', pads(padding)),
        );
        break;
      }
      case 'maxPool':
        push(
          layer,
          'MaxPool',
          [layer.input],
          undefined,
          integers('kernel_shape', [layer.kernel.y, layer.kernel.x]),
          integers('strides', [layer.stride.y, layer.stride.x]),
        );
        break;
      case 'upsample': {
        const target = constant(`${layer.name}/size`, shapeOf(layer.name));
        push(
          layer,
          'Resize',
          [layer.input, '', '', target],
          undefined,
          word('mode', 'nearest'),
          word('coordinate_transformation_mode', 'asymmetric'),
          word('nearest_mode', 'floor'),
        );
        break;
      }
      case 'concat':
        push(layer, 'Concat', layer.inputs, undefined, attribute('axis', 2, integer(3, 1)));
        break;
      case 'add':
        push(layer, 'Add', layer.inputs, layer.activation);
        break;
      case 'pad': {
        const { top, left, bottom, right } = layer.by;
        const by = constant(`${layer.name}/by`, [0, 0, top, left, 0, 0, bottom, right]);
        push(layer, 'Pad', [layer.input, by]);
        break;
      }
      case 'crop': {
        const { top, left } = layer.by;
        const [, , height = 0, width = 0] = shapeOf(layer.name);
        push(layer, 'Slice', [
          layer.input,
          constant(`${layer.name}/from`, [top, left]),
          constant(`${layer.name}/to`, [top + height, left + width]),
          constant(`${layer.name}/axes`, [2, 3]),
        ]);
        break;
      }
      case 'activation':
        push(layer, 'Identity', [layer.input], layer.activation);
        break;
      default:
        throw new Error(`${layer.name}: there is no ONNX for ${layer.op} here.`);
    }
  }
  const last = outputName(graph);
  return modelOf({
    nodes,
    tensors: constants,
    inputs: [port('input', shapeOf('input'))],
    outputs: [port(last, shapeOf(last))],
  });
}
