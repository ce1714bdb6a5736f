/** A micrograph of the list, opened without being shown. */
import { CryoliteError } from '../../core/errors.ts';
import type { JobOptions } from '../../core/progress.ts';
import type { BatchItem } from '../../dataset/batch/queue.ts';
import { fingerprint } from '../../dataset/fingerprint.ts';
import type { MicrographSession, ReadingParameters } from '../../dataset/session.ts';
import { browserFileSource } from '../../platform/browser/fileSource.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';
import type { ComputeClient } from '../../rpc/client.ts';
import type { OpenedMicrograph, OpenRequest } from '../../rpc/contract.ts';
import { batchReading, type ReadingPattern } from './batchReading.ts';
import { type Gain, gainUse } from './gain.ts';
import type { Library } from './library.ts';
import { openRequest } from './reading.ts';

export interface OpeningDependencies {
  readonly compute: Pick<ComputeClient, 'open' | 'close'>;
  readonly library: Pick<Library, 'file'>;
  readonly gain: Gain;
  readonly store: Promise<Pick<SessionStore, 'load'>>;
}

/** A file before it is opened, with all that is known of it. */
export interface FoundItem {
  readonly file: File;
  /** As it was kept when the file was found; undefined where nobody has worked on it. */
  readonly session: MicrographSession | undefined;
  /** What the user says of how it is read. */
  readonly said: ReadingParameters;
  readonly request: OpenRequest;
}

export interface OpenedItem extends FoundItem {
  /** To be closed by whoever has opened it. */
  readonly opened: OpenedMicrograph;
}

/** @throws CryoliteError 'gone' where the file can't be read any more. */
export async function findItem(
  { library, gain, store }: OpeningDependencies,
  pattern: ReadingPattern,
  item: Pick<BatchItem, 'key' | 'name'>,
): Promise<FoundItem> {
  const file = await fileOf(library, item);
  const session = await (await store).load(await fingerprint(browserFileSource(file), 0));
  const said = batchReading(pattern, session);
  return { file, session, said, request: openRequest(0, said, gainUse(gain.chosen())) };
}

/** @throws what opening throws, in a sentence about the file. */
export async function openFound(
  { compute }: Pick<OpeningDependencies, 'compute'>,
  found: FoundItem,
  options: JobOptions,
): Promise<OpenedItem> {
  const opened = await compute.open(found.file, found.request, options);
  if (!options.signal?.aborted) return { ...found, opened };
  // Cancelled too late to stop the worker: it must not keep what nobody asks for any more.
  closeItem({ compute }, opened);
  throw options.signal.reason;
}

/** The worker may have lost it with the page; nothing depends on it. */
export function closeItem(
  { compute }: Pick<OpeningDependencies, 'compute'>,
  opened: Pick<OpenedMicrograph, 'id'>,
): void {
  compute.close(opened.id).catch(() => {});
}

/** The browser's own words for a file that has gone are of no help. */
async function fileOf(
  library: Pick<Library, 'file'>,
  { key, name }: Pick<BatchItem, 'key' | 'name'>,
): Promise<File> {
  const local = library.file(key);
  if (!local) throw new CryoliteError('gone', `${name} is not in the list: open its folder again.`);
  try {
    return await local.getFile();
  } catch (cause) {
    throw new CryoliteError(
      'gone',
      `${name} can't be read: it was moved, renamed or deleted, or the permission has ended.`,
      { cause },
    );
  }
}
