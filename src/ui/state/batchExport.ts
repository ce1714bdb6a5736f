import { type Accessor, createSignal } from 'solid-js';
import type { JobOptions } from '../../core/progress.ts';
import type { BatchItem } from '../../dataset/batch/queue.ts';
import {
  exportAll,
  type LaidOutMicrograph,
  type Layout,
  takesFilaments,
} from '../../dataset/coordinates/exportAll.ts';
import { isShown } from '../../dataset/picks.ts';
import { type ExtractedStack, writeExtractedParticles } from '../../formats/star/extracted.ts';
import { chooseSaveFolder, type SaveFolder } from '../../platform/browser/saveFolder.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import { planWords } from './batchMethods.ts';
import type { BatchQueue } from './batchQueue.ts';
import type { BatchResults } from './batchResults.ts';
import { ownDiameterWords } from './batchWords.ts';
import type { Document } from './document.ts';
import { candidatesOf } from './exportedPicks.ts';
import { countedOf, filamentEnds, withFigures } from './exportFiles.ts';
import { itemPath } from './library.ts';
import type { Notices } from './notices.ts';
import { failureWords } from './pickedMicrographs.ts';
import { notesOfSession, type PicksState } from './picks.ts';
import type { FilePlace } from './presentPlaces.ts';
import type { Tasks } from './tasks.ts';

/** What was written, and what to do with it. */
export interface WrittenBatch {
  readonly news: string;
  readonly instruction: string;
}

/** All that a batch has found, into one folder, as another program wants it. */
export interface BatchExport {
  readonly layout: Accessor<Layout>;
  setLayout(layout: Layout): void;
  readonly written: Accessor<WrittenBatch | undefined>;
  dismissWritten(): void;
  run(): Promise<void>;
}

export interface BatchExportDependencies {
  readonly queue: BatchQueue;
  readonly results: BatchResults;
  readonly document: Document;
  readonly picks: PicksState;
  /** How the files of the list are called now, which may be otherwise than when the batch began. */
  readonly places: () => (item: BatchItem) => FilePlace;
  /** Whether the user has rejected its micrograph. */
  readonly isRejected: (item: BatchItem) => boolean;
  readonly store: Promise<SessionStore>;
  readonly tasks: Tasks;
  readonly notices: Notices;
}

const particlesFile = 'particles.star';

