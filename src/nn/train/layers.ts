/** Every layer of a graph as calls, forward and backward. */
import type { Activation } from '../../gpu/ops/activation.ts';
import type { Picture } from '../../gpu/ops/trainCall.ts';
import {
  activateNumbers,
  activationGradient,
  copyNumbers,
  foldMirror,
  type PoolWindow,
  placePicture,
  poolGradient,
  poolPicture,
  resampleGradient,
  resamplePicture,
} from '../../gpu/ops/trainLayers.ts';
import {
  type BatchNormBuffers,
  type BatchNormSpec,
  partialFloats,
  recordBatchNorm,
  recordBatchNormGradient,
} from '../../gpu/ops/trainNorm.ts';
import type { BatchNorm, Layer, Pool } from '../layers.ts';
import { backwardConvolution, forwardConvolution } from './convolution.ts';
import type { Gradient, Pass } from './pass.ts';
import { persistent } from './recording.ts';

const whole = (channels: number) => ({ channels, sourceChannel: 0, resultChannel: 0 });
const still = { x: 0, y: 0 };

/** What is done to a layer's values after they were made. */
function activationOf(layer: Layer): Activation | undefined {
  if (!('activation' in layer) || layer.activation.kind === 'none') return undefined;
  return layer.activation;
}

export function forwardLayer(layer: Layer, pass: Pass, sources: readonly Picture[], result: Picture): void {
  const { recording } = pass;
  const [source = result] = sources;
  switch (layer.op) {
    case 'conv':
    case 'convTranspose':
      forwardConvolution(layer, pass, source, result);
      if (layer.activation.kind !== 'sigmoid') return;
      break;
    case 'maxPool':
    case 'averagePool':
      recording.add(poolPicture(source, result, windowOf(layer)));
      return;
    case 'upsample':
      recording.add(resamplePicture(source, result, layer));
      return;
    case 'concat': {
      let resultChannel = 0;
      for (const one of sources) {
        recording.add(
          placePicture(one, result, {
            channels: one.channels,
            sourceChannel: 0,
            resultChannel,
            offset: still,
            beyond: 'zero',
            accumulate: false,
          }),
        );
        resultChannel += one.channels;
      }
      return;
    }
    case 'crop':
    case 'pad': {
      const { left, top } = layer.by;
      const offset = layer.op === 'crop' ? { x: left, y: top } : { x: -left, y: -top };
      const beyond = layer.op === 'pad' ? layer.mode : 'zero';
      recording.add(
        placePicture(source, result, { ...whole(source.channels), offset, beyond, accumulate: false }),
      );
      return;
    }
    case 'add':
    case 'activation':
      sources.forEach((one, i) => {
        recording.add(copyNumbers(result, one.buffer, result.buffer, i > 0));
      });
      break;
    case 'batchNorm': {
      const buffers = normBuffers(layer, pass, source);
      recording.add(
        ...recordBatchNorm(
          source,
          result,
          normSpec(layer, pass),
          buffers,
          persistent.statistics,
          pass.running,
        ),
      );
    }
  }
  const activation = activationOf(layer);
  if (activation) recording.add(activateNumbers(result, activation, result.buffer));
}

/**
 * @param value what the layer made. @param gradient by it, which is used up.
 * @param wanted gives the place for the gradient by each input in turn, if it is wanted.
 */
export function backwardLayer(
  layer: Layer,
  pass: Pass,
  sources: readonly Picture[],
  value: Picture,
  gradient: Picture,
  wanted: (input: number) => Gradient | undefined,
): void {
  const { recording } = pass;
  const activation = activationOf(layer);
  if (activation) recording.add(activationGradient(value, activation, gradient.buffer, value.buffer));
  const [source = value] = sources;
  if (layer.op === 'conv' || layer.op === 'convTranspose') {
    backwardConvolution(layer, pass, source, gradient, wanted(0));
    return;
  }
  if (layer.op === 'batchNorm') {
    backwardNorm(layer, pass, source, gradient, wanted(0));
    return;
  }
  let channel = 0;
  sources.forEach((one, input) => {
    const first = channel;
    channel += one.channels;
    const into = wanted(input);
    if (!into) return;
    const { picture, accumulate } = into;
    switch (layer.op) {
      case 'maxPool':
      case 'averagePool':
        recording.add(poolGradient(gradient, picture, one.buffer, windowOf(layer), accumulate));
        break;
      case 'upsample':
        recording.add(resampleGradient(gradient, picture, layer, accumulate));
        break;
      case 'pad':
        if (layer.mode === 'reflect') {
          recording.add(foldMirror(gradient.buffer, picture, layer.by, accumulate));
          break;
        }
        recording.add(
          placePicture(gradient, picture, {
            ...whole(one.channels),
            offset: { x: layer.by.left, y: layer.by.top },
            beyond: 'zero',
            accumulate,
          }),
        );
        break;
      case 'crop':
        recording.add(
          placePicture(gradient, picture, {
            ...whole(one.channels),
            offset: { x: -layer.by.left, y: -layer.by.top },
            beyond: 'zero',
            accumulate,
          }),
        );
        break;
      case 'concat':
        recording.add(
          placePicture(gradient, picture, {
            channels: one.channels,
            sourceChannel: first,
            resultChannel: 0,
            offset: still,
            beyond: 'zero',
            accumulate,
          }),
        );
        break;
      case 'add':
      case 'activation':
        recording.add(copyNumbers(picture, gradient.buffer, picture.buffer, accumulate));
    }
  });
}

function windowOf(layer: Pool): PoolWindow {
  const { kernel, stride, dilation, padding, countPadding } = layer;
  const kind = layer.op === 'maxPool' ? 'max' : 'average';
  return { kind, kernel, stride, dilation, left: padding.left, top: padding.top, countPadding };
}

function normSpec(layer: BatchNorm, { offsetOf }: Pass): BatchNormSpec {
  return {
    epsilon: layer.epsilon,
    ...(layer.weight === undefined ? {} : { weight: offsetOf(layer.weight) }),
    ...(layer.bias === undefined ? {} : { bias: offsetOf(layer.bias) }),
    statistics: offsetOf(layer.mean),
  };
}

function normBuffers({ name }: BatchNorm, { recording }: Pass, source: Picture): BatchNormBuffers {
  return {
    moments: recording.temporary(`moments of ${name}`, 2 * source.channels),
    sums: recording.temporary(`sums of ${name}`, 2 * source.channels),
    partials: recording.temporary(`partial sums of ${name}`, partialFloats(source)),
    parameters: persistent.parameters,
  };
}

function backwardNorm(
  layer: BatchNorm,
  pass: Pass,
  source: Picture,
  gradient: Picture,
  into: Gradient | undefined,
): void {
  const { recording } = pass;
  const weight = pass.share(layer.weight);
  const bias = pass.share(layer.bias);
  const buffers: BatchNormBuffers = {
    moments: `moments of ${layer.name}`,
    sums: recording.temporary(`gradient sums of ${layer.name}`, 2 * source.channels),
    partials: recording.temporary(`partial gradient sums of ${layer.name}`, partialFloats(source)),
    parameters: persistent.parameters,
  };
  recording.add(
    ...recordBatchNormGradient(
      source,
      gradient.buffer,
      into && { buffer: into.picture.buffer, accumulate: into.accumulate },
      normSpec(layer, pass),
      buffers,
      persistent.gradients,
      { ...(weight && { weight }), ...(bias && { bias }) },
    ),
  );
}
