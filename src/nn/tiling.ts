import { GpuLimitError } from '../core/errors.ts';
import { formatBytes } from '../core/units.ts';
import type { Interval } from './intervals.ts';
import { type Demand, demandOf, type Program, planSlots } from './program.ts';
import type { Size } from './sizes.ts';
import type { Slots } from './slots.ts';

/** Parts of the result: every column with every row is a tile. */
export interface Cut {
  readonly columns: readonly Interval[];
  readonly rows: readonly Interval[];
}

export interface TilingLimits {
  /** The most bytes of one buffer. */
  readonly bufferBytes: number;
  /** The most bytes of all buffers together. */
  readonly totalBytes: number;
  readonly bytesPerNumber: number;
  /** Every value is to have a buffer of its own. */
  readonly keep: boolean;
  /** The most pixels of a tile of the result, so that no dispatch takes too long. */
  readonly pixels: number;
}

export interface TilePlan {
  readonly demand: Demand;
  readonly slots: Slots;
  readonly bytesPerNumber: number;
}

/**
 * Cuts a length into parts of nearly equal size, none longer than `longest`; all inner edges are multiples of
 * `alignment`, where pooled values begin without overlap.
 */
export function cutEvenly(length: number, longest: number, alignment: number): Interval[] {
  if (length <= longest) return [{ from: 0, to: length }];
  const step = Math.max(alignment, Math.floor(longest / alignment) * alignment);
  const part = Math.ceil(Math.ceil(length / Math.ceil(length / step)) / alignment) * alignment;
  return Array.from({ length: Math.ceil(length / part) }, (_, i) => ({
    from: i * part,
    to: Math.min(length, (i + 1) * part),
  }));
}

/**
 * The plan with the largest tiles that the limits allow.
 * @param result size of the result for that image.
 * @param cut the tiles for a longest side; by default parts of the result without overlap.
 * @param alignment of inner edges, px of the result.
 * @throws GpuLimitError when not even the smallest tiles fit; FormatError as `demandOf`.
 */
export function planTiles(
  program: Program,
  image: Size,
  result: Size,
  alignment: number,
  limits: TilingLimits,
  cut: (longest: number) => Cut = (longest) => ({
    columns: cutEvenly(result.width, longest, alignment),
    rows: cutEvenly(result.height, longest, alignment),
  }),
): TilePlan {
  let longest = Math.max(result.width, result.height);
  for (;;) {
    const { columns, rows } = cut(longest);
    const demand = demandOf(program, image, { columns, rows });
    const slots = planSlots(program, demand, limits.bytesPerNumber, limits.keep);
    const largest = Math.max(0, ...slots.bytes);
    const total = slots.bytes.reduce((sum, bytes) => sum + bytes, 0);
    const pixels = longestOf(columns) * longestOf(rows);
    if (largest <= limits.bufferBytes && total <= limits.totalBytes && pixels <= limits.pixels) {
      return { demand, slots, bytesPerNumber: limits.bytesPerNumber };
    }
    if (longest <= alignment) {
      throw new GpuLimitError(
        `This GPU allows buffers of ${formatBytes(limits.bufferBytes)}, but the smallest part that ${program.graph.name} can be run on needs ${formatBytes(largest)}.`,
      );
    }
    longest = Math.max(alignment, Math.floor(longest * 0.9));
  }
}

const longestOf = (parts: readonly Interval[]): number =>
  Math.max(0, ...parts.map(({ from, to }) => to - from));
