import { checkChannels } from './channels.ts';
import { type FusionOptions, fuse } from './fuse.ts';
import { anyPixel, emptyInterval, type Interval, neededIntervals, unite } from './intervals.ts';
import { type Graph, inputName, outputName } from './layers.ts';
import { inferSizes, type Size, type Sizes } from './sizes.ts';
import { assignSlots, type Life, type Slots } from './slots.ts';
import { readsOf, type Step, sizesOfSteps, stepNeeds } from './steps.ts';
import { findHomes, type Home } from './storage.ts';

/** A network made ready for pictures of any size: what is run, and where its values lie. */
export interface Program {
  readonly graph: Graph;
  readonly steps: readonly Step[];
  readonly homes: ReadonlyMap<string, Home>;
  /** Numbers stored for a pixel of each group. */
  readonly widths: ReadonlyMap<string, number>;
  /** The value that is given out: one plane, or several one after another. */
  readonly output: string;
  readonly outputChannels: number;
}

/** @throws FormatError 'bad-weights' when channels don't fit together. */
export function compile(graph: Graph, fusion?: FusionOptions): Program {
  const channels = checkChannels(graph);
  const last = outputName(graph);
  const outputChannels = channels.get(last) ?? 1;
  const fused = fuse(graph, fusion);
  // What is given out is made by a kernel and lies in a buffer of its own.
  const op = fused.at(-1)?.op;
  const output = outputChannels > 1 || op === 'crop' ? `~${last}` : last;
  if (outputChannels > 1) fused.push({ op: 'planes', name: output, input: last });
  else if (op === 'crop') fused.push({ op: 'copy', name: output, input: last });
  const { steps, homes, widths } = findHomes(fused, graph.channels);
  return { graph, steps, homes, widths, output, outputChannels };
}

/** The parts of all values, along one axis, that a part of the result needs. */
export type Parts = ReadonlyMap<string, Interval>;

/** What a program needs for given parts of the result: everything is separable, so columns and rows come apart. */
export interface Demand {
  readonly sizes: Sizes;
  readonly columns: readonly Parts[];
  readonly rows: readonly Parts[];
}

/**
 * @param columns parts of the result's width, one for each column of tiles; rows likewise.
 * @throws FormatError 'wrong-shape' when the picture does not fit the network.
 */
export function demandOf(
  program: Program,
  image: Size,
  cut: { readonly columns: readonly Interval[]; readonly rows: readonly Interval[] },
): Demand {
  const sizes = sizesOfSteps(program.steps, inferSizes(program.graph, image));
  const parts = (axis: 'x' | 'y', wanted: readonly Interval[]): Parts[] => {
    const needs = stepNeeds(program.steps, axis, sizes[axis]);
    return wanted.map((part) => neededIntervals(needs, part, anyPixel));
  };
  return { sizes, columns: parts('x', cut.columns), rows: parts('y', cut.rows) };
}

/** The part of a group that is stored for a tile: all that is computed of its values, in the group's own pixels. */
export function storedParts(program: Program, axis: 'x' | 'y', parts: Parts): Parts {
  const stored = new Map<string, Interval>();
  for (const [name, { group, shift }] of program.homes) {
    const part = parts.get(name);
    if (!part) continue;
    const shifted = { from: part.from + shift[axis], to: part.to + shift[axis] };
    stored.set(group, unite(stored.get(group) ?? emptyInterval, shifted));
  }
  return stored;
}

/**
 * The buffers that any tile of a demand can be computed in. What is given out has none here.
 * @param bytesPerNumber of packed values; planes are always float32.
 * @param keep every group has a slot of its own, so that all values can be looked at afterwards.
 */
export function planSlots(program: Program, demand: Demand, bytesPerNumber: number, keep = false): Slots {
  const longest = (axis: 'x' | 'y', all: readonly Parts[]): Map<string, number> => {
    const lengths = new Map<string, number>();
    for (const parts of all) {
      for (const [group, { from, to }] of storedParts(program, axis, parts)) {
        lengths.set(group, Math.max(lengths.get(group) ?? 0, to - from));
      }
    }
    return lengths;
  };
  const widths = longest('x', demand.columns);
  const heights = longest('y', demand.rows);
  const lives = livesOf(program).flatMap(({ group, born, dies }): Life[] => {
    const pixels = (widths.get(group) ?? 0) * (heights.get(group) ?? 0);
    if (pixels === 0 || group === program.output) return [];
    const numbers = program.widths.get(group) ?? 1;
    const bytes = pixels * numbers * (numbers === 1 ? 4 : bytesPerNumber);
    return [keep ? { group, born: 0, dies: program.steps.length, bytes } : { group, born, dies, bytes }];
  });
  return assignSlots(lives);
}

function livesOf(program: Program): Omit<Life, 'bytes'>[] {
  const lives = new Map<string, { born: number; dies: number }>();
  const touch = (value: string, at: number): void => {
    const group = program.homes.get(value)?.group ?? value;
    const life = lives.get(group);
    if (life) life.dies = at;
    else lives.set(group, { born: at, dies: at });
  };
  touch(inputName, -1);
  program.steps.forEach((step, at) => {
    // Joined and cropped values are other views of what is there: they are read when somebody reads them.
    if (step.op === 'concat' || step.op === 'crop') return;
    touch(step.name, at);
    for (const value of readsOf(step)) touch(value, at);
  });
  return [...lives].map(([group, life]) => ({ group, ...life }));
}
