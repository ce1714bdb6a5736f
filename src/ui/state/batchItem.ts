/** One micrograph of a batch, from its file to its session and what is written of it. */
import { CryoliteError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import type { BatchItem, BatchPlan } from '../../dataset/batch/queue.ts';
import { type BatchQuality, type BatchResult, scoreLadder } from '../../dataset/batch/results.ts';
import { defaultMaskSettings } from '../../dataset/contaminationMask.ts';
import { bitmapOf, coveredPart } from '../../dataset/maskBitmap.ts';
import { isShown, type Pick } from '../../dataset/picks.ts';
import type { MicrographParameters, MicrographSession } from '../../dataset/session.ts';
import type { ExtractedStack } from '../../formats/star/extracted.ts';
import type { BatchFolder } from '../../platform/browser/batchFolder.ts';
import { fileStem } from '../../platform/browser/fileNames.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { OpenedMicrograph } from '../../rpc/contract.ts';
import { type Ahead, hasRoomAhead } from './batchAhead.ts';
import { closeItem } from './batchOpening.ts';
import { asLeft, type BatchPicksDependencies, type CountedPicks, keepFound } from './batchPicks.ts';
import { batchParameters, keptParameters } from './batchReading.ts';
import type { BatchSearch } from './batchSearch.ts';
import { usualBoxAngstrom } from './boxSize.ts';
import { candidatesOf } from './exportedPicks.ts';
import { withNames } from './exportFiles.ts';
import { filterProblem, wishedFilter } from './filtering.ts';
import { type Gain, gainNote } from './gain.ts';
import { itemPath, type Library } from './library.ts';
import type { Models } from './models.ts';
import { isMovie, readingOf } from './reading.ts';

export interface BatchItemDependencies extends BatchPicksDependencies {
  readonly compute: ComputeClient;
  readonly library: Library;
  readonly gain: Gain;
  readonly models: Models;
  readonly search: BatchSearch;
  readonly ahead: Ahead;
}

/** A micrograph that is being worked on. */
interface Work {
  readonly plan: BatchPlan;
  readonly item: BatchItem;
  readonly file: File;
  readonly opened: OpenedMicrograph;
  readonly parameters: MicrographParameters;
  /** Of the user, when it was begun with. */
  readonly began: MicrographParameters | undefined;
  readonly session: MicrographSession | undefined;
  readonly folder: BatchFolder | undefined;
  readonly options: JobOptions;
}

/**
 * Does all steps of the plan. What it finds is kept, and what it writes is written, when it returns: a batch that is killed
 * afterwards need not do it again.
 * @param next the micrograph that will be done after it, which is read meanwhile.
 * @throws what any step throws, in a sentence about this micrograph; 'no-space' and 'forbidden' of the folder concern all.
 */
export async function processItem(
  dependencies: BatchItemDependencies,
  plan: BatchPlan,
  item: BatchItem,
  folder: BatchFolder | undefined,
  options: JobOptions,
  next: () => BatchItem | undefined = () => undefined,
): Promise<BatchResult> {
  const { ahead, gain, document, parameters: shown } = dependencies;
  const screen = { fingerprint: document.opened()?.fingerprint, parameters: shown.snapshot() };
  const { file, session, said, opened } = await ahead.take(plan, item, options);
  try {
    const after = next();
    if (after && hasRoomAhead(opened)) ahead.begin(plan, after);
    const reading = readingOf(opened, said);
    const note = opened.exposed?.exposure.gain ? gainNote(gain.chosen()) : reading.gain;
    const isOnScreen = screen.fingerprint === opened.fingerprint;
    const began = isOnScreen ? screen.parameters : session?.parameters;
    const parameters = { ...batchParameters(plan, opened, session, reading, began), gain: note };
    return await work(dependencies, {
      ...{ plan, item, file, opened, parameters, began, session, folder, options },
    });
  } finally {
    closeItem(dependencies, opened);
  }
}

async function work(dependencies: BatchItemDependencies, one: Work): Promise<BatchResult> {
  const { plan, item, opened, parameters, session } = one;
  const { steps } = plan;
  const files: string[] = [];
  const write = async (kind: string, ending: string, content: Blob): Promise<string> => {
    const path = `${kind}/${itemPath({ folder: item.folder, name: fileStem(item.name) })}${ending}`;
    await one.folder?.write(path, content);
    files.push(path);
    return path;
  };
  const isSummed = isMovie(opened);
  const sum =
    isSummed && (steps.sum || steps.extract)
      ? await dependencies.compute.exportSum(opened.id, 'all', one.options)
      : undefined;
  if (sum && steps.sum) await write('sums', '_sum.mrc', sum);
  const defocusAngstrom = steps.denoise ? await denoise(dependencies, one, write) : undefined;
  const found = steps.pick ? await pick(dependencies, one) : undefined;
  const threshold = found ? found.threshold : session?.parameters.threshold;
  const distinct = found ? found.distinct : await keptPicks(session, opened);
  const quality = found ? await judge(dependencies, one, found) : undefined;
  const cut =
    steps.extract && threshold !== undefined
      ? await extract(
          dependencies,
          one,
          sum,
          distinct.filter((pick) => isShown(pick, threshold) && !dependencies.picks.classes.isHidden(pick)),
          write,
        )
      : undefined;
  const left = (found || session) && (await asLeft(dependencies, opened));
  const known = left?.distinct ?? distinct;
  // Hidden classes are not counted, as they go into no file.
  const counted = known.filter((pick) => !dependencies.picks.classes.isHidden(pick));
  return {
    fingerprint: opened.fingerprint,
    width: opened.width,
    height: opened.height,
    pixelSizeAngstrom: parameters.pixelSizeAngstrom,
    diameterAngstrom: parameters.diameterAngstrom,
    ladder: found || known.length > 0 ? scoreLadder(counted) : undefined,
    threshold: left?.threshold ?? threshold,
    suggestedThreshold: found?.suggestedThreshold,
    quality,
    defocusAngstrom,
    files,
    stack: cut?.stack,
    stackLabel: cut?.label,
  };
}

type Write = (kind: string, ending: string, content: Blob) => Promise<string>;

/** @returns the underfocus that was found on the way, Å. */
async function denoise(
  { compute, models }: BatchItemDependencies,
  { opened, parameters, options }: Work,
  write: Write,
): Promise<number | undefined> {
  const wish = wishedFilter(parameters);
  if (!wish) {
    throw new CryoliteError(
      'unsuitable',
      `${opened.name} can't be denoised. ${filterProblem(parameters) ?? ''}`,
    );
  }
  if (parameters.filterMethod === 'network' && parameters.denoiser)
    await models.ready(parameters.denoiser, options);
  const { kind, findings } = await compute.filter(opened.id, wish, options);
  await write('denoised', '_denoised.mrc', await compute.exportFiltered(opened.id, kind, options));
  return findings.defocusAngstrom;
}

interface FoundPicks extends CountedPicks {
  readonly suggestedThreshold: number;
  /** Of the picture, where a network has told. */
  readonly contaminatedPart: number | undefined;
}

async function pick(dependencies: BatchItemDependencies, one: Work): Promise<FoundPicks> {
  const { plan, opened, parameters, began } = one;
  const result = await dependencies.search(one, one.options);
  const threshold = plan.threshold ?? result.suggestedThreshold;
  const maskedBy = parameters.pickModel?.name ?? 'Cryolite’s network';
  const kept = { ...keptParameters(parameters, began), threshold };
  const found = { opened, parameters: kept, result, maskedBy, began };
  const distinct = await keepFound(dependencies, found);
  const { suggestedThreshold, contamination } = result;
  const contaminatedPart =
    contamination && coveredPart(bitmapOf(contamination, opened, defaultMaskSettings.threshold));
  return { distinct, threshold, suggestedThreshold, contaminatedPart };
}

/** What is known from before, where this batch does not pick. */
async function keptPicks(
  session: MicrographSession | undefined,
  opened: OpenedMicrograph,
): Promise<readonly Pick[]> {
  return session ? candidatesOf(session, opened) : [];
}

/** A micrograph that can't be judged is no failure. */
async function judge(
  { compute }: BatchItemDependencies,
  { opened, parameters, options }: Work,
  { distinct, threshold, contaminatedPart }: FoundPicks,
): Promise<BatchQuality | undefined> {
  const { pixelSizeAngstrom, diameterAngstrom } = parameters;
  const picks = distinct.filter((one) => isShown(one, threshold)).length;
  const request = { pixelSizeAngstrom, diameterAngstrom, contaminatedPart, picks };
  try {
    return await compute.quality(opened.id, request, options);
  } catch {
    options.signal?.throwIfAborted();
    return undefined;
  }
}

async function extract(
  { compute, picks: { classes } }: BatchItemDependencies,
  { plan, item, file, parameters, session, options }: Work,
  sum: Blob | undefined,
  picks: readonly Pick[],
  write: Write,
): Promise<{ readonly stack: ExtractedStack; readonly label: string } | undefined> {
  const { pixelSizeAngstrom, diameterAngstrom, byteSign, framesPerFraction } = parameters;
  if (picks.length === 0 || pixelSizeAngstrom === undefined) return undefined;
  const { boxAngstrom, binTo, inverts, normalises } = plan.boxes;
  classes.learn(session?.classes, []);
  const source = sum ? new File([sum], `${fileStem(file.name)}_sum.mrc`) : file;
  const made = await compute.extractParticles(
    source,
    {
      read: sum ? {} : { byteSign, framesPerFraction },
      picks: withNames(picks, classes),
      pixelSizeAngstrom,
      boxAngstrom: boxAngstrom ?? usualBoxAngstrom(diameterAngstrom, pixelSizeAngstrom),
      binTo,
      invert: inverts,
      normalise: normalises,
    },
    options,
  );
  const path = await write('particles', '.mrcs', made.stack);
  const { particles, binnedPixelSizeAngstrom, binnedPx, label } = made;
  const stack = {
    ...{ micrograph: itemPath(item), stack: path },
    ...{ pixelSizeAngstrom, binnedPixelSizeAngstrom, boxPx: binnedPx, particles },
  };
  return { stack, label };
}
