import type { GpuContext } from '../context.ts';
import type { Plane } from '../plane.ts';
import { f32, flopsPerSubmit, groups, Recorder, u32 } from '../recorder.ts';

export interface NonLocalMeansSettings {
  /** Patches have 2 · patchRadius + 1 pixels a side, the search window 2 · searchRadius + 1. */
  readonly patchRadius: number;
  readonly searchRadius: number;
  /** Mean squared difference that patches have by noise alone: twice the guide's noise variance. */
  readonly expectedDifference: number;
  /** Difference beyond it at which a weight is 1/e. */
  readonly tolerance: number;
  /** Rows at a time, for tests: the result is the same for any. */
  readonly rowsAtOnce?: number | undefined;
}

const side = 16;

/** Floating-point operations for each pixel, an exponential counted as one. */
export function nonLocalMeansFlops({ patchRadius, searchRadius }: NonLocalMeansSettings): number {
  const patch = 2 * patchRadius + 1;
  const differences = ((side + 2 * patchRadius) / side) ** 2;
  const rows = (side + 2 * patchRadius) / side;
  const perOffset = 2 * differences + patch * rows + patch + 8;
  return ((2 * searchRadius + 1) ** 2 - 1) * perOffset;
}

/**
 * Means of pixels whose surroundings look alike in the guide; see `denoise/non_local_means.wgsl`.
 * @param guide of the same size: the plane itself, or one with less noise.
 * @returns a new plane that the caller frees. Submitted in parts, each waited for.
 */
export async function nonLocalMeans(
  context: GpuContext,
  plane: Plane,
  guide: Plane,
  settings: NonLocalMeansSettings,
  onRows: (done: number) => void = () => {},
): Promise<Plane> {
  const { width, height } = plane;
  const { patchRadius, searchRadius, expectedDifference, tolerance, rowsAtOnce } = settings;
  const defines = { PATCH: patchRadius, SEARCH: searchRadius };
  const pipeline = await context.pipeline('denoise/non_local_means.wgsl', defines);
  const fitting = flopsPerSubmit / (nonLocalMeansFlops(settings) * width);
  const rows = Math.max(side, side * Math.floor((rowsAtOnce ?? fitting) / side));
  const buffer = context.buffer('denoised image', width * height * 4);
  try {
    for (let row = 0; row < height; row += rows) {
      onRows(row);
      const recorder = new Recorder(context);
      recorder.dispatch(
        pipeline,
        [u32(width), u32(height), u32(row), f32(expectedDifference), f32(1 / tolerance)],
        [plane.buffer, guide.buffer, buffer],
        [groups(width, side), groups(Math.min(rows, height - row), side), 1],
      );
      recorder.submit();
      // A cancel is heard in between, and no driver takes it for a hang.
      await context.finish();
    }
    onRows(height);
    return { buffer, width, height };
  } catch (error) {
    context.free(buffer);
    throw error;
  }
}
