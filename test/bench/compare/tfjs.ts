/**
 * TensorFlow.js on WebGPU: a network built from its operations by hand, as its converter would (bias and activation in the
 * convolution, every value let go after its last reader).
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import type { Activation } from '../../../src/gpu/ops/activation.ts';
import type { Margins } from '../../../src/gpu/ops/window.ts';
import { type Conv, inputName, inputsOf, type Layer, outputName } from '../../../src/nn/layers.ts';
import { inferSizes } from '../../../src/nn/sizes.ts';
import type { Network, Runtime, Tensor } from './runtime.ts';

export async function tfjsRuntime(): Promise<Runtime> {
  if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js could not open WebGPU.');
  await tf.ready();
  return {
    name: 'TensorFlow.js WebGPU',
    version: tf.version_core,
    settings: {},
    prepare: async (network, size) => {
      const { graph } = network;
      const weights = upload(network);
      const sizes = inferSizes(graph, size);
      const last = outputName(graph);
      const readers = new Map<string, number>();
      for (const name of graph.layers.flatMap(inputsOf)) readers.set(name, (readers.get(name) ?? 0) + 1);
      return {
        run: async (image) => {
          const input = tf.tensor4d(channelsLast(image, graph.channels), [
            1,
            size.height,
            size.width,
            graph.channels,
          ]);
          const values = new Map([[inputName, input]]);
          const left = new Map(readers);
          for (const layer of graph.layers) {
            const inputs = inputsOf(layer).map((name) => find(values, name));
            const target = [sizes.y.get(layer.name) ?? 0, sizes.x.get(layer.name) ?? 0] as const;
            values.set(
              layer.name,
              tf.tidy(() => runLayer(layer, inputs, weights, target)),
            );
            for (const name of inputsOf(layer)) {
              left.set(name, (left.get(name) ?? 0) - 1);
              if (left.get(name) === 0) find(values, name).dispose();
            }
          }
          const result = find(values, last);
          const data = await result.data();
          result.dispose();
          return data;
        },
        dispose: async () => {
          for (const tensor of weights.values()) tensor.dispose();
        },
      };
    },
  };
}

function runLayer(
  layer: Layer,
  inputs: readonly tf.Tensor[],
  weights: ReadonlyMap<string, tf.Tensor>,
  [height, width]: readonly [number, number],
): tf.Tensor {
  const [x] = inputs;
  if (!x) throw new Error(`${layer.name} reads nothing.`);
  switch (layer.op) {
    case 'conv': {
      const { stride, dilation, padding } = layer;
      const bias = layer.bias === undefined ? {} : { bias: find(weights, layer.bias) };
      return tf.fused.conv2d({
        x,
        filter: find(weights, layer.weight),
        strides: [stride.y, stride.x],
        pad: padding.top === 0 && padding.left === 0 ? 'valid' : square(layer),
        dataFormat: 'NHWC',
        dilations: [dilation.y, dilation.x],
        ...bias,
        ...activationOf(layer.activation),
      });
    }
    case 'maxPool': {
      const { kernel, stride } = layer;
      return tf.maxPool(x, [kernel.y, kernel.x], [stride.y, stride.x], 'valid');
    }
    case 'upsample':
      return tf.image.resizeNearestNeighbor(x, [height, width], false, false);
    case 'concat':
      return tf.concat(inputs, 3);
    case 'add': {
      const sum = inputs.slice(1).reduce((all, one) => tf.add(all, one), x);
      return layer.activation.kind === 'relu' ? tf.relu(sum) : sum;
    }
    case 'pad':
      return tf.pad(x, paddings(layer.by));
    case 'crop':
      return tf.slice(x, [0, layer.by.top, layer.by.left, 0], [1, height, width, x.shape[3] ?? 0]);
    default:
      throw new Error(`${layer.name}: ${layer.op} is not built from TensorFlow.js's operations here.`);
  }
}

type FusedOptions = Parameters<typeof tf.fused.conv2d>[0];

function activationOf(activation: Activation): Pick<FusedOptions, 'activation' | 'leakyreluAlpha'> {
  if (activation.kind === 'leakyRelu') return { activation: 'leakyrelu', leakyreluAlpha: activation.slope };
  return { activation: activation.kind === 'none' ? 'linear' : activation.kind };
}

/** The same number of zeros on all sides, as all layers compared have it. */
function square({ name, padding: { top, bottom, left, right } }: Conv): number {
  if (bottom !== top || left !== top || right !== top) throw new Error(`${name} is padded unevenly.`);
  return top;
}

function paddings({ top, bottom, left, right }: Margins): readonly (readonly [number, number])[] {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

/** Filters as TensorFlow has them: [ky][kx][in][out]. */
function upload({ graph, tensors }: Network): Map<string, tf.Tensor> {
  const uploaded = new Map<string, tf.Tensor>();
  for (const layer of graph.layers) {
    if (layer.op !== 'conv') continue;
    const weight = find(tensors, layer.weight);
    uploaded.set(layer.weight, filterOf(weight));
    if (layer.bias !== undefined) uploaded.set(layer.bias, tf.tensor1d(find(tensors, layer.bias).data));
  }
  return uploaded;
}

function filterOf({ shape, data }: Tensor): tf.Tensor {
  const [out = 0, inputs = 0, ky = 0, kx = 0] = shape;
  const moved = new Float32Array(data.length);
  let at = 0;
  for (let y = 0; y < ky; y++) {
    for (let x = 0; x < kx; x++) {
      for (let i = 0; i < inputs; i++) {
        for (let o = 0; o < out; o++) moved[at++] = data[((o * inputs + i) * ky + y) * kx + x] ?? 0;
      }
    }
  }
  return tf.tensor4d(moved, [ky, kx, inputs, out]);
}

function channelsLast(image: Float32Array<ArrayBuffer>, channels: number): Float32Array<ArrayBuffer> {
  if (channels === 1) return image;
  const pixels = image.length / channels;
  return Float32Array.from(image, (_, i) => image[(i % channels) * pixels + Math.floor(i / channels)] ?? 0);
}

function find<T>(values: ReadonlyMap<string, T>, name: string): T {
  const value = values.get(name);
  if (value === undefined) throw new Error(`${name} is missing.`);
  return value;
}
