/** Everything from an opened file and its picks to a stack: what the page and the terminal both do. */
import type { ByteSink } from '../../core/bytes.ts';
import type { JobOptions } from '../../core/progress.ts';
import type { OpenedMicrograph } from '../../dataset/open.ts';
import type { NamedPick } from '../../dataset/picks.ts';
import { checkPicks } from './boxes.ts';
import { readPicture, refuseProcessed } from './picture.ts';
import { type BoxRequest, type BoxSettings, boxSettings } from './settings.ts';
import { type ScoredCentre, type StackResult, writeParticleStack } from './stack.ts';

export interface ExtractionOptions extends JobOptions {
  /** Of the micrograph, for sentences. */
  readonly name: string;
  /** Of the micrograph. */
  readonly pixelSizeAngstrom: number;
  /** Where the stack goes; opened once nothing is known to be wrong, and closed or aborted at the end. */
  readonly openSink: () => Promise<ByteSink>;
}

export interface ExtractionResult extends StackResult {
  readonly settings: BoxSettings;
  readonly binnedPixelSizeAngstrom: number;
}

/**
 * Extracts the particles of one micrograph.
 * @throws UsageError as `boxSettings`; CryoliteError as `refuseProcessed`, `checkPicks` and `readPicture`.
 */
export async function extractMicrograph(
  micrograph: OpenedMicrograph,
  picks: readonly NamedPick[],
  request: BoxRequest,
  { name, pixelSizeAngstrom, openSink, ...job }: ExtractionOptions,
): Promise<ExtractionResult> {
  refuseProcessed(micrograph);
  const settings = boxSettings(request, pixelSizeAngstrom);
  checkPicks(name, micrograph, picks, settings);
  const picture = await readPicture(micrograph, job);
  const binnedPixelSizeAngstrom = (pixelSizeAngstrom * settings.boxPx) / settings.binnedPx;
  const labels = [extractionLabel(request), `particles of ${micrograph.name}`];
  const result = await writeParticleStack(
    picture,
    picks.map(withFigure),
    settings,
    { ...job, name, pixelSizeAngstrom: binnedPixelSizeAngstrom, labels },
    await openSink(),
  );
  return { ...result, settings, binnedPixelSizeAngstrom };
}

/** A person's picks have no figure of merit. */
function withFigure({ x, y, score, origin, pose, className }: NamedPick): ScoredCentre {
  return { x, y, score: origin === 'manual' ? undefined : score, pose, className };
}

/** Who made the boxes and how, in ASCII, for comments and labels. */
export function extractionLabel({ box, binTo, invert = true, normalise = true }: BoxRequest): string {
  const side = `${box.value} ${box.unit === 'px' ? 'px' : 'A'}`;
  const binned = binTo === undefined ? '' : `, binned to ${binTo} px`;
  return `Cryolite ${__CRYOLITE_VERSION__}: boxes of ${side}${binned}${normalise ? ', normalised' : ''}${invert ? ', inverted' : ''}`;
}
