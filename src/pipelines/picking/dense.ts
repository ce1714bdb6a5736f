import type { JobOptions } from '../../core/progress.ts';
import { croppedSize, fourierCrop } from '../../fft/crop.ts';
import { FourierTransforms } from '../../fft/transform.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { standardisePlane } from '../../gpu/ops/image.ts';
import { meanMoments } from '../../gpu/ops/moments.ts';
import type { Rectangle } from '../../gpu/ops/peaks.ts';
import { suppressScores } from '../../gpu/ops/suppress.ts';
import type { Plane } from '../../gpu/plane.ts';
import type { AxisField } from '../../nn/field.ts';
import { Network } from '../../nn/network.ts';
import type { TiledRun } from '../../nn/run.ts';
import { type LoadedPlane, planeToFile } from '../load.ts';
import { frameFor } from '../models/frame.ts';
import type { Candidate } from './candidates.ts';
import type { DensePicker } from './model.ts';

/** Scores below are no candidates: where Topaz's own program stops by default. */
export const lowestLogOdds = -6;

export interface DenseRequest {
  /** In the file, px. */
  readonly diameterPx: number;
  /** File pixels per pixel of the network's picture, 1 or more. */
  readonly scale: number;
  readonly brightParticles: boolean;
  /** Two picks are never nearer than this many diameters, to whole cells of the score map. */
  readonly separationDiameters: number;
  /** Whether a particle may have its centre there, in file pixels. */
  readonly isInside: (position: { readonly x: number; readonly y: number }) => boolean;
}

export interface DensePickOptions extends JobOptions {
  /** Longest side of a tile, px of the network's picture. The result is the same for any. */
  readonly longestTile?: number | undefined;
}

const probability = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/**
 * Scores every pixel of the micrograph, made smaller in Fourier space and standardised, and thins the scores to picks no
 * nearer to each other than is wanted. Everything stays on the GPU; the picks and some bytes of counts are read back.
 * @returns positions in file pixels with probabilities, best first.
 * @throws UsageError when the scale leaves nothing of the picture; GpuLimitError.
 */
export async function pickDensely(
  context: GpuContext,
  loaded: LoadedPlane,
  model: DensePicker,
  request: DenseRequest,
  options: DensePickOptions = {},
): Promise<Candidate[]> {
  const picture = await densePicture(context, loaded, request.scale, request.brightParticles);
  try {
    const { plane: scores, place } = await scorePlane(context, picture, model, options);
    try {
      const toFile = {
        x: (cell: number) => planeToFile((place.x(cell) * loaded.plane.width) / picture.width, loaded.bin),
        y: (cell: number) => planeToFile((place.y(cell) * loaded.plane.height) / picture.height, loaded.bin),
      };
      const isLogOdds = model.gives === 'log-odds';
      const cellPx = toFile.x(1) - toFile.x(0);
      const radius = Math.max(1, Math.round((request.separationDiameters * request.diameterPx) / cellPx));
      const core = coreOf(scores, toFile, request.isInside);
      const floor = isLogOdds ? lowestLogOdds : probability(lowestLogOdds);
      const picks = await suppressScores(context, scores, core, radius, floor);
      return picks.map(({ x, y, value }) => ({
        x: toFile.x(x),
        y: toFile.y(y),
        score: isLogOdds ? probability(value) : value,
      }));
    } finally {
      context.free(scores.buffer);
    }
  } finally {
    context.free(picture.buffer);
  }
}

/**
 * The micrograph as dense networks are shown it: cut in Fourier space as Topaz does (a part of a pixel is left out, the
 * Nyquist row stays, edges meet the opposite ones), then (v − mean) / σ over all pixels. Pixel i lies at
 * i · (old side) / (new side).
 * @returns a new plane that the caller frees.
 */
