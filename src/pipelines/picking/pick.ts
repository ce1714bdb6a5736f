import type { JobOptions } from '../../core/progress.ts';
import type { Pick } from '../../dataset/picks.ts';
import type { PickMethod } from '../../dataset/session.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { LoadedPlane } from '../load.ts';
import { type Candidate, suppressNeighbours } from './candidates.ts';
import { logSeparationDiameters, pickWithLog, suggestedLogThreshold } from './log.ts';
import type { PickerModel } from './model.ts';
import { type PickProgress, pickWithNetwork } from './network.ts';
import { checkDiameter, prepareWorkingImage, type WorkingImage } from './workingImage.ts';

export interface PickRequest {
  readonly method: PickMethod;
  readonly pixelSizeAngstrom: number;
  readonly diameterAngstrom: number;
  readonly brightParticles: boolean;
}

export interface PickOutcome {
  /** In pixels of the file, best first. */
  readonly picks: Pick[];
  readonly suggestedThreshold: number;
}

/** What is already known when a job starts again on a new device. */
export interface PickResume {
  image?: WorkingImage;
  readonly finished: PickProgress;
}

/**
 * Candidates with their centre nearer to the edge than this part of the diameter are dropped: less than two thirds of
 * the particle are there, too little to see or to extract, and the mirrored edge makes false ones.
 */
const edgeDiameters = 0.15;

/** Diameter and high-pass of the LoG picker's working image; the network's are its own. */
const logScale = { workingDiameterPx: 24, highpassDiameters: 4 };

/**
 * Picks particles on a loaded micrograph.
 * @param model of the network; not needed for LoG.
 * @param size of the micrograph in the file, px.
 * @throws UsageError when the diameter does not fit the picture.
 */
export async function pickParticles(
  context: GpuContext,
  loaded: LoadedPlane,
  size: { readonly width: number; readonly height: number },
  request: PickRequest,
  model: PickerModel,
  options: JobOptions & { readonly resume?: PickResume } = {},
): Promise<PickOutcome> {
  const { method, diameterAngstrom, pixelSizeAngstrom, brightParticles } = request;
  checkDiameter(diameterAngstrom, pixelSizeAngstrom, size.width, size.height);
  const diameterPx = diameterAngstrom / pixelSizeAngstrom;
  const margin = edgeDiameters * diameterPx;
  const isInside = ({ x, y }: { readonly x: number; readonly y: number }): boolean =>
    x >= margin && y >= margin && x <= size.width - 1 - margin && y <= size.height - 1 - margin;
  // First the edge, then the neighbours: a false one at the mirror must not take a true one's place.
  const thin = (candidates: readonly Candidate[], separationDiameters: number): Pick[] =>
    suppressNeighbours(candidates.filter(isInside), separationDiameters * diameterPx).map((candidate) => ({
      ...candidate,
      origin: method,
    }));
  if (method === 'log') {
    const scale = { diameterPx, ...logScale };
    const candidates = await pickWithLog(context, loaded, scale, brightParticles, options);
    return { picks: thin(candidates, logSeparationDiameters), suggestedThreshold: suggestedLogThreshold };
  }
  const resume: PickResume = options.resume ?? { finished: new Map() };
  options.onProgress?.({ stage: 'Preparing the image', done: 0, total: 1 });
  resume.image ??= await prepareWorkingImage(
    context,
    loaded,
    { diameterPx, ...model },
    model.clip,
    brightParticles,
  );
  const { image } = resume;
  const candidates = await pickWithNetwork(context, image, model, { ...options, finished: resume.finished });
  const placed = candidates.map((candidate) => ({ ...candidate, ...image.toFile(candidate) }));
  return { picks: thin(placed, model.separationDiameters), suggestedThreshold: model.defaultThreshold };
}