export function createBatchExport(dependencies: BatchExportDependencies): BatchExport {
  const { queue, results, document, picks, places, isRejected, store, tasks, notices } = dependencies;
  const [layout, setLayout] = createSignal<Layout>('relion');
  const [written, setWritten] = createSignal<WrittenBatch>();

  /** Those that were rejected since the batch began are left out, as everywhere. */
  const counted = (): BatchItem[] => queue.items.filter((item) => !isRejected(item));
  /** As the table counts them: above the threshold that counts now, as they were left by hand. */
  const laidOut = async (
    item: BatchItem,
    { name, folder }: FilePlace,
  ): Promise<LaidOutMicrograph | undefined> => {
    const { result } = item;
    if (!result) return undefined;
    // Where nobody has picked there may be filaments.
    const threshold = results.thresholdOf(item) ?? 0;
    const { fingerprint, width, height, pixelSizeAngstrom } = result;
    const isOnScreen = document.opened()?.fingerprint === fingerprint;
    const saved = isOnScreen ? undefined : await (await store).load(fingerprint);
    const session =
      saved && picks.isKnown(fingerprint)
        ? {
            ...saved,
            picks: picks.picksOf(fingerprint, saved.picks, notesOfSession(saved)),
            ...picks.notesOf(fingerprint),
          }
        : saved;
    picks.classes.learn(saved?.classes, []);
    const left = session ? candidatesOf(session, result) : [];
    const all = isOnScreen ? picks.distinct() : left.filter((pick) => !picks.classes.isHidden(pick));
    const above = all.filter((pick) => isShown(pick, threshold));
    const coordinates = withFigures(above, all, picks.classes);
    const drawn = isOnScreen ? picks.shownFilaments() : (session?.filaments ?? []);
    const filaments = filamentEnds(
      drawn.filter((filament) => !picks.classes.isHidden(filament)),
      picks.classes,
    );
    if (!result.ladder && filaments.length === 0) return undefined;
    const { diameterAngstrom } = result;
    return { name, folder, width, height, pixelSizeAngstrom, diameterAngstrom, coordinates, filaments };
  };
  const collect = async (
    { signal, onProgress }: JobOptions,
    onFailure: (sentence: string) => void,
  ): Promise<LaidOutMicrograph[]> => {
    const found: LaidOutMicrograph[] = [];
    const done = counted().filter(({ result }) => result !== undefined);
    const placeOf = places();
    for (const [i, item] of done.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ stage: `Collecting the picks of ${item.name}`, done: i, total: done.length });
      try {
        const one = await laidOut(item, placeOf(item));
        if (one) found.push(one);
      } catch (error) {
        onFailure(failureWords(item.name, error, 'exported'));
      }
    }
    return found;
  };
  /** Of the browser's own storage: what lies in a folder of the user's is there already. */
  const copyFiles = async (folder: SaveFolder, { signal, onProgress }: JobOptions): Promise<number> => {
    const from = queue.folder();
    if (!from?.isPrivate) return 0;
    const files = counted().flatMap(({ result }) => result?.files ?? []);
    for (const [i, path] of files.entries()) {
      signal?.throwIfAborted();
      onProgress?.({ stage: `Writing ${path}`, done: i, total: files.length });
      await folder.write(path, await from.read(path));
    }
    return files.length;
  };
  const writeStacks = async (folder: SaveFolder): Promise<number> => {
    const placeOf = places();
    const made = counted().filter(({ result }) => result?.stack);
    const stacks = made.flatMap((item): ExtractedStack[] =>
      item.result?.stack ? [{ ...item.result.stack, micrograph: itemPath(placeOf(item)) }] : [],
    );
    if (stacks.length === 0) return 0;
    const label = made[0]?.result?.stackLabel;
    const star = writeExtractedParticles(stacks, undefined, label === undefined ? [] : [label]);
    const from = queue.folder();
    // Its paths count from where the stacks are.
    if (from && !from.isPrivate) await from.write(particlesFile, new Blob([star]));
    else await folder.write(`extracted_${particlesFile}`, new Blob([star]));
    return stacks.length;
  };
  const write = async (
    folder: SaveFolder,
    forProgram: Layout,
    options: JobOptions,
  ): Promise<WrittenBatch | undefined> => {
    const failures: string[] = [];
    try {
      const micrographs = await collect(options, (sentence) => void failures.push(sentence));
      const count = micrographs.reduce((sum, { coordinates }) => sum + coordinates.length, 0);
      const drawn = micrographs.reduce((sum, { filaments = [] }) => sum + filaments.length, 0);
      const written = takesFilaments(forProgram) ? drawn : 0;
      if (count + written === 0) {
        notices.info(
          drawn > 0
            ? 'There are only filaments to export, and cryoSPARC takes none: export them for RELION, EMAN2 or as a table.'
            : 'There are no picks to export: lower the threshold, or run the step Pick.',
        );
        await folder.discard();
        return undefined;
      }
      const { files, instruction } = exportAll(forProgram, micrographs, {
        comments: commentsOf(queue, results),
      });
      await folder.checkFree(files.map(({ name }) => name));
      for (const [i, { name, bytes }] of files.entries()) {
        options.signal?.throwIfAborted();
        options.onProgress?.({ stage: `Writing ${name}`, done: i, total: files.length });
        await folder.write(name, new Blob([bytes]));
      }
      const copied = await copyFiles(folder, options);
      const stacks = await writeStacks(folder);
      await folder.close();
      const [first, ...more] = failures;
      if (first) notices.error(more.length > 0 ? `${first} (and ${more.length} more)` : first);
      const also = copied > 0 ? `, with ${copied} pictures and stacks` : '';
      const rejected = queue.items.length - counted().length;
      const without =
        rejected > 0 ? ` ${rejected} rejected ${rejected === 1 ? 'one was' : 'ones were'} left out.` : '';
      const boxes = stacks > 0 ? ` ${particlesFile} lists the extracted particles of ${stacks} stacks.` : '';
      return {
        news: `${countedOf(count, written)} of ${micrographs.length} micrograph${micrographs.length === 1 ? '' : 's'} ${count + written === 1 ? 'was' : 'were'} written to ${folder.name}${also}.${without}${boxes}`,
        instruction: folder.isArchive ? `Unpack ${folder.name}. ${instruction}` : instruction,
      };
    } catch (error) {
      await folder.discard();
      throw error;
    }
  };

  return {
    layout,
    setLayout,
    written,
    dismissWritten: () => setWritten(undefined),
    run: async () => {
      const forProgram = layout();
      try {
        const folder = await chooseSaveFolder(`cryolite_${forProgram}.zip`);
        if (!folder) return;
        const done = await tasks.run('export', 'Writing the picks of all micrographs', (options) =>
          write(folder, forProgram, options),
        );
        if (done) setWritten(done);
      } catch (error) {
        notices.failure(error);
      }
    },
  };
}

function commentsOf(
  { batch }: Pick<BatchQueue, 'batch'>,
  { ownDiameters }: Pick<BatchResults, 'ownDiameters'>,
): string[] {
  const plan = batch()?.plan;
  if (!plan) return [];
  const { diameterAngstrom } = plan.parameters;
  const how = `a batch by ${planWords(plan)}, diameter ${diameterAngstrom} A`;
  return [`Cryolite ${__CRYOLITE_VERSION__}, ${how}${ownDiameterWords(ownDiameters())}`];
}
