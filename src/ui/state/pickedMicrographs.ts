import { fingerprint } from '../../dataset/fingerprint.ts';
import { isShown, type Pick } from '../../dataset/picks.ts';
import type { MicrographParameters } from '../../dataset/session.ts';
import { browserFileSource } from '../../platform/browser/fileSource.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import type { Document } from './document.ts';
import type { Library } from './library.ts';
import type { Parameters } from './parameters.ts';
import type { PicksState } from './picks.ts';

/** A micrograph of the list with the picks that would be exported. */
export interface PickedMicrograph {
  readonly name: string;
  readonly file: File;
  readonly parameters: MicrographParameters;
  readonly picks: readonly Pick[];
}

export interface PickedDependencies {
  readonly document: Document;
  readonly library: Library;
  readonly parameters: Parameters;
  readonly picks: PicksState;
  readonly store: Promise<SessionStore>;
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
  const shown = picks.shown();
  if (!opened || !local || shown.length === 0) return undefined;
  const file = await local.getFile();
  return { name: opened.name, file, parameters: parameters.snapshot(), picks: shown };
}

/** All of the list, one after the other: the one on the screen as it is, the others as they were left. */
export async function* pickedOfList(
  dependencies: PickedDependencies,
  onProgress: (done: number, total: number) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<PickedMicrograph> {
  const { document, library, store } = dependencies;
  const sessions = await store;
  for (const [i, { key, name }] of library.items.entries()) {
    signal?.throwIfAborted();
    onProgress(i, library.items.length);
    if (key === document.key()) {
      const shown = await pickedOnScreen(dependencies);
      if (shown) yield shown;
      continue;
    }
    const file = await library.file(key)?.getFile();
    const session = file && (await sessions.load(await fingerprint(browserFileSource(file), 0)));
    if (!session) continue;
    const { parameters } = session;
    const picks = session.picks.filter((pick) => isShown(pick, parameters.threshold));
    if (picks.length > 0) yield { name, file, parameters, picks };
  }
}
