import { CryoliteError, FormatError, messageOf } from '../core/errors.ts';
import { sha256Hex } from '../core/hash.ts';
import type { JobOptions } from '../core/progress.ts';
import type { ItemNote, MicrographSession, ModelNote } from '../dataset/session.ts';
import { mostSessionBytes, openSessionFile, type SessionFile } from '../dataset/sessionFile/read.ts';
import type { MicrographRecord } from '../dataset/sessionFile/records.ts';
import { writeSessionFile } from '../dataset/sessionFile/write.ts';
import type { BatchStore } from '../platform/browser/batchStore.ts';
import type { ModelStore } from '../platform/browser/modelStore.ts';
import type { ReferenceStore } from '../platform/browser/references.ts';
import type { SessionTransfer } from '../platform/browser/sessionTransfer.ts';
import type { TrainingStore } from '../platform/browser/trainingStore.ts';
import type { ModelDescription } from '../rpc/contract.ts';
import { serveJob } from '../rpc/job.ts';
import type { SessionExportRequest, SessionFileApi } from '../rpc/sessionFiles.ts';
import type { Models } from './models.ts';

/** Where sessions, and what belongs to them, are kept. */
export interface SessionPlaces {
  openTransfer(): Promise<SessionTransfer>;
  openModels(): Promise<ModelStore<ModelDescription>>;
  openReferences(): Promise<ReferenceStore>;
  openBatches(sessionId: string): Promise<Pick<BatchStore, 'load' | 'begin' | 'forget'>>;
  /** Which micrographs there are picks by hand on. */
  openLabels(): Promise<LabelStore>;
}

type LabelStore = Pick<TrainingStore<never>, 'labelled' | 'noteLabelled'>;

/** Micrographs that are written to the database together. */
const batch = 50;

/** The part of the contract that makes files of sessions, and sessions of files. */
export function sessionFileService(places: SessionPlaces, networks: Models): SessionFileApi {
  return {
    exportSession: (request, port) => serveJob(port, (options) => exportSession(places, request, options)),
    importSession: (file, port) =>
      serveJob(port, (options) => importSession(places, networks, file, options)),
  };
}

async function exportSession(
  places: SessionPlaces,
  { session, micrographs, items }: SessionExportRequest,
  { signal, onProgress }: JobOptions,
): ReturnType<SessionFileApi['exportSession']> {
  // Where the browser refuses storage, there is what is in memory.
  const transfer = await places.openTransfer().catch(() => undefined);
  const models = await places.openModels().catch(() => undefined);
  const references = await places.openReferences().catch(() => undefined);
  const labels = await places.openLabels().catch(() => undefined);
  const batches = await places.openBatches(session.id).catch(() => undefined);
  try {
    const { batch, items: batchItems = [] } = (await batches?.load()) ?? {};
    const newer = new Map(micrographs.map((one) => [one.fingerprint, one]));
    const total = ((await transfer?.count(session.id)) ?? 0) + newer.size;
    const written = await writeSessionFile(
      {
        info: session,
        items: withNewer((await transfer?.items(session.id)) ?? [], items),
        view: await transfer?.view(session.id),
        batch: batch && { plan: batch.plan, startedAt: batch.startedAt, items: batchItems },
        micrographs: recordsOf({ transfer, references, labels }, session.id, newer),
        star: async (hash) => await transfer?.star(hash),
        model: async ({ hash }) => {
          const bytes = await models?.bytes(hash);
          return bytes && new Uint8Array(bytes);
        },
      },
      { name: 'Cryolite', version: __CRYOLITE_VERSION__ },
      (done) => {
        signal?.throwIfAborted();
        onProgress?.({ stage: 'Writing the session', done, total });
      },
    );
    const file = new Blob([...written.pieces], { type: 'application/zip' });
    return { file, micrographs: written.micrographs, missing: written.missing };
  } finally {
    transfer?.close();
  }
}

/** Undefined where the browser refuses storage. */
interface RecordPlaces {
  readonly transfer: SessionTransfer | undefined;
  readonly references: ReferenceStore | undefined;
  readonly labels: LabelStore | undefined;
}

async function* recordsOf(
  { transfer, references, labels }: RecordPlaces,
  sessionId: string,
  newer: ReadonlyMap<string, MicrographSession>,
): AsyncGenerator<MicrographRecord> {
  const labelled = new Map((await labels?.labelled())?.map((note) => [note.fingerprint, note]));
  const recordOf = async (session: MicrographSession): Promise<MicrographRecord> => {
    const { reference, remembered } = (await references?.load(session.fingerprint)) ?? {};
    return { session, reference, remembered, labelled: labelled.get(session.fingerprint) };
  };
  if (transfer) {
    for await (const session of transfer.micrographs(sessionId)) {
      if (!newer.has(session.fingerprint)) yield await recordOf(session);
    }
  }
  for (const session of newer.values()) yield await recordOf(session);
}

