/** `cryolite nn info`: a network as a table, what it costs, how far it sees, what memory it takes. */
import { formatBytes } from '../../core/units.ts';
import type { Activation } from '../../gpu/ops/activation.ts';
import type { Margins, Pair } from '../../gpu/ops/window.ts';
import { costOf, type LayerCost } from '../../nn/cost.ts';
import { type AxisField, receptiveField } from '../../nn/field.ts';
import { fittingSize } from '../../nn/fitting.ts';
import { type Graph, inputsOf, type Layer } from '../../nn/layers.ts';
import { defaultBufferBytes, planRun, resultSize, tileFacts } from '../../nn/plan.ts';
import { stepCosts } from '../../nn/profile.ts';
import { compile, demandOf, planSlots } from '../../nn/program.ts';
import type { Size } from '../../nn/sizes.ts';
import type { CommandContext } from '../command.ts';
import { columns, scaled } from '../tables.ts';
import { openNetwork } from './nnModel.ts';

export type Dtype = 'f32' | 'f16';
export const bytesOf: Readonly<Record<Dtype, number>> = { f32: 4, f16: 2 };

export interface InfoOptions {
  /** Side of the image that costs and memory are told for, px, or of the next that fits the network. */
  readonly size: number;
  readonly dtype: Dtype;
}

export async function networkInfo(context: CommandContext, file: string, { size, dtype }: InfoOptions) {
  const { format, name, graph } = await openNetwork(file);
  const image = fittingSize(graph, { width: size, height: size });
  const layers = costOf(graph, image);
  const flops = sum(layers, (layer) => layer.flops);
  const parameters = sum(layers, (layer) => layer.parameters);
  const field = receptiveField(graph);
  const { kernels, memory, tiles, result } = planFor(graph, image, dtype);
  const facts = {
    format,
    name,
    channels: graph.channels,
    image,
    result,
    parameters,
    flops,
    flopsPerPixel: flops / (image.width * image.height),
    receptiveField: field,
    kernels,
    memory,
    tiles,
    layers: layers.map((layer, i) => {
      const made = graph.layers[i];
      return { ...layer, inputs: made ? inputsOf(made) : [], description: made ? describeLayer(made) : '' };
    }),
  };

  const row = (name: string, value: string): void => context.print(`  ${name.padEnd(12)}${value}`);
  context.print(file);
  row('network', `${name} (${format})`);
  row(
    'image',
    `${channels(graph.channels)} of ${sizeText(image)} → ${channels(result.channels)} of ${sizeText(result)}`,
  );
  row('parameters', `${grouped(parameters)}, ${formatBytes(parameters * 4)}`);
  row('cost', `${grouped(Math.round(facts.flopsPerPixel))} operations a pixel, ${scaled(flops)}FLOP in all`);
  row('field', describeField(field.x, field.y));
  row('kernels', `${kernels} for ${graph.layers.length} layers`);
  row(
    'memory',
    `${formatBytes(memory.bytes)} untiled in ${dtype}, buffers of ${memory.buffers.map(formatBytes).join(' + ')}`,
  );
  row(
    'tiles',
    `${tiles.count} of ${tiles.count > 1 ? 'at most ' : ''}${sizeText(tiles)} in ${formatBytes(tiles.bytes)} of activations where a buffer has ${formatBytes(defaultBufferBytes)}, WebGPU's default`,
  );
  context.print('');
  for (const line of table(graph, layers, flops)) context.print(`  ${line}`);
  return facts;
}

/** The whole picture at once, and in the tiles that a run cuts it into where buffers are no larger than they must be. */
function planFor(graph: Graph, image: Size, dtype: Dtype) {
  const program = compile(graph);
  const { width, height } = resultSize(program, image);
  const whole = { columns: [{ from: 0, to: width }], rows: [{ from: 0, to: height }] };
  const bytesPerNumber = bytesOf[dtype];
  const { bytes: slots } = planSlots(program, demandOf(program, image, whole), bytesPerNumber);
  const plan = planRun(program, image, { bufferBytes: defaultBufferBytes, bytesPerNumber });
  const buffers = [...slots, width * height * program.outputChannels * 4].sort((a, b) => b - a);
  return {
    kernels: stepCosts(program, plan.demand, bytesPerNumber).length,
    memory: { dtype, bytes: sum(buffers, (bytes) => bytes), buffers },
    tiles: tileFacts(program, plan),
    result: { channels: program.outputChannels, width, height },
  };
}

