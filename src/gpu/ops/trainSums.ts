import { u32 } from '../recorder.ts';
import { type BufferName, type KernelCall, lineGrid } from './trainCall.ts';

export interface PartialSums {
  readonly partials: BufferName;
  readonly result: BufferName;
  readonly count: number;
  readonly chunks: number;
  /** Floats from one chunk to the next, the first one of ours, and where its sum goes. */
  readonly stride: number;
  readonly first: number;
  readonly resultFirst: number;
  readonly accumulate: boolean;
}

/** Adds the parts of a sum in their order. */
export function sumPartials(sums: PartialSums): KernelCall {
  const { count, chunks, stride, first, resultFirst, accumulate } = sums;
  const { grid, columns } = lineGrid(count, 64);
  return {
    shader: 'train/sum_partials.wgsl',
    defines: {},
    uniforms: [count, columns, chunks, stride, first, resultFirst, accumulate ? 1 : 0].map(u32),
    buffers: [sums.partials, sums.result],
    grid,
    work: count * chunks,
  };
}
