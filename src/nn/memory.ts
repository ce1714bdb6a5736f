import { FormatError } from '../core/errors.ts';
import { type Graph, inputName, inputsOf } from './graph.ts';
import type { GraphShape } from './shape.ts';

/** Where a value lives: a slice of the channels of an arena slot. */
export interface Placement {
  readonly slot: number;
  /** Channels from pixel to pixel in the slot, and the first of this value. */
  readonly stride: number;
  readonly offset: number;
}

export interface MemoryPlan {
  readonly placements: ReadonlyMap<string, Placement>;
  /** Floats that each slot needs for each input pixel of a tile. */
  readonly slots: readonly number[];
}

/**
 * Places every value in as few bytes as its lifetime allows. A concatenation owns a slot and its inputs are written
 * straight into their slice of it, so joining costs nothing; where it is joined again, all lie in the outermost one.
 * A slot is taken again when its last reader has run.
 * @throws FormatError 'bad-weights' when a value would have to lie in two concatenations.
 */
export function planMemory(graph: Graph, shape: GraphShape): MemoryPlan {
  const home = new Map<string, { readonly owner: string; readonly offset: number }>();
  for (const layer of graph.layers) {
    if (layer.op !== 'concat') continue;
    let offset = 0;
    for (const input of layer.inputs) {
      if (home.has(input) || input === inputName) {
        const what = input === inputName ? 'the image itself is joined' : `${input} is joined more than once`;
        throw new FormatError('bad-weights', graph.name, `is no network that Cryolite can run: ${what}.`);
      }
      home.set(input, { owner: layer.name, offset });
      offset += shape.values.get(input)?.channels ?? 0;
    }
  }
  const ownerOf = (value: string): string => {
    const above = home.get(value);
    return above ? ownerOf(above.owner) : value;
  };
  const offsetOf = (value: string): number => {
    const above = home.get(value);
    return above ? above.offset + offsetOf(above.owner) : 0;
  };
  const lastUse = new Map<string, number>();
  graph.layers.forEach((layer, step) => {
    for (const value of [layer.name, ...inputsOf(layer)]) lastUse.set(ownerOf(value), step);
  });
  lastUse.set(ownerOf(graph.layers.at(-1)?.name ?? inputName), graph.layers.length);

  const placements = new Map<string, Placement>();
  const slots: number[] = [];
  const live = new Map<string, number>();
  const free: number[] = [];
  const place = (value: string): void => {
    const owner = ownerOf(value);
    const { channels = 1, stride = 1 } = shape.values.get(owner) ?? {};
    let slot = live.get(owner);
    if (slot === undefined) {
      const need = channels / stride ** 2;
      slot = takeBestFit(free, slots, need) ?? slots.push(0) - 1;
      slots[slot] = Math.max(slots[slot] ?? 0, need);
      live.set(owner, slot);
    }
    placements.set(value, { slot, stride: channels, offset: offsetOf(value) });
  };
  place(inputName);
  graph.layers.forEach((layer, step) => {
    place(layer.name);
    for (const [owner, slot] of [...live]) {
      if (lastUse.get(owner) !== step) continue;
      live.delete(owner);
      free.push(slot);
    }
  });
  return { placements, slots };
}

/** Takes the free slot that wastes least: the smallest that is large enough, or else the largest (it grows). */
function takeBestFit(free: number[], slots: readonly number[], need: number): number | undefined {
  const size = (slot: number): number => slots[slot] ?? 0;
  const sorted = [...free].sort((a, b) => size(a) - size(b));
  const chosen = sorted.find((slot) => size(slot) >= need) ?? sorted.at(-1);
  if (chosen !== undefined) free.splice(free.indexOf(chosen), 1);
  return chosen;
}
