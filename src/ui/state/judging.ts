import { type Accessor, createMemo } from 'solid-js';
import { messageOf } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import { drawMask, restoreMask } from '../../dataset/contaminationMask.ts';
import { coveredPart } from '../../dataset/maskBitmap.ts';
import { isShown } from '../../dataset/picks.ts';
import type { MicrographSession } from '../../dataset/session.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { OpenedMicrograph, QualityRequest } from '../../rpc/contract.ts';
import { createAhead, hasRoomAhead } from './batchAhead.ts';
import { closeItem, type OpeningDependencies } from './batchOpening.ts';
import { batchPixelSize, patternOf, type ReadingPattern } from './batchReading.ts';
import type { Document } from './document.ts';
import { candidatesOf } from './exportedPicks.ts';
import type { Library, LibraryItem } from './library.ts';
import { foundItems, isLost, leftOutWords, noteLost } from './lost.ts';
import type { Notices } from './notices.ts';
import type { Parameters } from './parameters.ts';
import { failureWords } from './pickedMicrographs.ts';
import type { Tasks } from './tasks.ts';

/** The quality of all micrographs of the list, whether anybody has looked at them or not. */
export interface Judging {
  /** How many of those that count nobody has judged. */
  readonly left: Accessor<number>;
  /**
   * Judges them one after the other. What is judged is known at once and kept in the session, so that a second time, or after a
   * closed tab, only the others are.
   */
  judgeAll(): Promise<void>;
}

export interface JudgingDependencies extends OpeningDependencies {
  readonly compute: Pick<ComputeClient, 'open' | 'close' | 'quality'>;
  readonly library: Library;
  readonly document: Pick<Document, 'opened'>;
  readonly parameters: Parameters;
  readonly tasks: Tasks;
  readonly notices: Notices;
}

export function createJudging(dependencies: JudgingDependencies): Judging {
  const { compute, library, document, parameters, tasks, notices } = dependencies;
  const ahead = createAhead(dependencies);
  const unjudged = (): readonly LibraryItem[] =>
    foundItems(library).there.filter(({ quality }) => quality === undefined);
  const lost = (): number => foundItems(library).lost.filter(({ quality }) => quality === undefined).length;

  const judge = async (
    item: LibraryItem,
    after: LibraryItem | undefined,
    pattern: ReadingPattern,
    { signal, onProgress }: JobOptions,
  ): Promise<void> => {
    const { opened, session } = await ahead.take(pattern, item, { signal, onProgress });
    try {
      if (after && hasRoomAhead(opened)) ahead.begin(pattern, after);
      const quality = await compute.quality(opened.id, requestFor(opened, session, pattern), { signal });
      const { fingerprint, width, height } = opened;
      // It may have been judged on the screen meanwhile, with more knowledge.
      if (library.peek(item.key)?.quality !== undefined) return;
      library.update(item.key, { quality, fingerprint, size: { width, height } });
    } finally {
      closeItem(dependencies, opened);
    }
  };
  const isWanted = (item: LibraryItem | undefined): item is LibraryItem =>
    item !== undefined && item.quality === undefined && item.acceptance !== 'rejected' && !isLost(item);
  const walk = async ({ signal, onProgress }: JobOptions, failures: string[]): Promise<number> => {
    const wanted = unjudged();
    let done = 0;
    for (const [i, { key }] of wanted.entries()) {
      signal?.throwIfAborted();
      const item = library.peek(key);
      if (!isWanted(item)) continue;
      const after = wanted
        .slice(i + 1, i + 2)
        .map((one) => library.peek(one.key))
        .find(isWanted);
      const report = (share: number, stage: string): void =>
        onProgress?.({ stage: `${item.name}: ${stage}`, done: i + share, total: wanted.length });
      report(0, 'Opening');
      try {
        // As the screen is now: the user may have set the pixel size meanwhile.
        const pattern = patternOf(parameters.snapshot(), document.opened());
        await judge(item, after, pattern, {
          signal,
          onProgress: ({ stage, done: part, total }) => report(0.9 * (part / Math.max(1, total)), stage),
        });
        done++;
      } catch (error) {
        signal?.throwIfAborted();
        // One that can't be read does not keep the others from being judged; those that have gone are counted apart.
        noteLost(library, key, messageOf(error), document.opened()?.fingerprint);
        if (isLost(library.peek(key) ?? item)) continue;
        failures.push(failureWords(item.name, error, 'judged'));
      }
    }
    return done;
  };

  return {
    left: createMemo(() => {
      library.version();
      return unjudged().length;
    }),
    judgeAll: async () => {
      const before = unjudged().length;
      if (before === 0 || tasks.isRunning('judge')) return;
      const failures: string[] = [];
      const done = await tasks.run('judge', 'Judging the micrographs', (options) =>
        walk(options, failures).finally(ahead.drop),
      );
      const [first, ...more] = failures;
      if (first !== undefined)
        notices.error(more.length > 0 ? `${first} (and ${more.length} more can’t be judged)` : first);
      const without = lost() > 0 ? ` ${leftOutWords(lost())}` : '';
      if (done === undefined) {
        const left = unjudged().length;
        notices.info(
          `Judging was stopped: ${left} of ${before} are left, and it goes on with them.${without}`,
        );
      } else if (done > 0) {
        notices.info(
          `${done} micrograph${done === 1 ? ' was' : 's were'} judged: sort by quality or ice to see them.${without}`,
        );
      } else if (without) notices.info(without.trim());
    },
  };
}

/** With what is known of it from before: picks of a method, and a mask that says where it is contaminated. */
function requestFor(
  opened: OpenedMicrograph,
  session: MicrographSession | undefined,
  pattern: ReadingPattern,
): QualityRequest {
  const { diameterAngstrom } = session?.parameters ?? pattern.parameters;
  const pixelSizeAngstrom = batchPixelSize(pattern, opened, session);
  const mask = restoreMask(session?.mask);
  // Some paint alone does not say that the rest is clean.
  const contaminatedPart = mask?.state.base
    ? coveredPart(drawMask(mask.state, opened, mask.settings.threshold))
    : undefined;
  // Picks count once a method has looked for them.
  const picks = session?.provenance
    ? candidatesOf(session, opened).filter((pick) => isShown(pick, session.parameters.threshold)).length
    : undefined;
  return { pixelSizeAngstrom, diameterAngstrom, contaminatedPart, picks };
}
