/** Convolutions of a graph as correlations between a fine and a coarse picture, forward and backward. */

import { slopeOf } from '../../gpu/ops/activation.ts';
import { type Picture, type PictureShape, pixelsOf } from '../../gpu/ops/trainCall.ts';
import { type Ending, recordCorrelation, recordTransposed } from '../../gpu/ops/trainConv.ts';
import { foldMirror, placePicture } from '../../gpu/ops/trainLayers.ts';
import { type Correlation, correlationTaps, onesTaps, transposedPhases } from '../../gpu/ops/trainTaps.ts';
import { planChunks, recordWeightGradient } from '../../gpu/ops/trainWeights.ts';
import type { Margins } from '../../gpu/ops/window.ts';
import type { Conv, ConvTranspose } from '../layers.ts';
import type { Gradient, Pass, Share } from './pass.ts';
import { persistent } from './recording.ts';

const { parameters, gradients } = persistent;

/** A convolution that mirrors is one without padding, of a picture that has been padded. */
function mirrors(layer: Conv | ConvTranspose): Margins | undefined {
  if (layer.op !== 'conv' || layer.paddingMode !== 'reflect') return undefined;
  const { left, right, top, bottom } = layer.padding;
  return left + right + top + bottom > 0 ? layer.padding : undefined;
}

function paddedShape({ batch, width, height, channels }: PictureShape, by: Margins): PictureShape {
  return {
    batch,
    channels,
    width: by.left + width + by.right,
    height: by.top + height + by.bottom,
  };
}

/** @param source as the products see it: padded already where the layer mirrors. */
function correlationOf(layer: Conv | ConvTranspose, source: PictureShape, result: PictureShape): Correlation {
  const { kernel, stride } = layer;
  if (layer.op === 'convTranspose') {
    const { left, top } = layer.crop;
    return { kernel, stride, dilation: { x: 1, y: 1 }, left, top, fine: result, coarse: source };
  }
  const { left, top } = mirrors(layer) ? { left: 0, top: 0 } : layer.padding;
  return { kernel, stride, dilation: layer.dilation, left, top, fine: source, coarse: result };
}

function mirrored(pass: Pass, name: string, source: Picture, by: Margins): Picture {
  const padded = pass.recording.picture(name, paddedShape(source, by));
  pass.recording.add(
    placePicture(source, padded, {
      channels: source.channels,
      sourceChannel: 0,
      resultChannel: 0,
      offset: { x: -by.left, y: -by.top },
      beyond: 'reflect',
      accumulate: false,
    }),
  );
  return padded;
}

/** With the activation, unless it is a sigmoid. */
export function forwardConvolution(
  layer: Conv | ConvTranspose,
  pass: Pass,
  source: Picture,
  result: Picture,
): void {
  const by = mirrors(layer);
  const seen = by ? mirrored(pass, `mirrored input of ${layer.name}`, source, by) : source;
  const bias = layer.bias === undefined ? undefined : pass.offsetOf(layer.bias);
  const ending: Ending = {
    slope: slopeOf(layer.activation),
    ...(bias === undefined ? {} : { bias }),
    accumulate: false,
  };
  const correlation = correlationOf(layer, seen, result);
  if (layer.op === 'conv') correlate(layer, pass, correlation, seen.buffer, result.buffer, ending);
  else spread(layer, pass, correlation, seen.buffer, result.buffer, ending);
}

function correlate(
  { name, weight }: Conv | ConvTranspose,
  { recording, offsetOf, choose }: Pass,
  correlation: Correlation,
  source: string,
  result: string,
  ending: Ending,
): void {
  const taps = recording.table(`taps of ${name}`, () => correlationTaps(correlation, offsetOf(weight)));
  recording.add(...recordCorrelation(correlation, { taps, source, parameters, result }, ending, choose));
}

function spread(
  { name, weight }: Conv | ConvTranspose,
  { recording, offsetOf, choose }: Pass,
  correlation: Correlation,
  source: string,
  result: string,
  ending: Ending,
): void {
  transposedPhases(correlation, offsetOf(weight)).forEach((phase, i) => {
    const taps = recording.table(`taps of ${name}, phase ${i}`, () => phase.table);
    recording.add(
      ...recordTransposed(correlation, phase, { taps, source, parameters, result }, ending, choose),
    );
  });
}

/** @param into where the gradient by the source goes, if it is wanted. */
export function backwardConvolution(
  layer: Conv | ConvTranspose,
  pass: Pass,
  source: Picture,
  gradient: Picture,
  into: Gradient | undefined,
): void {
  const { recording } = pass;
  const by = mirrors(layer);
  const weight = pass.share(layer.weight);
  const bias = pass.share(layer.bias);
  const seenShape = by ? paddedShape(source, by) : source;
  const correlation = correlationOf(layer, seenShape, gradient);
  if (weight && layer.op === 'conv') {
    // The padded picture is made again: that is cheaper than keeping it.
    const seen = by ? mirrored(pass, `mirrored input of ${layer.name}, again`, source, by) : source;
    weightGradient(layer, pass, correlation, seen.buffer, gradient, weight, bias);
  } else {
    if (weight) weightGradient(layer, pass, correlation, gradient.buffer, source, weight, undefined);
    if (bias) biasGradient(layer, pass, gradient, bias);
  }
  if (!into) return;
  const ending: Ending = { slope: 1, accumulate: into.accumulate };
  const result = into.picture.buffer;
  if (layer.op === 'convTranspose') correlate(layer, pass, correlation, gradient.buffer, result, ending);
  else if (by) {
    const padded = recording.picture(`gradient of the mirrored input of ${layer.name}`, seenShape);
    spread(layer, pass, correlation, gradient.buffer, padded.buffer, { ...ending, accumulate: false });
    recording.add(foldMirror(padded.buffer, into.picture, by, into.accumulate));
  } else spread(layer, pass, correlation, gradient.buffer, result, ending);
}

/** @param source the fine picture or its gradient, `dense` the coarse one. @param bias of the coarse picture. */
function weightGradient(
  { name, weight: weightName }: Conv | ConvTranspose,
  { recording, offsetOf, choose }: Pass,
  correlation: Correlation,
  source: string,
  dense: Picture,
  weight: Share,
  bias: Share | undefined,
): void {
  const { kernel, fine, stride } = correlation;
  const rows = kernel.x * kernel.y * fine.channels;
  const plan = planChunks(pixelsOf(dense), bias ? rows + 1 : rows, dense.channels, choose);
  const taps = recording.table(`taps of ${name}`, () => correlationTaps(correlation, offsetOf(weightName)));
  const partials = recording.temporary(`partial sums of ${name}`, plan.floats);
  const targets = [
    { firstTap: 0, taps: rows, ...weight },
    ...(bias ? [{ firstTap: rows, taps: 1, ...bias }] : []),
  ];
  recording.add(
    ...recordWeightGradient(fine, stride, plan, { taps, source, dense, partials, gradients }, targets),
  );
}

/** The sum of the gradient over all pixels. */
function biasGradient(
  { name }: Conv | ConvTranspose,
  { recording, choose }: Pass,
  gradient: Picture,
  bias: Share,
): void {
  const plan = planChunks(pixelsOf(gradient), 1, gradient.channels, choose);
  const taps = recording.table('a tap of ones', onesTaps);
  const partials = recording.temporary(`partial sums of ${name}, bias`, plan.floats);
  const buffers = { taps, source: gradient.buffer, dense: gradient, partials, gradients };
  recording.add(
    ...recordWeightGradient(gradient, { x: 1, y: 1 }, plan, buffers, [{ firstTap: 0, taps: 1, ...bias }]),
  );
}
