/** What the page may know of the GPU and of how fast networks run on it. */

export interface GpuReport {
  readonly available: boolean;
  /** "NVIDIA GeForce RTX 4070 (vulkan)", or why there is none, in a sentence. */
  readonly description: string;
  /** In use, of those that WebGPU leaves open. */
  readonly features: readonly string[];
  /** In use; what their names say, bytes or counts. */
  readonly limits: Readonly<Record<string, number>>;
}

/** Bytes that the compute worker has on the GPU. The viewer's own device is not counted. */
export interface GpuMemory {
  readonly bytes: number;
  /** The most there ever was on this device. */
  readonly peak: number;
  /** What the buffers are for; those with the most bytes now first. */
  readonly byOwner: readonly OwnedMemory[];
}

/** Bytes of buffers of one kind. */
export interface OwnedMemory {
  readonly owner: string;
  /** Now. */
  readonly bytes: number;
  /** When most was there in all. */
  readonly atPeak: number;
  /** The most that there ever was of this kind. */
  readonly most: number;
}

export interface ProfileRequest {
  /** A user's network by its SHA-256; without it Cryolite's own picker. */
  readonly model: string | undefined;
  /** Side of the picture of noise, px. */
  readonly size: number;
  /** Runs that a time is the mean of. */
  readonly runs: number;
}

export type { KernelProfile, NetworkProfile } from '../core/networkProfile.ts';

/** How long one kind of work has taken since the worker began, s, with the wait for other work. */
export interface StageTime {
  readonly stage: string;
  /** Those that came to their end. */
  readonly runs: number;
  readonly failed: number;
  readonly lastSeconds: number;
  /** Of the last 64 runs. */
  readonly medianSeconds: number;
  readonly longestSeconds: number;
}

/** What the tiles of pictures take in the browser's storage. */
export interface CacheUsage {
  readonly bytes: number;
  /** Above this those unused for the longest time go. */
  readonly budget: number;
  readonly tiles: number;
  /** Dropped for room since the worker began. */
  readonly evicted: number;
}
