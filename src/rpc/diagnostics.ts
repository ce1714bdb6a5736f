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

/** One kernel of a network, over all tiles. */
export interface KernelProfile {
  /** Of the value that it makes: "enc1.0". */
  readonly name: string;
  readonly op: string;
  /** What runs it: "conv/direct". */
  readonly kernel: string;
  readonly flops: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly flopsPerSecond: number;
  readonly bytesPerSecond: number;
  /** Of the two peaks the one that it takes longer at. */
  readonly boundBy: 'arithmetic' | 'memory';
  /** The time at that peak by the time that it took; above 1 where caches help. */
  readonly fractionOfPeak: number;
}

export interface NetworkProfile {
  readonly network: string;
  readonly adapter: string;
  /** Where there are no timestamps, every time has the way to the GPU and back in it. */
  readonly clock: 'timestamps' | 'submits';
  readonly image: { readonly width: number; readonly height: number };
  readonly tiles: number;
  /** Runs that each time is the mean of. */
  readonly runs: number;
  /** Measured on the spot: a matrix product and a copy. */
  readonly peak: { readonly flopsPerSecond: number; readonly bytesPerSecond: number };
  /** In the order of running. */
  readonly kernels: readonly KernelProfile[];
  /** Of all kernels, timed one by one. */
  readonly seconds: number;
  /** Of all at once: what a user waits for. */
  readonly togetherSeconds: number;
  readonly flops: number;
  readonly bytes: number;
  readonly fractionOfPeak: number;
  /** During a run, the most first. */
  readonly memory: readonly { readonly owner: string; readonly bytes: number }[];
}

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