/** "conv 3 × 3, dilation 2, relu" */
export function describeLayer(layer: Layer): string {
  const parts: string[] = [WORDS[layer.op]];
  const say = (word: string, value: string, usual: string): void => {
    if (value !== usual) parts.push(`${word} ${value}`);
  };
  if ('kernel' in layer) {
    parts[0] += ` ${layer.kernel.x} × ${layer.kernel.y}`;
    const isPool = layer.op === 'maxPool' || layer.op === 'averagePool';
    say('stride', pairText(layer.stride), isPool ? pairText(layer.kernel) : '1');
  }
  if ('dilation' in layer) say('dilation', pairText(layer.dilation), '1');
  if ('padding' in layer) say('padding', marginText(layer.padding), '0');
  if (layer.op === 'conv' && layer.paddingMode === 'reflect') parts.push('mirrored');
  if (layer.op === 'crop' || layer.op === 'pad') parts[0] += ` ${marginText(layer.by)}`;
  if (layer.op === 'convTranspose') say('crop', marginText(layer.crop), '0');
  if (layer.op === 'upsample') {
    parts.push('like' in layer.to ? `as ${layer.to.like}` : `× ${pairText(layer.to.factor)}`, layer.mode);
  }
  if ('activation' in layer && layer.activation.kind !== 'none') parts.push(activationText(layer.activation));
  return parts.join(', ');
}

const WORDS: Readonly<Record<Layer['op'], string>> = {
  conv: 'conv',
  convTranspose: 'transposed conv',
  maxPool: 'max pool',
  averagePool: 'average pool',
  upsample: 'up-sample',
  add: 'add',
  concat: 'join',
  crop: 'crop',
  pad: 'pad',
  activation: 'activation',
  batchNorm: 'batch norm',
};

function table(graph: Graph, costs: readonly LayerCost[], all: number): string[] {
  const rows = graph.layers.map((layer, i) => {
    const cost = costs[i];
    const share = cost && all > 0 ? cost.flops / all : 0;
    return [
      layer.name,
      describeLayer(layer),
      inputsOf(layer).join(' + '),
      cost ? `${cost.channels} × ${cost.size.width} × ${cost.size.height}` : '',
      cost ? grouped(cost.parameters) : '',
      `${(100 * share).toFixed(1)} %`,
    ];
  });
  return columns([['layer', 'what', 'reads', 'makes', 'parameters', 'of the cost'], ...rows], 4);
}

function describeField(x: AxisField, y: AxisField): string {
  const along = ({ from, to }: AxisField): string => `${to - from} px (${from} … ${to - 1})`;
  const both = along(x) === along(y) ? `${along(x)} on both axes` : `x ${along(x)}, y ${along(y)}`;
  const period = Math.max(x.period, y.period);
  return period > 1 ? `${both}; the grid of pooling repeats every ${period} px` : both;
}

const sizeText = ({ width, height }: Size): string => `${width} × ${height} px`;
const channels = (count: number): string => `${count} channel${count === 1 ? '' : 's'}`;
const pairText = ({ x, y }: Pair): string => (x === y ? String(x) : `${x} × ${y}`);

function marginText({ left, right, top, bottom }: Margins): string {
  const same = left === right && top === bottom && left === top;
  return same ? String(left) : `(left ${left}, right ${right}, top ${top}, bottom ${bottom})`;
}

function activationText(activation: Activation): string {
  return activation.kind === 'leakyRelu' ? `leaky ReLU ${activation.slope}` : WORDS_OF[activation.kind];
}
const WORDS_OF = { none: '', relu: 'ReLU', sigmoid: 'sigmoid' } as const;

/** 969 745 */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((all, item) => all + value(item), 0);
}
