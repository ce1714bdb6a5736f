/** The matrix products of training on adapters that a processor plays: blocks of registers, and lanes that hand loads round. */
import type { Capabilities } from '../capabilities.ts';
import type { Defines } from '../expand.ts';

/** What a subgroup of `lanes` threads shares: see train/gather_lanes.wgsl and train/weight_lanes.wgsl. */
export interface LaneBlock {
  readonly lanes: number;
  /** Of train/gather_lanes.wgsl: pixels of a thread, and its columns in fours. */
  readonly rows: number;
  readonly columns4: number;
}

/** Threads of a workgroup of train/gather_lanes.wgsl. */
const gatherThreads = 32;
const gatherRows = 4;
/** Wider blocks take a processor's compiler several seconds each, and win little: its registers have long been used up. */
const gatherColumns4 = [1, 2, 4] as const;
/** Of train/weight_lanes.wgsl: taps of a block, and columns of a lane. */
const weightTaps = 32;
const weightColumns = 2;

/**
 * Subgroups' size where a processor plays the GPU and all have the same; undefined elsewhere. A real GPU has workgroup memory that
 * deserves the name, and SwiftShader, whose subgroups are of 4, takes minutes to compile these kernels (November 2026).
 */
export function lanesOf({ isProcessor, subgroup }: Capabilities): number | undefined {
  if (!isProcessor || !subgroup || subgroup.fewest !== subgroup.most) return undefined;
  return subgroup.most === 8 || subgroup.most === 16 ? subgroup.most : undefined;
}

/**
 * The block that costs least, in cycles of one vector a lane: a load that differs between lanes is some 20 (measured on Mesa's
 * lavapipe, November 2026), a multiply-add 1.5.
 */
export function chooseLaneBlock(lanes: number, columns: number): LaneBlock {
  const cost = (columns4: number): number => {
    const loads = 4 * gatherRows + 4 * Math.ceil((4 * columns4) / lanes);
    return Math.ceil(columns / (4 * columns4)) * (20 * loads + 1.5 * 16 * gatherRows * columns4);
  };
  const columns4 = gatherColumns4.reduce<number>((best, one) => (cost(one) < cost(best) ? one : best), 1);
  return { lanes, rows: gatherRows, columns4 };
}

/** Rows of a workgroup of train/gather_lanes.wgsl. */
export const laneRows = ({ rows }: LaneBlock): number => gatherThreads * rows;

export function gatherLaneDefines(
  { lanes, rows, columns4 }: LaneBlock,
  sourceChannels: number,
  resultChannels: number,
): Defines {
  const inFours = sourceChannels % 4 === 0;
  return {
    LANES: lanes,
    THREADS: gatherThreads,
    ROWS: rows,
    COLUMNS4: columns4,
    LOADS: Math.ceil((4 * columns4) / lanes),
    TERMS: inFours ? 4 : 1,
    FOURS: inFours,
    RESULTFOURS: resultChannels % 4 === 0,
  };
}

/** Taps and columns of a workgroup of train/weight_lanes.wgsl. */
export function weightLaneBlock({ lanes }: LaneBlock): { readonly taps: number; readonly columns: number } {
  return { taps: weightTaps, columns: weightColumns * lanes };
}

export function weightLaneDefines({ lanes }: LaneBlock): Defines {
  return { LANES: lanes, TAPS: weightTaps, COLUMNS: weightColumns, LOADS: Math.ceil(weightTaps / lanes) };
}
