/** How far a long job is. `done` and `total` are in the same unit, whatever it is (tiles, bytes, files). */
export interface Progress {
  /** What is being done now, in the user's words: "Picking particles". */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

export type ProgressListener = (progress: Progress) => void;

/** What every long function takes: both are optional for short or test runs. */
export interface JobOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}
