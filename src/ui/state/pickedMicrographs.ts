import { messageOf } from '../../core/errors.ts';
import { fingerprint } from '../../dataset/fingerprint.ts';
import { openMicrograph } from '../../dataset/open.ts';
import { isShown, type Pick } from '../../dataset/picks.ts';
import type { MicrographParameters, MicrographSession } from '../../dataset/session.ts';
import { browserFileSource } from '../../platform/browser/fileSource.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import { type Document, readable } from './document.ts';
import { candidatesOf } from './exportedPicks.ts';
import { countedItems, type Library } from './library.ts';
import type { Parameters } from './parameters.ts';
import { notesOfSession, type PicksState } from './picks.ts';

/** A micrograph of the list with the picks that would be exported. */
export interface PickedMicrograph {
  /** Of its file, as it is called now. */
  readonly name: string;
  readonly file: File;
  readonly parameters: MicrographParameters;
  readonly picks: readonly Pick[];
}

/** The list, and what is kept of its micrographs. */
export interface ListDependencies {
  readonly document: Document;
  readonly library: Library;
  readonly picks: PicksState;
  readonly store: Promise<SessionStore>;
}

export interface PickedDependencies extends ListDependencies {
  readonly parameters: Parameters;
}

/** The one on the screen; undefined where nothing is picked on it. */
export async function pickedOnScreen({
  document,
  library,
  parameters,
  picks,
}: PickedDependencies): Promise<PickedMicrograph | undefined> {
  const key = document.key();
  const opened = document.opened();
  const local = key === undefined ? undefined : library.file(key);
  // Taken together, before anything is waited for: another one may be on the screen then.
  const [shown, values] = [picks.shown(), parameters.snapshot()];
  if (!opened || !local || shown.length === 0) return undefined;
  const file = await readable(local.getFile(), opened.name);
  return { name: opened.name, file, parameters: values, picks: shown };
}

/** A micrograph of the list that is not on the screen, as it was left. */
export interface LeftMicrograph {
  readonly key: string;
  readonly name: string;
  readonly file: File;
  readonly session: MicrographSession;
  /** Below the threshold, too, but neither doubles nor what the mask keeps out. */
  readonly candidates: readonly Pick[];
}

/** What is heard of a walk through the list. */
export interface ListWalk {
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** A micrograph that can't be read: the others go on without it. */
  readonly onFailure: (sentence: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** The item that is left out as it is on the screen; the one that is when the walk begins without it. */
  readonly shown?: string | undefined;
  /** Of files that were looked at, by their keys: reading them again would be felt in long lists. */
  readonly fingerprints?: Map<string, string> | undefined;
}

/** Those of the list that count and were worked on, but the one on the screen, one after the other; of stacks the first image. */
export async function* leftMicrographs(
  dependencies: ListDependencies,
  { onProgress, onFailure, signal, fingerprints = new Map(), shown = dependencies.document.key() }: ListWalk,
): AsyncGenerator<LeftMicrograph> {
  const { library } = dependencies;
  const counted = countedItems(library);
  for (const [i, { key, name }] of counted.entries()) {
    signal?.throwIfAborted();
    onProgress?.(i, counted.length);
    // The user may go on to others meanwhile: none is left out, and none comes twice, because of that.
    if (key === shown) continue;
    let left: LeftMicrograph | undefined;
    try {
      left = await leftMicrograph(dependencies, key, name, fingerprints);
    } catch (error) {
      onFailure(failureWords(name, error));
    }
    if (left) yield left;
  }
}

/** Our own errors name the file; the browser's do not. */
export function failureWords(name: string, error: unknown, done = 'used'): string {
  const sentence = messageOf(error);
  return sentence.includes(name) ? sentence : `${name} can’t be ${done}: ${sentence}`;
}

/** @throws where the file has gone or can't be read. */
async function leftMicrograph(
  { library, store, picks }: ListDependencies,
  key: string,
  name: string,
  fingerprints: Map<string, string>,
): Promise<LeftMicrograph | undefined> {
  const local = library.file(key);
  if (!local) return undefined;
  const file = await readable(local.getFile(), name);
  const of = fingerprints.get(key) ?? (await fingerprint(browserFileSource(file), 0));
  fingerprints.set(key, of);
  const saved = await (await store).load(of);
  if (!saved) return undefined;
  const session = {
    ...saved,
    picks: picks.picksOf(saved.fingerprint, saved.picks, notesOfSession(saved)),
    ...picks.notesOf(saved.fingerprint),
  };
  // Only the header is read, and only where a mask is to be laid on picks.
  const size =
    session.picks.length > 0 && session.mask
      ? await openMicrograph(browserFileSource(file), session.parameters)
      : undefined;
  const candidates = candidatesOf(session, size).filter((pick) => !picks.classes.isHidden(pick));
  return { key, name, file, session, candidates };
}

/** All of the list but the rejected: the one on the screen as it is, the others as they were left. */
export async function pickedOfList(
  dependencies: PickedDependencies,
  walk: ListWalk,
): Promise<readonly PickedMicrograph[]> {
  const all: PickedMicrograph[] = [];
  const { document, library } = dependencies;
  const walked = { ...walk, shown: document.key() };
  try {
    const isRejected = library.find(document.key())?.acceptance === 'rejected';
    const shown = isRejected ? undefined : await pickedOnScreen(dependencies);
    if (shown) all.push(shown);
  } catch (error) {
    walk.onFailure(failureWords(library.find(walked.shown)?.name ?? 'The micrograph', error));
  }
  for await (const { key, name, file, session, candidates } of leftMicrographs(dependencies, walked)) {
    const { parameters } = session;
    const present = dependencies.library.file(key)?.lies?.name ?? name;
    const picks = candidates.filter((pick) => isShown(pick, parameters.threshold));
    if (picks.length > 0) all.push({ name: present, file, parameters, picks });
  }
  return all;
}
