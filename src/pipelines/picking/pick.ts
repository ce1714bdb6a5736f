import { UsageError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import type { MaskGrid } from '../../dataset/maskGrid.ts';
import type { Pick } from '../../dataset/picks.ts';
import type { UnaidedMethod } from '../../dataset/session.ts';
import type { GpuContext } from '../../gpu/context.ts';
import { completeMask, seesContamination } from '../contamination/complete.ts';
import type { LoadedPlane } from '../load.ts';
import { readPreview } from '../quality/preview.ts';
import { arrangedCandidates, calibrated, together } from './arrangement/arrange.ts';
import { awayFromEdges, type Candidate, doubtingCutOnes, suppressNeighbours } from './candidates.ts';
import { pickDensely } from './dense.ts';
import { besideNeighbours, heededExclusion } from './exclusion.ts';
import { logSeparationDiameters, pickWithLog, suggestedLogThreshold } from './log.ts';
import type { PickerModel, WorkingScalePicker } from './model.ts';
import { type ContaminationMap, type PickProgress, pickWithNetwork } from './network.ts';
import { checkScale, suggestedScale } from './scale.ts';
import { isSeparation, separationRange } from './separation.ts';
import { ownThreshold } from './threshold.ts';
import { checkDiameter, prepareWorkingImage, type WorkingImage } from './workingImage.ts';

export interface PickRequest {
  readonly method: UnaidedMethod;
  readonly pixelSizeAngstrom: number;
  readonly diameterAngstrom: number;
  readonly brightParticles: boolean;
  /**
   * How many times smaller the picture is made for a network that scores every pixel, such as Topaz's: 1 or more. Where
   * it is not given, `suggestedScale` says it.
   */
  readonly scale?: number | undefined;
  /** Two picks are never nearer than this many diameters. Where it is not given, the model or the method says it. */
  readonly separationDiameters?: number | undefined;
}

export interface PickOutcome {
  /** In pixels of the file, best first. */
  readonly picks: Pick[];
  readonly suggestedThreshold: number;
  /** File pixels per pixel of the picture in which they were looked for. */
  readonly scale: number;
  /** No two picks are nearer, in diameters. */
  readonly separationDiameters: number;
  /** What the network says of contamination, where it has such an output. Picks on it are not left out here. */
  readonly contamination?: MaskGrid | undefined;
}

/**
 * What is already known when a job starts again on a new device: candidates of finished tiles. The picture itself stayed
 * on the old one and is made again, and so are the scores of networks that are thinned as a whole.
 */
export interface PickResume {
  readonly finished: PickProgress;
}

export interface PickOptions extends JobOptions {
  readonly resume?: PickResume;
  /** Tells of contamination where the model does not, as one that was trained on clicks; if it is shown the same picture. */
  readonly masker?: WorkingScalePicker | undefined;
}

/** Diameter and high-pass of the LoG picker's working image; the network's are its own. */
const logScale = { workingDiameterPx: 24, highpassDiameters: 4 };

/**
 * Picks particles on a loaded micrograph.
 * Nothing comes back from the GPU but candidates and some bytes of counts, and for a model with an arrangement the working image and its
 * comparison with the template.
 * @param model of the network; not needed for LoG.
 * @param size of the micrograph in the file, px.
 * @throws UsageError when the diameter or the scale does not fit the picture, or the separation is out of range.
 */
export async function pickParticles(
  context: GpuContext,
  loaded: LoadedPlane,
  size: { readonly width: number; readonly height: number },
  request: PickRequest,
  model: PickerModel,
  options: PickOptions = {},
): Promise<PickOutcome> {
  const { method, diameterAngstrom, pixelSizeAngstrom, brightParticles } = request;
  checkDiameter(diameterAngstrom, pixelSizeAngstrom, size.width, size.height);
  const diameterPx = diameterAngstrom / pixelSizeAngstrom;
  const isDense = method === 'cnn' && model.kind === 'dense';
  if (request.scale !== undefined && !isDense) {
    throw new UsageError(
      'A scale can be given for networks that score every pixel, such as those of Topaz; what picks here has its own.',
    );
  }
  const separationDiameters =
    request.separationDiameters ?? (method === 'log' ? logSeparationDiameters : model.separationDiameters);
  if (!isSeparation(separationDiameters)) {
    const { least, most } = separationRange;
    throw new UsageError(
      `A separation of ${separationDiameters} diameters makes no sense: give one from ${least} to ${most}.`,
    );
  }
  const isInside = awayFromEdges(size, diameterPx);
  const picksOf = (candidates: readonly Candidate[]): Pick[] =>
    candidates.map((candidate) => ({ ...candidate, origin: method }));
  // First the edge, then the neighbours: a false one at the mirror must not take a true one's place.
  const thin = (candidates: readonly Candidate[]): Pick[] =>
    picksOf(suppressNeighbours(candidates.filter(isInside), separationDiameters * diameterPx));
  if (method === 'log') {
    const scale = { diameterPx, ...logScale };
    const candidates = await pickWithLog(context, loaded, scale, brightParticles, options);
    return {
      picks: thin(candidates),
      suggestedThreshold: suggestedLogThreshold,
      scale: diameterPx / logScale.workingDiameterPx,
      separationDiameters,
    };
  }
  options.onProgress?.({ stage: 'Preparing the image', done: 0, total: 1 });
  options.signal?.throwIfAborted();
  if (model.kind === 'dense') {
    const scale = request.scale ?? suggestedScale(diameterPx, model.fieldPx);
    checkScale(scale, diameterPx);
    const dense = { diameterPx, scale, brightParticles, separationDiameters, isInside };
    const picks = picksOf(await pickDensely(context, loaded, model, dense, options));
    return { picks, suggestedThreshold: model.defaultThreshold, scale, separationDiameters };
  }
  const scale = { diameterPx, ...model };
  const image = await prepareWorkingImage(context, loaded, scale, model.clip, brightParticles);
  try {
    const { finished } = options.resume ?? { finished: new Map() };
    const { candidates, contamination: own } = await pickWithNetwork(context, image, model, {
      ...options,
      finished,
    });
    const masker = own || !options.masker || !seesAlike(options.masker, model) ? undefined : options.masker;
    const contamination = masker
      ? (await pickWithNetwork(context, image, masker, options)).contamination
      : own;
    const placed = candidates.map((candidate) => ({ ...candidate, ...image.toFile(candidate) }));
    const alone = thin(placed.map(doubtingCutOnes(size, diameterPx)));
    const exclusion = heededExclusion(model.exclusionDiameters, separationDiameters);
    const beside = besideNeighbours(alone, exclusion * diameterPx);
    const arranged = await arrangedOn(context, image, model, separationDiameters, options);
    const radius = samePlaceDiameters * diameterPx;
    const picks = picksOf(
      model.arrangement && arranged
        ? together(
            arranged
              .map((candidate) => ({ ...candidate, ...image.toFile(candidate) }))
              .map(doubtingCutOnes(size, diameterPx))
              .filter(isInside),
            beside,
            model.arrangement,
            radius,
            separationDiameters * diameterPx,
          )
        : beside,
    );
    const seen =
      contamination && (await completed(context, loaded, size, gridOf(contamination, image), diameterPx));
    const usual = model.defaultThreshold;
    const grid = seen && masker && contradicts(seen, picks, usual) ? undefined : seen;
    const free = picks.filter((pick) => !grid || !isMasked(grid, pick));
    return {
      picks,
      suggestedThreshold: ownThreshold(
        free.map(({ score }) => score),
        usual,
      ),
      scale: diameterPx / model.workingDiameterPx,
      separationDiameters,
      contamination: grid,
    };
  } finally {
    context.free(image.plane.buffer);
  }
}

/** Two candidates nearer than this, in diameters, are the same: the strict radius of evaluation. */
const samePlaceDiameters = 0.25;

/** Where arrangements have particles, with chances, px of the working image, whose pixels are read back for that; undefined where they say nothing. */
async function arrangedOn(
  context: GpuContext,
  { plane: { buffer, width, height } }: WorkingImage,
  { arrangement, workingDiameterPx, exclusionDiameters }: WorkingScalePicker,
  separationDiameters: number,
  { signal, onProgress }: PickOptions,
): Promise<Candidate[] | undefined> {
  if (!arrangement) return undefined;
  const data = new Float32Array(await context.read(buffer, width * height * 4));
  const crowd = {
    diameterPx: workingDiameterPx,
    exclusionPx: exclusionDiameters * workingDiameterPx,
    separationPx: separationDiameters * workingDiameterPx,
  };
  const drawn = await arrangedCandidates(context, { data, width, height }, arrangement.template, crowd, {
    pause: async (done, total) => {
      onProgress?.({ stage: 'Telling neighbours apart', done, total });
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
    },
  });
  return drawn && calibrated(drawn, arrangement);
}

/** Whether two networks are shown the same picture. */
function seesAlike(a: WorkingScalePicker, b: WorkingScalePicker): boolean {
  return (
    a.workingDiameterPx === b.workingDiameterPx &&
    a.highpassDiameters === b.highpassDiameters &&
    a.clip === b.clip
  );
}

/** Of a network's picks, how many another one may call contamination and still be believed: the first knows what was clicked. */
const mostContradicted = 0.5;

function contradicts(grid: MaskGrid, picks: readonly Pick[], threshold: number): boolean {
  const shown = picks.filter(({ score }) => score >= threshold);
  return shown.filter((pick) => isMasked(grid, pick)).length > mostContradicted * shown.length;
}

function isMasked(grid: MaskGrid, { x, y }: Pick): boolean {
  const cell = (px: number, origin: number, step: number, cells: number): number =>
    Math.min(cells - 1, Math.max(0, Math.round((px - origin) / step)));
  const row = cell(y, grid.origin.y, grid.step.y, grid.height);
  return (grid.values[row * grid.width + cell(x, grid.origin.x, grid.step.x, grid.width)] ?? 0) >= 128;
}

/** With the insides of what the network sees the rims of; only where it sees any is the picture looked at again. */
async function completed(
  context: GpuContext,
  loaded: LoadedPlane,
  size: { readonly width: number; readonly height: number },
  grid: MaskGrid,
  diameterPx: number,
): Promise<MaskGrid> {
  if (!seesContamination(grid)) return grid;
  return completeMask(grid, await readPreview(context, loaded, size), diameterPx);
}

/** The same squares, in pixels of the file. */
function gridOf({ width, height, data, squarePx }: ContaminationMap, image: WorkingImage): MaskGrid {
  const first = (squarePx - 1) / 2;
  const origin = image.toFile({ x: first, y: first });
  const second = image.toFile({ x: first + squarePx, y: first + squarePx });
  const step = { x: second.x - origin.x, y: second.y - origin.y };
  return { width, height, origin, step, values: data };
}
