import type { JobOptions } from '../core/progress.ts';
import type { Micrograph } from '../dataset/micrograph.ts';
import type { GpuContext } from '../gpu/context.ts';
import { type LoadedPlane, loadPixels, loadPlane, type StandardPixels } from '../pipelines/load.ts';

/** Makes one raw picture of an opened file, on the GPU or, where there is none, on the CPU. */
export interface RawPicture {
  /** Which picture it is: tiles of another version are stale. */
  readonly version: string;
  /** Whether its tiles are worth keeping between visits. */
  readonly isKept: boolean;
  /** @returns a plane that the caller frees. */
  load(context: GpuContext, options: JobOptions): Promise<LoadedPlane>;
  pixels(options: JobOptions): Promise<StandardPixels>;
  /** A pixel in the file's units, where the file has it as it is shown. */
  readonly valueAt: ((column: number, row: number) => Promise<number | undefined>) | undefined;
  /** Gives back what is kept on the GPU to make it again soon. */
  release(): void;
}

/** One frame as it is stored. @param variant how the user wants the file read, or "". */
export function storedFrame(micrograph: Micrograph, frame: number, variant: string): RawPicture {
  return {
    version: `raw${variant}`,
    isKept: true,
    load: (context, options) => loadPlane(context, micrograph, frame, options),
    pixels: (options) => loadPixels(micrograph, frame, options),
    valueAt: async (column, row) => (await micrograph.readRows(frame, row, 1))[column],
    release: () => {},
  };
}
