import { factorise, hasButterflies } from './sizes.ts';

/** What the choice of kernels looks at. */
export interface LineLimits {
  /** `maxComputeWorkgroupStorageSize`; 0 for no workgroup memory at all: one radix a pass. */
  readonly workgroupBytes: number;
  /** `maxComputeInvocationsPerWorkgroup`. */
  readonly invocations: number;
}

/**
 * One pass over memory: a workgroup takes `tile` transforms of `size` values into workgroup memory and runs all
 * radices there.
 */
export interface TilePass {
  readonly size: number;
  /** Their product is `size`; [1] for a single value. */
  readonly radices: readonly number[];
  readonly tile: number;
  /** Threads of one transform. */
  readonly lanes: number;
  /** Product of the sizes of the passes before. */
  readonly done: number;
  /** Whether neighbouring threads read (write) neighbouring transforms, else neighbours within one. */
  readonly readAcross: boolean;
  readonly writeAcross: boolean;
}

/** How many lines of one length are transformed. */
export interface LinePlan {
  readonly length: number;
  /** Length that the passes transform: above `length` where Bluestein's convolution is needed. */
  readonly padded: number;
  readonly passes: readonly TilePass[];
}

/**
 * What a device offers. A processor that plays a GPU has caches of its own: passes of one radix were as fast on lavapipe
 * (4096²: 1.2 s both ways) and four times as fast on SwiftShader, which compiles them in 0.1 s where a kernel with barriers
 * takes 2 s (November 2026).
 */
export function lineLimits({ limits, adapterInfo }: Pick<GPUDevice, 'limits' | 'adapterInfo'>): LineLimits {
  return {
    // Older browsers do not say what the adapter is.
    workgroupBytes: adapterInfo?.isFallbackAdapter ? 0 : limits.maxComputeWorkgroupStorageSize,
    invocations: limits.maxComputeInvocationsPerWorkgroup,
  };
}

const bytesOfValue = 8;
/** A row fills workgroup memory if it must, up to this, since one pass is worth more than many workgroups at a time. */
const mostRowValues = 8192;
/** Columns do not: 16 KiB a workgroup leave room for several on every multiprocessor. */
const mostTileValues = 2048;
/** Columns that are read side by side, best first: 16 complex values are a cache line of 128 bytes. */
const tileWidths = [16, 8, 4, 2, 1] as const;
/** Below four columns (32 bytes, a sector of memory) half of what is fetched is wasted: rather one pass more. */
const leastTileWidth = 4;
/** Threads that a workgroup of short rows is filled up to, and of butterflies without workgroup memory. */
const rowThreads = 128;
const plainThreads = 64;

/**
 * Plans the transform of lines. `rows` lie contiguously; `columns` lie side by side.
 * @param lines how many there are (side by side): no tile is wider.
 * @throws Error when workgroup memory can't hold the radices of the length.
 */
export function planLines(
  length: number,
  direction: 'rows' | 'columns',
  lines: number,
  limits: LineLimits,
): LinePlan {
  if (!Number.isInteger(length) || length < 1) throw new Error(`${length} is not the length of a line.`);
  const capacity = Math.min(mostRowValues, Math.floor(limits.workgroupBytes / bytesOfValue));
  const passesOf = (candidate: number): readonly TilePass[] | undefined => {
    if (capacity === 0) return radixByRadix(candidate);
    return direction === 'rows' && candidate <= capacity
      ? [wholeRows(candidate, lines, capacity, limits.invocations)]
      : across(candidate, direction, lines, capacity, limits.invocations);
  };
  if (hasButterflies(length)) {
    const passes = passesOf(length);
    if (passes) return { length, padded: length, passes };
  } else {
    const candidates = convolutionLengths(length);
    // A power of two splits best: the shortest that takes no more passes than it.
    const fewest = passesOf(candidates[candidates.length - 1] ?? length)?.length ?? 0;
    for (const padded of candidates) {
      const passes = passesOf(padded);
      if (passes && passes.length <= fewest) return { length, padded, passes };
    }
  }
  throw new Error(
    `Workgroup memory of ${limits.workgroupBytes} bytes is too small for a transform of ${length} values.`,
  );
}

