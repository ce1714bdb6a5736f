import { UsageError } from '../core/errors.ts';
import type { GpuContext } from '../gpu/context.ts';
import type { Plane } from '../gpu/plane.ts';
import { groups, Recorder, u32 } from '../gpu/recorder.ts';
import type { Release } from './spectrum.ts';
import type { FourierTransforms } from './transform.ts';

/** Mean squared amplitudes of a plane's squares. */
export interface Periodogram {
  /** edge × edge values, the zero frequency at (edge/2, edge/2); sample i is (i − edge/2) / edge cycles a pixel. */
  readonly power: Float32Array<ArrayBuffer>;
  readonly edge: number;
  /** Squares that were averaged. */
  readonly squares: number;
}

/** A rectangle of a plane, px. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Memory for the squares that are transformed at a time. */
const chunkBytes = 1 << 25;

/**
 * Welch's estimate of the power spectrum (1967): the plane is cut into squares that overlap by half, each is faded out by
 * a Hann window, and their |F|² are averaged. White noise of variance 1 gives 1. The plane's mean should be 0.
 * @param edge even; no longer than the region's sides.
 * @param region whole pixels inside the plane; the whole of it without.
 */
export async function periodogram(
  context: GpuContext,
  transforms: FourierTransforms,
  plane: Plane,
  edge: number,
  region: Region = { x: 0, y: 0, width: plane.width, height: plane.height },
): Promise<Periodogram> {
  if (!Number.isInteger(edge) || edge < 2 || edge % 2 === 1 || edge > Math.min(region.width, region.height)) {
    throw new UsageError(
      `Squares of ${edge} px can't be cut from a picture of ${region.width} × ${region.height}: choose an even number of pixels that fits.`,
    );
  }
  const window = Float32Array.from({ length: edge }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / edge) ** 2);
  const windowPower = window.reduce((sum, value) => sum + value * value, 0) ** 2;
  const origins = starts(region.height, edge).flatMap((y) =>
    starts(region.width, edge).flatMap((x) => [region.x + x, region.y + y]),
  );
  const squares = origins.length / 2;
  const atOnce = Math.max(1, Math.min(squares, Math.floor(chunkBytes / (edge * edge * 4))));
  const kept: GPUBuffer[] = [];
  const keep = (buffer: GPUBuffer): GPUBuffer => {
    kept.push(buffer);
    return buffer;
  };
  try {
    const sum = keep(context.buffer('power spectrum', edge * edge * 4));
    const boxes = keep(context.buffer('power spectrum', atOnce * edge * edge * 4));
    const places = keep(context.upload('power spectrum', Int32Array.from(origins)));
    const weights = keep(context.upload('power spectrum', window));
    const cut = await context.pipeline('fft/boxes.wgsl');
    const add = await context.pipeline('fft/add_power.wgsl');
    for (let first = 0; first < squares; first += atOnce) {
      const count = Math.min(atOnce, squares - first);
      const recorder = new Recorder(context);
      const spent: GPUBuffer[] = [];
      const release: Release = (...buffers) => void spent.push(...buffers);
      try {
        recorder.dispatch(
          cut,
          [plane.width, plane.height, edge, first].map(u32),
          [plane.buffer, boxes, places, weights],
          [groups(edge, 64), edge, count],
        );
        const stack = { buffer: boxes, width: edge, height: edge, count };
        const spectrum = await transforms.forward(recorder, stack, release);
        release(spectrum.buffer);
        recorder.dispatch(
          add,
          [edge, edge, count].map(u32),
          [spectrum.buffer, sum],
          [groups(edge, 64), edge, 1],
        );
        recorder.submit();
      } finally {
        context.free(...spent);
      }
    }
    const power = new Float32Array(await context.read(sum, edge * edge * 4));
    for (let i = 0; i < power.length; i++) power[i] = (power[i] ?? 0) / (squares * windowPower);
    return { power, edge, squares };
  } finally {
    context.free(...kept);
  }
}

/** First pixels of stretches of `edge` that overlap by half or a little more and cover the length evenly. */
function starts(length: number, edge: number): number[] {
  const steps = Math.ceil((length - edge) / (edge / 2));
  return Array.from({ length: steps + 1 }, (_, i) =>
    steps === 0 ? 0 : Math.round((i * (length - edge)) / steps),
  );
}
