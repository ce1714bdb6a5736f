import type { GpuContext } from '../gpu/context.ts';
import { f32, type UniformField } from '../gpu/recorder.ts';
import type { RadialTransfer } from './spectrum.ts';

/** Entries of a transfer table up to |k| = √½, the corner of the spectrum. A CTF at 4 µm needs a few thousand. */
const transferSamples = 8192;
const samplesPerCycle = (transferSamples - 1) / Math.SQRT1_2;

/** What `fft/transfer.wgsl` wants to know. */
export const samplesPerCycleField: UniformField = f32(samplesPerCycle);

/** A transfer function as the table that `fft/transfer.wgsl` reads; the caller frees it. */
export function uploadTransfer(context: GpuContext, transfer: RadialTransfer): GPUBuffer {
  const table = Float32Array.from({ length: transferSamples }, (_, i) => transfer(i / samplesPerCycle));
  return context.upload('transfer function', table);
}
