/** What the kernels of a network have to do at least, and how near the adapter's best they come. */
import type { KernelProfile, Peak } from '../core/networkProfile.ts';
import { flopsOf } from './cost.ts';
import { emptyInterval, type Interval, lengthOf } from './intervals.ts';
import { inputName } from './layers.ts';
import type { Demand, Program } from './program.ts';
import { type Step, stepNeeds } from './steps.ts';

/** One kernel on one tile. */
export interface StepCost {
  /** Of the value that it makes. */
  readonly name: string;
  /** The image is fetched first, into the network's own layout. */
  readonly op: Step['op'] | 'fetch';
  /** Floating-point operations; a multiply-add is two. */
  readonly flops: number;
  /** Read and written if every number is moved just once: values, their parts that are needed, and weights. */
  readonly bytes: number;
}

const area = ({ x, y }: { readonly x: number; readonly y: number }): number => x * y;

/**
 * The kernels of a program in the order of running, the one that fetches the image first; what is joined or cropped without one is left out.
 * @param bytesPerNumber of packed values and weights; planes are always float32.
 * @param tile its place in the demand.
 */
export function stepCosts(
  program: Program,
  demand: Demand,
  bytesPerNumber: number,
  tile: { readonly column: number; readonly row: number } = { column: 0, row: 0 },
): StepCost[] {
  const columns = demand.columns[tile.column] ?? new Map<string, Interval>();
  const rows = demand.rows[tile.row] ?? new Map<string, Interval>();
  const needs = {
    x: stepNeeds(program.steps, 'x', demand.sizes.x),
    y: stepNeeds(program.steps, 'y', demand.sizes.y),
  };
  const bytesOf = (value: string, pixels: number): number => {
    const width = program.homes.get(value)?.layout.width ?? 1;
    return pixels * width * (width === 1 ? 4 : bytesPerNumber);
  };
  const fetched =
    lengthOf(columns.get(inputName) ?? emptyInterval) * lengthOf(rows.get(inputName) ?? emptyInterval);
  const fetch: StepCost = {
    name: inputName,
    op: 'fetch',
    flops: 0,
    bytes: 4 * program.graph.channels * fetched + bytesOf(inputName, fetched),
  };
  const costs = program.steps.flatMap((step, i): StepCost[] => {
    if (step.op === 'concat' || step.op === 'crop') return [];
    const across = columns.get(step.name) ?? emptyInterval;
    const down = rows.get(step.name) ?? emptyInterval;
    const pixels = lengthOf(across) * lengthOf(down);
    const readDown = needs.y[i]?.parts(down) ?? [];
    const read = (needs.x[i]?.parts(across) ?? []).map(([value, part], place) => {
      const [, other = emptyInterval] = readDown[place] ?? [];
      return bytesOf(value, pixels > 0 ? lengthOf(part) * lengthOf(other) : 0);
    });
    const channels = program.homes.get(step.name)?.layout.places.length ?? 1;
    const parameters = pixels > 0 ? parametersOf(step) : 0;
    const written = step.op === 'planes' ? 4 * channels * pixels : bytesOf(step.name, pixels);
    const bytes = read.reduce((sum, one) => sum + one, written);
    return [
      {
        name: step.name,
        op: step.op,
        flops: stepFlops(step, channels, pixels),
        bytes: bytes + parameters * bytesPerNumber,
      },
    ];
  });
  return [fetch, ...costs];
}

/** Floating-point operations of a step for a number of pixels of its value. */
export function stepFlops(step: Step, channels: number, pixels: number): number {
  if (step.op === 'copy' || step.op === 'planes') return 0;
  if (step.op !== 'conv') return flopsOf(step, channels, pixels);
  const sums = step.residual === undefined ? 0 : channels * pixels;
  return 2 * area(step.kernel) * step.in * channels * pixels + sums;
}

function parametersOf(step: Step): number {
  if (step.op !== 'conv' && step.op !== 'convTranspose') return 0;
  return area(step.kernel) * step.in * step.out + step.out;
}

/** The cost of a step and the time that it took. */
export type ProfiledStep = StepCost & Omit<KernelProfile, keyof StepCost | 'kernel'>;

/** @param seconds of each kernel, as many as there are costs. */
export function profileSteps(
  costs: readonly StepCost[],
  seconds: readonly number[],
  peak: Peak,
): ProfiledStep[] {
  if (costs.length !== seconds.length) {
    throw new RangeError(`${costs.length} kernels have ${seconds.length} times.`);
  }
  return costs.map((cost, i) => {
    const time = seconds[i] ?? 0;
    const arithmetic = cost.flops / peak.flopsPerSecond;
    const memory = cost.bytes / peak.bytesPerSecond;
    // A time too short for the clock tells nothing.
    const per = (amount: number): number => (time > 0 ? amount / time : 0);
    return {
      ...cost,
      seconds: time,
      flopsPerSecond: per(cost.flops),
      bytesPerSecond: per(cost.bytes),
      boundBy: arithmetic >= memory ? 'arithmetic' : 'memory',
      fractionOfPeak: per(Math.max(arithmetic, memory)),
    };
  });
}
