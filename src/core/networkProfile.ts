/** How fast a network runs, kernel by kernel: plain data that can be cloned, sent to a page, and written as JSON. */

/** What an adapter reaches at its best. */
export interface Peak {
  /** Of float32 multiply-adds, each counted as two operations. */
  readonly flopsPerSecond: number;
  /** Read plus written. */
  readonly bytesPerSecond: number;
}

/** Where there are no timestamps, passes are timed by the clock on the wall. */
export type ProfilerClock = 'timestamps' | 'submits';

/** One kernel, over all tiles. */
export interface KernelProfile {
  /** Of the value that it makes: "enc1.0". */
  readonly name: string;
  readonly op: string;
  /** What runs it: "conv/direct". */
  readonly kernel: string;
  /** Floating-point operations; a multiply-add is two. */
  readonly flops: number;
  /** Read and written if every number is moved just once: values, their parts that are needed, and weights. */
  readonly bytes: number;
  readonly seconds: number;
  readonly flopsPerSecond: number;
  readonly bytesPerSecond: number;
  /** What holds it back at best: of the two peaks the one that takes longer to do the work. */
  readonly boundBy: 'arithmetic' | 'memory';
  /** The time that it would take at that peak, by the time that it took; above 1 where caches help. */
  readonly fractionOfPeak: number;
}

export interface NetworkProfile {
  readonly network: string;
  readonly adapter: string;
  /** Where there are no timestamps, every time has the way to the GPU and back in it. */
  readonly clock: ProfilerClock;
  readonly image: { readonly width: number; readonly height: number };
  readonly tiles: number;
  /** Runs that each time is the mean of. */
  readonly runs: number;
  readonly peak: Peak;
  /** In the order of running. */
  readonly kernels: readonly KernelProfile[];
  /** Of all kernels, timed one by one. */
  readonly seconds: number;
  /** From sending the whole image's work at once to its end: what a user waits for. The shortest run. */
  readonly togetherSeconds: number;
  readonly flops: number;
  readonly bytes: number;
  /** Of the time that all kernels would take at their peaks, by the time that they took. */
  readonly fractionOfPeak: number;
  /** Bytes on the GPU during a run, by what they are for, the most first. */
  readonly memory: readonly { readonly owner: string; readonly bytes: number }[];
}
