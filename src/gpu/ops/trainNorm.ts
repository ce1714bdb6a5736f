/** Batch normalisation with the batch's own statistics, forward and backward. */
import { f32, type UniformField, u32 } from '../recorder.ts';
import { type BufferName, elementsOf, type KernelCall, type Picture, pixelsOf } from './trainCall.ts';
import { numbersOf, overNumbers } from './trainLayers.ts';
import { sumPartials } from './trainSums.ts';

export interface BatchNormBuffers {
  /** [mean | 1 / sqrt(variance + epsilon)], 2 · channels floats; the backward pass needs them again. */
  readonly moments: BufferName;
  /** 2 · channels floats. */
  readonly sums: BufferName;
  /** `partialFloats` of them. */
  readonly partials: BufferName;
  readonly parameters: BufferName;
}

export interface BatchNormSpec {
  readonly epsilon: number;
  /** Where they begin among the parameters. */
  readonly weight?: number;
  readonly bias?: number;
  /** Where the running mean begins among the statistics; the running variance follows it. */
  readonly statistics: number;
}

/** PyTorch's default: how far the running statistics follow each batch. */
const momentum = 0.1;

/** About as many chunks as pixels in each, so that both sums are short. */
function chunksOf(picture: Picture): { readonly chunkPixels: number; readonly chunks: number } {
  const pixels = pixelsOf(picture);
  const chunkPixels = Math.max(16, Math.ceil(Math.sqrt(pixels)));
  return { chunkPixels, chunks: Math.ceil(pixels / chunkPixels) };
}

export function partialFloats(picture: Picture): number {
  return chunksOf(picture).chunks * 2 * picture.channels;
}

/** @param running with the running statistics instead of the batch's: for looking, not for learning. */
export function recordBatchNorm(
  source: Picture,
  result: Picture,
  spec: BatchNormSpec,
  buffers: BatchNormBuffers,
  statistics: BufferName,
  running: boolean,
): KernelCall[] {
  const { moments, sums } = buffers;
  const finish = (OF: string, ...read: BufferName[]): KernelCall =>
    momentsCall(OF, source, spec, [moments, ...read]);
  const apply = normaliseCall(source, result.buffer, spec, buffers, [], false);
  if (running) return [finish('running', statistics), apply];
  return [
    ...channelSums('values', source, buffers, [], 1),
    finish('mean', sums),
    ...channelSums('squares', source, buffers, [moments], 1),
    finish('spread', sums, statistics),
    apply,
  ];
}

/** Where a gradient goes, and whether it is added to what is there. */
export interface NormTarget {
  readonly offset: number;
  readonly accumulate: boolean;
}

/**
 * @param result gradient by the source, where it is wanted.
 * @param targets of those that learn.
 */
export function recordBatchNormGradient(
  source: Picture,
  gradient: BufferName,
  result: { readonly buffer: BufferName; readonly accumulate: boolean } | undefined,
  spec: BatchNormSpec,
  buffers: BatchNormBuffers,
  gradients: BufferName,
  targets: { readonly weight?: NormTarget; readonly bias?: NormTarget },
): KernelCall[] {
  const { channels } = source;
  const into = (target: NormTarget | undefined, first: number): KernelCall[] =>
    target === undefined
      ? []
      : [
          sumPartials({
            partials: buffers.partials,
            result: gradients,
            count: channels,
            chunks: chunksOf(source).chunks,
            stride: 2 * channels,
            first,
            resultFirst: target.offset,
            accumulate: target.accumulate,
          }),
        ];
  return [
    ...channelSums('gradients', source, buffers, [buffers.moments, gradient], 2),
    ...into(targets.bias, 0),
    ...into(targets.weight, channels),
    ...(result
      ? [normaliseCall(source, result.buffer, spec, buffers, [gradient, buffers.sums], result.accumulate)]
      : []),
  ];
}

function channelSums(
  OF: string,
  source: Picture,
  { partials, sums }: BatchNormBuffers,
  read: readonly BufferName[],
  results: number,
): KernelCall[] {
  const { channels } = source;
  const { chunkPixels, chunks } = chunksOf(source);
  return [
    overNumbers(
      'train/channel_sums.wgsl',
      { OF },
      chunks * channels,
      [channels, pixelsOf(source), chunkPixels].map(u32),
      [source.buffer, partials, ...read],
      4 * chunkPixels,
    ),
    sumPartials({
      partials,
      result: sums,
      count: results * channels,
      chunks,
      stride: results * channels,
      first: 0,
      resultFirst: 0,
      accumulate: false,
    }),
  ];
}

function momentsCall(
  OF: string,
  source: Picture,
  { epsilon, statistics }: BatchNormSpec,
  buffers: readonly BufferName[],
): KernelCall {
  return {
    shader: 'train/batch_moments.wgsl',
    defines: { OF },
    uniforms: [...[source.channels, pixelsOf(source), statistics].map(u32), f32(epsilon), f32(momentum)],
    buffers,
    grid: [Math.ceil(source.channels / 64), 1, 1],
    work: source.channels * 8,
  };
}

function normaliseCall(
  source: Picture,
  result: BufferName,
  { weight, bias }: BatchNormSpec,
  buffers: BatchNormBuffers,
  backward: readonly BufferName[],
  accumulate: boolean,
): KernelCall {
  const { FOURS, per } = numbersOf([source.channels, weight ?? 0, bias ?? 0]);
  const optional = (offset: number | undefined): UniformField[] => [
    u32(offset === undefined ? 0 : 1),
    u32((offset ?? 0) / per),
  ];
  return overNumbers(
    'train/normalise.wgsl',
    { BACKWARD: backward.length > 0, FOURS },
    elementsOf(source) / per,
    [
      u32(source.channels / per),
      u32(pixelsOf(source)),
      ...optional(weight),
      ...optional(bias),
      u32(accumulate ? 1 : 0),
    ],
    [source.buffer, result, buffers.moments, buffers.parameters, ...backward],
    10 * per,
  );
}
