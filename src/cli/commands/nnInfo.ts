/** `cryolite nn info`: a network as a table, what it costs, how far it sees, what memory it takes. */
import { formatBytes } from '../../core/units.ts';
import type { Activation } from '../../gpu/ops/activation.ts';
import type { Margins, Pair } from '../../gpu/ops/window.ts';
import { costOf, type LayerCost } from '../../nn/cost.ts';
import { type AxisField, type ReceptiveField, receptiveField } from '../../nn/field.ts';
import { emptyInterval, lengthOf } from '../../nn/intervals.ts';
import { type Graph, inputsOf, type Layer, outputName } from '../../nn/layers.ts';
import { compile, demandOf, type Parts, planSlots } from '../../nn/program.ts';
import { inferSizes, type Size } from '../../nn/sizes.ts';
import { planTiles } from '../../nn/tiling.ts';
import type { CommandContext } from '../command.ts';
import { openNetwork } from './nnModel.ts';

export type Dtype = 'f32' | 'f16';
export const bytesOf: Readonly<Record<Dtype, number>> = { f32: 4, f16: 2 };

export interface InfoOptions {
  /** Side of the image that costs and memory are told for, px. */
  readonly size: number;
  readonly dtype: Dtype;
}

export async function networkInfo(context: CommandContext, file: string, { size, dtype }: InfoOptions) {
  const { format, name, graph } = await openNetwork(file);
  const image = { width: size, height: size };
  const layers = costOf(graph, image);
  const flops = sum(layers, (layer) => layer.flops);
  const parameters = sum(layers, (layer) => layer.parameters);
  const field = receptiveField(graph);
  const { kernels, memory, tiles, result } = planFor(graph, image, dtype, field);
  const facts = {
    format,
    name,
    channels: graph.channels,
    image,
    result,
    parameters,
    flops,
    flopsPerPixel: flops / (size * size),
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
  row(
    'cost',
    `${grouped(Math.round(flops / (size * size)))} operations a pixel, ${scaled(flops)}FLOP in all`,
  );
  row('field', describeField(field.x, field.y));
  row('kernels', `${kernels} for ${graph.layers.length} layers`);
  row(
    'memory',
    `${formatBytes(memory.bytes)} untiled in ${dtype}: ${memory.buffers.map(formatBytes).join(' + ')}`,
  );
  row(
    'tiles',
    `${tiles.count} of at most ${sizeText(tiles)} in ${formatBytes(tiles.bytes)} where a buffer has ${formatBytes(defaultBufferBytes)}, WebGPU's default`,
  );
  context.print('');
  for (const line of table(graph, layers, flops)) context.print(`  ${line}`);
  return facts;
}

/** What every adapter allows, and what a run takes for activations at most. */
const defaultBufferBytes = 2 ** 27;
const usualTotalBytes = 2 ** 29;

/** The whole picture at once, and in the tiles that a run cuts it into where buffers are no larger than they must be. */
function planFor(graph: Graph, image: Size, dtype: Dtype, { x, y }: ReceptiveField) {
  const program = compile(graph);
  const sizes = inferSizes(graph, image);
  const last = outputName(graph);
  const width = sizes.x.get(last) ?? 0;
  const height = sizes.y.get(last) ?? 0;
  const whole = { columns: [{ from: 0, to: width }], rows: [{ from: 0, to: height }] };
  const { bytes: slots } = planSlots(program, demandOf(program, image, whole), bytesOf[dtype]);
  const alignment = Math.max(1, Math.round(x.period / x.stride), Math.round(y.period / y.stride));
  const { demand, slots: tileSlots } = planTiles(program, image, { width, height }, alignment, {
    bufferBytes: defaultBufferBytes,
    totalBytes: usualTotalBytes,
    bytesPerNumber: bytesOf[dtype],
    keep: false,
    pixels: Number.POSITIVE_INFINITY,
  });
  const longest = (all: readonly Parts[]): number =>
    Math.max(0, ...all.map((parts) => lengthOf(parts.get(program.output) ?? emptyInterval)));
  const buffers = [...slots, width * height * program.outputChannels * 4].sort((a, b) => b - a);
  return {
    // What is joined or cropped is only another view of what is there.
    kernels: program.steps.filter(({ op }) => op !== 'concat' && op !== 'crop').length,
    memory: { dtype, bytes: sum(buffers, (bytes) => bytes), buffers },
    tiles: {
      count: demand.columns.length * demand.rows.length,
      width: longest(demand.columns),
      height: longest(demand.rows),
      bytes: sum(tileSlots.bytes, (bytes) => bytes),
    },
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

/** Text in columns two blanks apart; those from `firstNumber` on end flush. */
export function columns(rows: readonly (readonly string[])[], firstNumber: number): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i >= firstNumber ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function describeField(x: AxisField, y: AxisField): string {
  const along = ({ from, to }: AxisField): string => `${from} … ${to - 1}`;
  const both = along(x) === along(y) ? `${along(x)} px on both axes` : `x ${along(x)}, y ${along(y)} px`;
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

/** With a prefix: "1.23 G" */
export function scaled(value: number): string {
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];
  const power = Math.min(Math.max(0, Math.floor(Math.log10(Math.max(value, 1)) / 3)), prefixes.length - 1);
  return `${Number((value / 1000 ** power).toPrecision(3))} ${prefixes[power]}`;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((all, item) => all + value(item), 0);
}
