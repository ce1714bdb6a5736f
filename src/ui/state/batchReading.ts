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

/** The parameters that a micrograph is worked on with, and that are kept with its picks. */
export function batchParameters(
  plan: ReadingPattern,
  opened: OpenedMicrograph,
  session: MicrographSession | undefined,
  reading: ReadingParameters,
): MicrographParameters {
  const { parameters } = plan;
  const pixelSizeAngstrom = batchPixelSize(plan, opened, session);
  return {
    ...parameters,
    ...reading,
    frame: opened.frame,
    pixelSizeAngstrom,
    voltageKilovolt: opened.acquisition.voltageKilovolt ?? parameters.voltageKilovolt,
    // Of one micrograph alone.
    defocusAngstrom: session?.parameters.defocusAngstrom,
    lowpassAngstrom: allowedLowpass(parameters.lowpassAngstrom, pixelSizeAngstrom),
    threshold: session?.parameters.threshold ?? parameters.threshold,
  };
}
