/** What a batch finds becomes the micrograph's session, whether it is on the screen, was in this tab, or in neither. */
import { CryoliteError } from '../../core/errors.ts';
import {
  defaultMaskSettings,
  restoreMask,
  type SavedMask,
  saveMask,
  setBase,
  startMask,
} from '../../dataset/contaminationMask.ts';
import * as edit from '../../dataset/pickHistory.ts';
import type { Pick } from '../../dataset/picks.ts';
import type { MicrographParameters, MicrographSession } from '../../dataset/session.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import type { OpenedMicrograph, PickResult } from '../../rpc/contract.ts';
import type { Autosave } from './autosave.ts';
import type { Document } from './document.ts';
import { candidatesOf } from './exportedPicks.ts';
import type { Mask } from './mask.ts';
import type { Parameters as ShownParameters } from './parameters.ts';
import { notesOfSession, type PicksState } from './picks.ts';

export interface BatchPicksDependencies {
  readonly document: Document;
  readonly parameters: ShownParameters;
  readonly picks: PicksState;
  readonly mask: Mask;
  readonly autosave: globalThis.Pick<Autosave, 'flush'>;
  readonly store: Promise<SessionStore>;
  /** Whether it is written, and not only in this tab's memory. */
  readonly isKept: (fingerprint: string) => Promise<boolean>;
}

/** What was found on one micrograph, and with what. */
export interface Found {
  readonly opened: OpenedMicrograph;
  readonly parameters: MicrographParameters;
  readonly result: PickResult;
  /** Whose network has told of contamination. */
  readonly maskedBy: string;
  /** What the micrograph's parameters were when it was begun with; undefined where nobody had set any. */
  readonly began: MicrographParameters | undefined;
}

/**
 * Keeps what was found, beside the picks by hand that there are. It is in the browser's storage when this returns.
 * @returns the micrograph's picks that count: neither doubles nor what its mask keeps out.
 * @throws CryoliteError 'not-kept' where the storage is full or the session is another tab's.
 */
export async function keepFound(
  dependencies: BatchPicksDependencies,
  found: Found,
): Promise<readonly Pick[]> {
  const { fingerprint, name } = found.opened;
  // As it is now: while the method ran the user may have worked on it.
  const before = await (await dependencies.store).load(fingerprint);
  const distinct = await keep(dependencies, found, before);
  if (await dependencies.isKept(fingerprint)) return distinct;
  throw new CryoliteError(
    'not-kept',
    `What was found on ${name} could not be kept: the browser’s storage is full, or another tab has the session. Make room, then resume the batch.`,
  );
}

/** What counts of a micrograph. */
export interface CountedPicks {
  /** Neither doubles nor what its mask keeps out, below the threshold, too. */
  readonly distinct: readonly Pick[];
  readonly threshold: number;
}

/** As the user has left it: while boxes were cut out somebody may have worked on it. Undefined where nothing is known of it. */
export async function asLeft(
  {
    document,
    parameters,
    picks,
    store,
  }: globalThis.Pick<BatchPicksDependencies, 'document' | 'parameters' | 'picks' | 'store'>,
  opened: OpenedMicrograph,
): Promise<CountedPicks | undefined> {
  const { fingerprint } = opened;
  const saved = await (await store).load(fingerprint);
  if (document.opened()?.fingerprint === fingerprint) {
    return { distinct: picks.distinct(), threshold: parameters.snapshot().threshold };
  }
  return saved && { distinct: candidatesOf(saved, opened), threshold: saved.parameters.threshold };
}

async function keep(
  { document, parameters: shown, picks, mask, autosave, store }: BatchPicksDependencies,
  { opened, parameters, result, maskedBy, began }: Found,
  before: MicrographSession | undefined,
): Promise<readonly Pick[]> {
  const { fingerprint, name } = opened;
  const { contamination, provenance } = result;
  const { threshold } = parameters;
  const isInTab = picks.isKnown(fingerprint);
  const hasMask = mask.savedOf(fingerprint) !== undefined || (isInTab && !before?.mask);
  if (contamination && hasMask) mask.setFromNetwork(fingerprint, contamination, maskedBy);
  const saved = hasMask
    ? mask.savedOf(fingerprint)
    : contamination
      ? withBase(before?.mask, { grid: contamination, from: 'network', name: maskedBy })
      : before?.mask;
  if (document.opened()?.fingerprint === fingerprint) {
    const kept = keepChanged(parameters, began, shown.snapshot());
    const { diameterAngstrom, hasOwnDiameter, pixelSizeAngstrom, brightParticles } = kept;
    shown.set({ diameterAngstrom, hasOwnDiameter, pixelSizeAngstrom, brightParticles });
    picks.replaceCandidates(result.picks, threshold);
    document.setProvenance(provenance);
    await autosave.flush();
    return picks.distinct();
  }
  const kept = notesOfSession(before ?? {});
  const change = { before: before?.parameters.threshold ?? threshold, after: threshold };
  const all = isInTab
    ? picks.replaceCandidatesOf(fingerprint, result.picks, change)
    : edit.replaceCandidates(
        edit.startHistory(before?.picks, kept.star, kept.rejected, kept.filaments),
        result.picks,
      ).picks;
  const notes = isInTab ? picks.notesOf(fingerprint) : kept;
  const session: MicrographSession = {
    ...{ fingerprint, name, picks: all, ...notes, mask: saved, provenance },
    parameters: keepChanged(parameters, began, before?.parameters),
    updatedAt: Date.now(),
  };
  await (await store).save(session);
  return candidatesOf(session, opened);
}

/** A mask with another base; its strokes stay. */
function withBase(saved: SavedMask | undefined, base: Parameters<typeof setBase>[1]): SavedMask | undefined {
  const restored = restoreMask(saved);
  const history = setBase(startMask(restored?.state), base);
  return saveMask(history, restored?.settings ?? defaultMaskSettings);
}

/**
 * The parameters that a micrograph was worked on with, but for what the user has changed on it meanwhile. The threshold goes with
 * the scores that were found: the one before is of others.
 */
export function keepChanged(
  found: MicrographParameters,
  began: MicrographParameters | undefined,
  now: MicrographParameters | undefined,
): MicrographParameters {
  if (!began || !now) return found;
  const values = (of: MicrographParameters): Map<string, unknown> => new Map(Object.entries(of));
  const [before, after] = [values(began), values(now)];
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => name !== 'threshold' && JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)),
  );
  return { ...found, ...Object.fromEntries(changed.map((name) => [name, after.get(name)])) };
}