function withNewer(kept: readonly ItemNote[], newer: readonly ItemNote[]): ItemNote[] {
  const known = new Map([...kept, ...newer].map((note) => [note.key, note]));
  return [...known.values()];
}

async function importSession(
  places: SessionPlaces,
  networks: Models,
  file: File,
  options: JobOptions,
): ReturnType<SessionFileApi['importSession']> {
  if (file.size > mostSessionBytes) {
    throw new FormatError(
      'bad-session',
      file.name,
      'is larger than 2 GB: no session is, as it has no pixels.',
    );
  }
  const content = openSessionFile(file.name, new Uint8Array(await file.arrayBuffer()));
  const transfer = await places.openTransfer();
  const { session, view } = content.head;
  const { id, name } = await transfer.create({ ...session, view });
  try {
    const micrographs = await putMicrographs(places, transfer, id, content, options);
    await transfer.putItems(id, content.items);
    await putBatch(places, id, content);
    const problems: string[] = [];
    for (const hash of content.head.stars) {
      options.signal?.throwIfAborted();
      const text = content.star(hash);
      // All sessions share texts under their hashes: another one must not get among them.
      if ((await sha256Hex(new TextEncoder().encode(text))) === hash) await transfer.putStar({ hash, text });
      else problems.push(`A STAR file in ${file.name} is another than it says, and was left out.`);
    }
    for (const note of content.head.models) {
      options.signal?.throwIfAborted();
      const problem = await keepModel(places, networks, note, content.model(note.hash), file.name);
      if (problem !== undefined) problems.push(problem);
    }
    await transfer.arrived(id);
    return { id, name, micrographs, problems };
  } catch (error) {
    await transfer.discard(id).catch(() => {});
    await places
      .openBatches(id)
      .then((batches) => batches.forget())
      .catch(() => {});
    throw isFull(error) ? noRoom(file.name, error) : error;
  } finally {
    transfer.close();
  }
}

/** Its items wait until their folder is open here, and somebody says to go on. */
async function putBatch(places: SessionPlaces, id: string, content: SessionFile): Promise<void> {
  const copy = content.batch();
  if (!copy) return;
  const { plan, startedAt, items } = copy;
  const batches = await places.openBatches(id);
  await batches.begin(
    { id: crypto.randomUUID(), plan, startedAt, isWanted: false, folder: undefined },
    items,
  );
}

async function putMicrographs(
  places: SessionPlaces,
  transfer: SessionTransfer,
  id: string,
  content: SessionFile,
  { signal, onProgress }: JobOptions,
): Promise<number> {
  const references = await places.openReferences();
  const labels = await places.openLabels();
  const total = content.head.micrographs;
  let waiting: MicrographSession[] = [];
  let done = 0;
  for (const { session, reference, remembered, labelled } of content.micrographs()) {
    signal?.throwIfAborted();
    waiting.push(session);
    done++;
    if (waiting.length === batch || done === total) {
      await transfer.put(id, waiting);
      waiting = [];
      onProgress?.({ stage: 'Reading the session', done, total });
    }
    if (labelled) await labels.noteLabelled({ ...labelled, fingerprint: session.fingerprint });
    // What is known here already was said here: it stays.
    const known = reference || remembered ? await references.load(session.fingerprint) : undefined;
    if (reference || remembered) {
      await references.save({
        fingerprint: session.fingerprint,
        reference: known?.reference ?? reference,
        remembered: known?.remembered ?? remembered,
      });
    }
  }
  return done;
}

/** @returns why it could not be kept; its picks are there without it. */
async function keepModel(
  places: SessionPlaces,
  networks: Models,
  note: ModelNote,
  bytes: Uint8Array,
  session: string,
): Promise<string | undefined> {
  try {
    const copy = new Uint8Array(bytes);
    const isInUse = networks.has(note.hash);
    const description = await networks.open(new File([copy], note.name));
    if (!isInUse || description.hash !== note.hash) networks.close(description.hash);
    if (description.hash !== note.hash) return `${note.name} in ${session} is another network than it says.`;
    const store = await places.openModels();
    if (await store.keep({ hash: note.hash, description }, copy.buffer)) return undefined;
    return `${note.name} is too large to be kept here: open its file when it is needed.`;
  } catch (error) {
    if (isFull(error)) throw error;
    return messageOf(error);
  }
}

function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

function noRoom(name: string, cause: unknown): CryoliteError {
  return new CryoliteError(
    'storage-full',
    `${name} was not imported: the browser’s storage is full; delete a session for good, or make room on the disk.`,
    { cause },
  );
}
