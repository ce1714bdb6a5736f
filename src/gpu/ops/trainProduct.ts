/** Kernels of products of matrices in a training step. */
import type { Capabilities } from '../capabilities.ts';
import { chooseLaneBlock, type LaneBlock, lanesOf } from './trainLanes.ts';
import { chooseTile, type Tile } from './trainTile.ts';

/** How products are computed: through workgroup memory, or by lanes that hand loads round. */
export type ProductKernel = Tile | LaneBlock;

/** Gives the kernel of a product of so many rows and columns. */
export type ChooseKernel = (rows: number, columns: number) => ProductKernel;

/** The kernels that suit an adapter. */
export function kernelChoice(capabilities: Capabilities): ChooseKernel {
  const lanes = lanesOf(capabilities);
  return lanes === undefined ? chooseTile : (_, columns) => chooseLaneBlock(lanes, columns);
}

/** Whether pictures of so many channels are read four at a time; parameters begin at multiples of four anyway. */
export const inFours = (...channels: readonly number[]): boolean =>
  channels.every((count) => count % 4 === 0);
