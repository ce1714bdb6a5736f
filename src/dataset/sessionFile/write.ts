/** Writes a session file: a ZIP archive of JSON, the STAR texts and the networks as they are. */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import type { ListView } from '../listView.ts';
import type { ItemNote, MicrographSession, ModelNote, SessionInfo } from '../session.ts';
import { type BatchCopy, batchHeadJson, batchPartsJson } from './batchRecord.ts';
import { entryNames } from './entries.ts';
import {
  type MicrographRecord,
  recordJson,
  type SessionHead,
  sessionFileVersion,
  sessionFormat,
} from './records.ts';

/** What goes into the file; parts are asked for one after the other. */
export interface SessionContent {
  readonly info: SessionInfo;
  readonly items: readonly ItemNote[];
  /** Undefined where it was never changed. */
  readonly view?: ListView | undefined;
  /** Undefined where there is none. */
  readonly batch?: BatchCopy | undefined;
  readonly micrographs: AsyncIterable<MicrographRecord>;
  /** Undefined where the text is not kept any more. */
  star(hash: string): Promise<string | undefined>;
  /** Undefined where the file is not kept any more. */
  model(note: ModelNote): Promise<Uint8Array | undefined>;
}

export interface WrittenSession {
  /** The file, in pieces. */
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
  readonly micrographs: number;
  /** Names of networks and STAR files that are not kept here any more, and are missing in the file. */
  readonly missing: readonly string[];
}

/** @param onMicrograph hears of each that was written; what it throws ends the work. */
export async function writeSessionFile(
  content: SessionContent,
  program: { readonly name: string; readonly version: string },
  onMicrograph: (done: number) => void = () => {},
): Promise<WrittenSession> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    pieces.push(new Uint8Array(piece));
  });
  const add = (name: string, bytes: Uint8Array, isPacked = true): void => {
    const entry = isPacked ? new ZipDeflate(name, { level: 6 }) : new ZipPassThrough(name);
    zip.add(entry);
    entry.push(bytes, true);
  };
  const addText = (name: string, text: string): void => add(name, new TextEncoder().encode(text));

  const models = new Map<string, ModelNote>();
  const stars = new Map<string, string>();
  let micrographs = 0;
  for await (const record of content.micrographs) {
    addText(entryNames.micrograph(micrographs++), recordJson(record));
    const { star } = record.session;
    for (const note of modelsOf(record.session)) models.set(note.hash, note);
    if (star) stars.set(star.hash, star.name);
    onMicrograph(micrographs);
  }
  for (const note of content.batch ? modelsOf(content.batch.plan) : []) models.set(note.hash, note);
  const missing: string[] = [];
  const written = { models: [] as ModelNote[], stars: [] as string[] };
  for (const [hash, name] of stars) {
    const text = await content.star(hash);
    if (text === undefined) missing.push(name);
    else {
      addText(entryNames.star(hash), text);
      written.stars.push(hash);
    }
  }
  for (const [hash, note] of models) {
    const bytes = await content.model(note);
    if (!bytes) missing.push(note.name);
    else {
      // Weights are noise: packing them takes long and gains nothing.
      add(entryNames.model(hash), bytes, false);
      written.models.push(note);
    }
  }
  const { name, hasOwnName, createdAt, usedAt } = content.info;
  const head: SessionHead = {
    format: sessionFormat,
    version: sessionFileVersion,
    program: program.name,
    programVersion: program.version,
    exportedAt: Date.now(),
    session: { name, hasOwnName, createdAt, usedAt },
    micrographs,
    ...written,
    ...{ view: content.view, hasBatch: content.batch !== undefined },
  };
  if (content.batch) {
    addText(entryNames.batch, batchHeadJson(content.batch));
    let part = 0;
    for (const json of batchPartsJson(content.batch)) addText(entryNames.batchPart(part++), json);
  }
  addText(entryNames.items, JSON.stringify(content.items));
  addText(entryNames.head, JSON.stringify(head, undefined, 2));
  zip.end();
  return { pieces, micrographs, missing };
}

/** Networks that a micrograph, or all of a batch, is worked on with, and the one that its picks came from. */
function modelsOf({
  parameters,
  provenance,
}: Pick<MicrographSession, 'parameters'> & Partial<Pick<MicrographSession, 'provenance'>>): ModelNote[] {
  const { weightsHash: hash, weightsName: name } = provenance ?? {};
  const picker = hash !== undefined && name !== undefined ? { hash, name } : undefined;
  return [parameters.denoiser, parameters.pickModel, picker].filter((note) => note !== undefined);
}
