/** What a batch takes from the micrograph on the screen for the others, and what each of them says itself. */
import type { BatchPlan } from '../../dataset/batch/queue.ts';
import type { MicrographParameters, MicrographSession, ReadingParameters } from '../../dataset/session.ts';
import type { OpenedMicrograph } from '../../rpc/contract.ts';
import { allowedLowpass } from './parameters.ts';
import { inheritedReading } from './reading.ts';

/** The micrograph on the screen, as far as others go by it. */
export type ReadingPattern = Pick<BatchPlan, 'parameters' | 'pattern'>;

/** What is on the screen now. @param opened undefined where nothing is. */
export function patternOf(
  parameters: MicrographParameters,
  opened: OpenedMicrograph | undefined,
): ReadingPattern {
  if (!opened) return { parameters, pattern: undefined };
  const { width, height, pixelSizeAngstrom } = opened;
  return { parameters, pattern: { width, height, pixelSizeAngstrom } };
}

/** How a file is to be read: as the user has said of it, else as of the one on the screen, with its range of frames. */
export function batchReading(
  { parameters }: ReadingPattern,
  session: MicrographSession | undefined,
): ReadingParameters {
  if (session) return session.parameters;
  return { ...inheritedReading(parameters), range: parameters.range };
}

/**
 * The user's pixel size counts for micrographs like the one that it was set on, of the same size and with the same header; any
 * other has its header's, or what the user has said of it alone.
 * @returns undefined where nobody knows.
 */
export function batchPixelSize(
  { parameters, pattern }: ReadingPattern,
  opened: Pick<OpenedMicrograph, 'width' | 'height' | 'pixelSizeAngstrom'>,
  session: MicrographSession | undefined,
): number | undefined {
  const own = opened.pixelSizeAngstrom;
  const hasSize = pattern?.width === opened.width && pattern.height === opened.height;
  const isAlike = hasSize && (own === undefined || own === pattern.pixelSizeAngstrom);
  if (isAlike && parameters.pixelSizeAngstrom !== undefined) return parameters.pixelSizeAngstrom;
  return session?.parameters.pixelSizeAngstrom ?? own;
}

/**
 * The parameters that a micrograph is worked on with. A diameter that the user has set on it goes before the plan's; where both are
 * the same it goes with the others from then on.
 * @param own what the user has set on it; undefined where nobody has.
 */
export function batchParameters(
  plan: ReadingPattern,
  opened: OpenedMicrograph,
  session: MicrographSession | undefined,
  reading: ReadingParameters,
  own = session?.parameters,
): MicrographParameters {
  const { parameters } = plan;
  const { diameterAngstrom } = own?.hasOwnDiameter ? own : parameters;
  const pixelSizeAngstrom = batchPixelSize(plan, opened, session);
  return {
    ...parameters,
    ...reading,
    diameterAngstrom,
    hasOwnDiameter: diameterAngstrom === parameters.diameterAngstrom ? undefined : true,
    frame: opened.frame,
    pixelSizeAngstrom,
    voltageKilovolt: opened.acquisition.voltageKilovolt ?? parameters.voltageKilovolt,
    // Of one micrograph alone.
    defocusAngstrom: session?.parameters.defocusAngstrom,
    lowpassAngstrom: allowedLowpass(parameters.lowpassAngstrom, pixelSizeAngstrom),
    threshold: session?.parameters.threshold ?? parameters.threshold,
  };
}

/** The parameters that are kept with the picks: a micrograph that was worked on is looked at as before. */
export function keptParameters(
  worked: MicrographParameters,
  own: MicrographParameters | undefined,
): MicrographParameters {
  if (!own) return worked;
  const {
    lowpassAngstrom,
    highpassAngstrom,
    filterMethod,
    sigmaAngstrom,
    detailAngstrom,
    strength,
    denoiser,
  } = own;
  return {
    ...worked,
    ...{ lowpassAngstrom, highpassAngstrom, filterMethod, sigmaAngstrom, detailAngstrom, strength, denoiser },
  };
}