/** Lengths that can hold a convolution of `length` values with a chirp, shortest first, up to a power of two. */
function convolutionLengths(length: number): number[] {
  const found: number[] = [];
  for (let padded = 2 * length - 1; ; padded++) {
    if (!hasButterflies(padded)) continue;
    found.push(padded);
    if (Number.isInteger(Math.log2(padded))) return found;
  }
}

/** Stockham's passes as they are: a thread makes one butterfly in registers. */
function radixByRadix(length: number): readonly TilePass[] {
  let done = 1;
  return radicesOf(length).map((size): TilePass => {
    const pass = {
      size,
      radices: [size],
      tile: plainThreads,
      lanes: 1,
      done,
      readAcross: true,
      writeAcross: true,
    };
    done *= size;
    return pass;
  });
}

function wholeRows(size: number, lines: number, capacity: number, invocations: number): TilePass {
  const lanes = lanesFor(size, 1, invocations);
  const tile = Math.max(1, Math.min(Math.floor(rowThreads / lanes), Math.floor(capacity / size), lines));
  return { size, radices: radicesOf(size), tile, lanes, done: 1, readAcross: false, writeAcross: false };
}

/** Passes through tiles of lines side by side; of rows too long for one tile, the "lines" are parts of a row. */
function across(
  length: number,
  direction: 'rows' | 'columns',
  lines: number,
  capacity: number,
  invocations: number,
): readonly TilePass[] | undefined {
  let best: { readonly sizes: readonly number[]; readonly tile: number } | undefined;
  for (const tile of tileWidths) {
    if (tile > 1 && direction === 'columns' && tile / 2 >= lines) continue;
    if (best && tile < leastTileWidth) break;
    const sizes = splitLength(length, Math.floor(Math.min(capacity, mostTileValues) / tile));
    if (sizes && (!best || sizes.length < best.sizes.length)) best = { sizes, tile };
  }
  if (!best) return undefined;
  const { sizes, tile } = best;
  let done = 1;
  return sizes.map((size): TilePass => {
    const pass = {
      size,
      radices: radicesOf(size),
      tile,
      lanes: lanesFor(size, tile, invocations),
      done,
      readAcross: true,
      // The first pass of a row writes runs of `size` neighbours; the others write beside each other.
      writeAcross: direction === 'columns' || done > 1,
    };
    done *= size;
    return pass;
  });
}

const radicesOf = (size: number): readonly number[] => (size === 1 ? [1] : factorise(size));

/** Threads for one of `tile` transforms: one for each of its widest butterflies, or an even share of them. */
function lanesFor(size: number, tile: number, invocations: number): number {
  const butterflies = size / Math.max(...radicesOf(size));
  const rounds = Math.ceil((butterflies * tile) / invocations);
  return Math.max(1, Math.min(Math.ceil(butterflies / rounds), Math.floor(invocations / tile)));
}

/** The fewest factors of `length` that are all ≤ `most`, as equal as can be; undefined where a prime is larger. */
export function splitLength(length: number, most: number): readonly number[] | undefined {
  const parts = (rest: number, count: number): readonly number[] | undefined => {
    if (count === 1) return rest <= most ? [rest] : undefined;
    if (rest > most ** count) return undefined;
    const ideal = rest ** (1 / count);
    const divisors: number[] = [];
    for (let divisor = 2; divisor <= Math.min(most, rest); divisor++)
      if (rest % divisor === 0) divisors.push(divisor);
    divisors.sort((a, b) => Math.abs(Math.log(a / ideal)) - Math.abs(Math.log(b / ideal)) || b - a);
    for (const divisor of divisors) {
      const others = parts(rest / divisor, count - 1);
      if (others) return [divisor, ...others];
    }
    return undefined;
  };
  for (let count = 1; count <= 6; count++) {
    const found = parts(length, count);
    if (found) return found;
  }
  return undefined;
}
