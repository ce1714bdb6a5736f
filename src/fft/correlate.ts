import { UsageError } from '../core/errors.ts';
import type { GpuContext } from '../gpu/context.ts';
import { f32, groups, Recorder, u32 } from '../gpu/recorder.ts';
import { type RadialTransfer, type Release, type Spectrum, spectrumColumns } from './spectrum.ts';
import { samplesPerCycleField, uploadTransfer } from './transferTable.ts';
import { FourierTransforms, type PlaneStack } from './transform.ts';

/** How a plane lies against its reference. */
export interface Shift {
  /** moving(p + shift) looks like reference(p); pixels, sub-pixel. */
  readonly x: number;
  readonly y: number;
  /** Correlation at the shift, weighted by the transfer function: 1 for equal planes, whatever their mean and contrast. */
  readonly coefficient: number;
}

export interface CorrelationOptions {
  /** Shifts looked at, in pixels either way along x and y; default all. */
  readonly largestShiftPx?: number;
  /** Weight of a frequency in the product of both spectra, such as a B-factor's; default 1. */
  readonly transfer?: RadialTransfer;
}

/** Workgroups that share one plane in the search, and in a step of Newton's method. */
const searchGroups = 64;
/** From 0.1 px off, what is left falls as 1e-2, 1e-4: rounding is reached by the third step. */
const newtonSteps = 3;

/**
 * Finds the shift of each moving plane against its reference by cross-correlation. Planes count as periodic, so an edge
 * that matters has to be tapered or padded before. The highest pixel is refined by Newton's method on the correlation's
 * Fourier series itself, so nothing is interpolated.
 * @param reference one plane, or as many as there are moving ones; of the same size.
 * @returns one shift a moving plane. All sources are left as they were.
 */
export async function correlatePlanes(
  context: GpuContext,
  transforms: FourierTransforms,
  reference: PlaneStack,
  moving: PlaneStack,
  options: CorrelationOptions = {},
): Promise<Shift[]> {
  const recorder = new Recorder(context);
  const spent: GPUBuffer[] = [];
  const release: Release = (...buffers) => void spent.push(...buffers);
  try {
    const a = await transforms.forward(recorder, reference, release);
    release(a.buffer);
    const b = await transforms.forward(recorder, moving, release);
    release(b.buffer);
    recorder.submit();
    return await correlateSpectra(context, transforms, a, b, options);
  } finally {
    context.free(...spent);
  }
}

/** As `correlatePlanes`, of spectra that are there already; they are left as they were. */
export async function correlateSpectra(
  context: GpuContext,
  transforms: FourierTransforms,
  reference: Spectrum,
  moving: Spectrum,
  { largestShiftPx = Number.POSITIVE_INFINITY, transfer = () => 1 }: CorrelationOptions = {},
): Promise<Shift[]> {
  const { width, height, count = 1 } = moving;
  const recorder = new Recorder(context);
  const spent: GPUBuffer[] = [];
  const release: Release = (...buffers) => void spent.push(...buffers);
  const buffer = (bytes: number): GPUBuffer => {
    const made = context.buffer('cross-correlation', bytes);
    release(made);
    return made;
  };
  try {
    const planes = await recordCorrelation(
      context,
      transforms,
      recorder,
      reference,
      moving,
      transfer,
      release,
    );
    release(planes.buffer);
    const reach = (size: number): number => Math.floor(Math.min(largestShiftPx, (size - 1) / 2));
    const window = [width, height, reach(width), reach(height), searchGroups].map(u32);
    const best = buffer(count * searchGroups * 8);
    const shifts = buffer(count * 16);
    const search = (step: 'partial' | 'final') => context.pipeline('fft/peak.wgsl', { STEP: step });
    recorder.dispatch(await search('partial'), window, [planes.buffer, best], [searchGroups, count, 1]);
    recorder.dispatch(await search('final'), window, [planes.buffer, best, shifts], [1, count, 1]);
    const table = uploadTransfer(context, transfer);
    release(table);
    const parts = Math.min(64, height);
    const sums = buffer(count * parts * 8 * 4);
    const fields = [u32(width), u32(height), u32(parts), samplesPerCycleField];
    const sum = await context.pipeline('fft/refine.wgsl', {
      STEP: 'sum',
      SHARED: isShared(reference, moving),
    });
    const move = await context.pipeline('fft/refine.wgsl', { STEP: 'move', SHARED: false });
    for (let step = 0; step < newtonSteps; step++) {
      recorder.dispatch(
        sum,
        fields,
        [reference.buffer, moving.buffer, sums, shifts, table],
        [parts, count, 1],
      );
      recorder.dispatch(move, fields, [sums, shifts], [1, count, 1]);
    }
    recorder.submit();
    const found = new Float32Array(await context.read(shifts, count * 16));
    return Array.from({ length: count }, (_, plane) => ({
      x: found[4 * plane] ?? 0,
      y: found[4 * plane + 1] ?? 0,
      coefficient: found[4 * plane + 2] ?? 0,
    }));
  } finally {
    context.free(...spent);
  }
}

/**
 * The cross-correlation of planes: pixel s holds the mean over x of reference(x)·moving(x + s) without the product of the
 * means, zero shift at pixel (0, 0), negative ones in the upper half. Spectra are left as they were.
 * @returns planes that the caller frees. Recorded, not yet run.
 */
export async function recordCorrelation(
  context: GpuContext,
  transforms: FourierTransforms,
  recorder: Recorder,
  reference: Spectrum,
  moving: Spectrum,
  transfer: RadialTransfer,
  release: Release,
): Promise<PlaneStack> {
  const { width, height, count = 1 } = moving;
  const shared = isShared(reference, moving);
  const buffer = context.buffer('cross-correlation', FourierTransforms.spectrumBytes(width, height, count));
  try {
    const table = uploadTransfer(context, transfer);
    release(table);
    recorder.dispatch(
      await context.pipeline('fft/cross.wgsl', { SHARED: shared }),
      [u32(width), u32(height), samplesPerCycleField, f32((width * height) ** -2)],
      [reference.buffer, moving.buffer, buffer, table],
      [groups(spectrumColumns(width), 64), height, count],
    );
    return await transforms.backward(recorder, { buffer, width, height, count }, release);
  } catch (error) {
    context.free(buffer);
    throw error;
  }
}

/** @throws UsageError when the planes do not belong together. */
function isShared(reference: Spectrum, moving: Spectrum): boolean {
  const { count: references = 1 } = reference;
  const { count = 1 } = moving;
  if (reference.width !== moving.width || reference.height !== moving.height) {
    throw new UsageError(
      `Pictures of ${reference.width} × ${reference.height} and ${moving.width} × ${moving.height} can't be correlated: bring them to one size.`,
    );
  }
  if (references !== 1 && references !== count)
    throw new UsageError(
      `${count} pictures can't be correlated with ${references} references: give one, or one for each.`,
    );
  return references === 1 && count > 1;
}
