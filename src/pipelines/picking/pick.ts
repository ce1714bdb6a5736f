import type { JobOptions } from '../../core/progress.ts';
import type { Pick } from '../../dataset/picks.ts';
import type { PickMethod } from '../../dataset/session.ts';
import type { GpuContext } from '../../gpu/context.ts';
import type { LoadedPlane } from '../load.ts';
import { pickWithLog, suggestedLogThreshold } from './log.ts';
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
  if (method === 'log') {
    const candidates = await pickWithLog(
      context,
      loaded,
      { diameterPx, ...logScale },
      brightParticles,
      options,
    );
    return {
      picks: candidates.map((candidate) => ({ ...candidate, origin: 'log' })),
      suggestedThreshold: suggestedLogThreshold,
    };
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
  return {
    picks: candidates.map(({ x, y, score }) => ({ ...image.toFile({ x, y }), score, origin: 'cnn' })),
    suggestedThreshold: model.defaultThreshold,
  };
}