export async function densePicture(
  context: GpuContext,
  { plane, bin }: LoadedPlane,
  scale: number,
  brightParticles: boolean,
): Promise<Plane> {
  // A plane that had to be binned to fit may be small enough already.
  const size = croppedSize(plane.width, plane.height, Math.max(1, scale / bin));
  const isSame = size.width === plane.width && size.height === plane.height;
  const picture = isSame ? copyOf(context, plane) : await cropped(context, plane, size);
  try {
    const { centre, deviation } = await meanMoments(context, picture);
    const factor = deviation > 0 ? (brightParticles ? -1 : 1) / deviation : 0;
    await standardisePlane(context, picture, centre, factor);
    return picture;
  } catch (error) {
    context.free(picture.buffer);
    throw error;
  }
}

async function cropped(
  context: GpuContext,
  plane: Plane,
  size: { readonly width: number; readonly height: number },
): Promise<Plane> {
  const transforms = new FourierTransforms(context);
  try {
    return await fourierCrop(context, transforms, plane, { ...size, nyquist: 'keep' });
  } finally {
    transforms.destroy();
  }
}

function copyOf(context: GpuContext, { buffer, width, height }: Plane): Plane {
  const copy = context.buffer('picture to score', width * height * 4);
  const encoder = context.device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, copy, 0, width * height * 4);
  context.device.queue.submit([encoder.finish()]);
  return { buffer: copy, width, height };
}

/** From cells of the score map to pixels of the picture. */
interface Place {
  readonly x: (cell: number) => number;
  readonly y: (cell: number) => number;
}

/** The network's result for a whole picture, tile by tile. The caller frees the plane. */
export async function scorePlane(
  context: GpuContext,
  picture: Plane,
  model: Pick<DensePicker, 'graph' | 'tensors'>,
  { signal, onProgress, longestTile }: DensePickOptions = {},
): Promise<{ readonly plane: Plane; readonly place: Place }> {
  signal?.throwIfAborted();
  const network = new Network(context, model.graph, model.tensors);
  let run: TiledRun | undefined;
  let buffer: GPUBuffer | undefined;
  try {
    const frame = frameFor(model.graph, picture);
    const size = network.resultSize(frame);
    run = await network.prepare(frame, { longestTile });
    buffer = context.buffer('scores', size.width * size.height * 4);
    const origin = { x: 0, y: 0 };
    const total = run.tiles.length;
    for (const [done, tile] of run.tiles.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'Picking particles', done, total });
      run.run(tile, { ...picture, origin }, { buffer, ...size, origin });
      await context.finish();
    }
    onProgress?.({ stage: 'Picking particles', done: total, total });
    const place = {
      x: placeAlong(network.field.x),
      y: placeAlong(network.field.y),
    };
    return { plane: { buffer, ...size }, place };
  } catch (error) {
    context.free(buffer);
    throw error;
  } finally {
    run?.destroy();
    network.destroy();
  }
}

/** A cell lies in the middle of what it sees. */
function placeAlong({ stride, from, to }: AxisField) {
  const offset = (from + to - 1) / 2;
  return (cell: number): number => stride * cell + offset;
}

/** The cells that lie inside, which are a rectangle. */
function coreOf(
  { width, height }: Plane,
  { x, y }: Place,
  isInside: (position: { readonly x: number; readonly y: number }) => boolean,
): Rectangle {
  const [middleX, middleY] = [x((width - 1) / 2), y((height - 1) / 2)];
  const columns = insideAlong(width, (cell) => isInside({ x: x(cell), y: middleY }));
  const rows = insideAlong(height, (cell) => isInside({ x: middleX, y: y(cell) }));
  return { x: columns.first, y: rows.first, width: columns.count, height: rows.count };
}

function insideAlong(cells: number, isInside: (cell: number) => boolean): { first: number; count: number } {
  const inside = Array.from({ length: cells }, (_, cell) => cell).filter(isInside);
  return { first: inside[0] ?? 0, count: inside.length };
}
