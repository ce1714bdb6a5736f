/** Reads a session file: every byte of it may be somebody's bad joke. */
import { FormatError, messageOf } from '../../core/errors.ts';
import { openZip, type Zip } from '../../formats/compression/zip.ts';
import type { ItemNote } from '../session.ts';
import { type BatchCopy, checkBatchHead, checkBatchPart } from './batchRecord.ts';
import { type Check, SessionProblem } from './checks.ts';
import { entryNames } from './entries.ts';
import {
  checkHead,
  checkItems,
  checkRecord,
  checkVersion,
  type MicrographRecord,
  type SessionHead,
  sessionFileVersion,
} from './records.ts';

/** JSON of picks shrinks to a sixth; of a mask with one value everywhere to far less, but there is little of that. */
const MAX_GROWTH = 100;
/** Unpacked bytes of one part of the file. */
const MOST_JSON_BYTES = 2 ** 27;
const MOST_STAR_BYTES = 2 ** 26;
const MOST_MODEL_BYTES = 2 ** 30;
/** Larger files would not fit into memory beside what is made of them. */
export const mostSessionBytes = 2 ** 31 - 2 ** 20;

export interface SessionFile {
  readonly head: SessionHead;
  readonly items: readonly ItemNote[];
  /** Undefined where there is none. */
  batch(): BatchCopy | undefined;
  /** One after the other: together they may not fit into memory. */
  micrographs(): Generator<MicrographRecord>;
  /** Text of a STAR file that picks came from. */
  star(hash: string): string;
  model(hash: string): Uint8Array;
}

/** @throws FormatError bad-session: here for what concerns the whole file, or when a part is asked for. */
export function openSessionFile(file: string, bytes: Uint8Array): SessionFile {
  const bad = (explanation: string) => new FormatError('bad-session', file, explanation);
  const zip = openZip(bytes, {
    bad: (explanation) => bad(`is no session: ${explanation}.`),
    growth: MAX_GROWTH,
  });
  const unpack = (name: string, mostBytes: number): Uint8Array => {
    const size = zip.size(name);
    if (size === undefined) throw bad(`is no whole session: ${name} is missing; export it again.`);
    if (size > mostBytes) throw bad(`is no session: ${name} in it is said to have ${size} bytes.`);
    return zip.read(name);
  };
  const parse = <T>(name: string, check: Check<T>, value = parseJson(unpack(name, MOST_JSON_BYTES))): T => {
    try {
      return check(value, name);
    } catch (error) {
      if (error instanceof SessionProblem) throw bad(`can’t be imported: ${error.message}.`);
      throw error;
    }
  };
  const parseJson = (json: Uint8Array): unknown => {
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)) as unknown;
    } catch (error) {
      throw bad(`is damaged: a part of it is no JSON (${messageOf(error).slice(0, 80)}); export it again.`);
    }
  };
  const head = readHead(zip, parse, bad);
  return {
    head,
    items: parse(entryNames.items, checkItems),
    batch: () => (head.hasBatch ? readBatch(parse) : undefined),
    micrographs: function* () {
      for (let i = 0; i < head.micrographs; i++) yield parse(entryNames.micrograph(i), checkRecord);
    },
    star: (hash) =>
      // With its mark of byte order: the hash is of all of it.
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(unpack(entryNames.star(hash), MOST_STAR_BYTES)),
    model: (hash) => unpack(entryNames.model(hash), MOST_MODEL_BYTES),
  };
}

type Parse = <T>(name: string, check: Check<T>) => T;

function readBatch(parse: Parse): BatchCopy {
  const { plan, startedAt, parts } = parse(entryNames.batch, checkBatchHead);
  const items = Array.from({ length: parts }, (_, i) => parse(entryNames.batchPart(i), checkBatchPart(i)));
  return { plan, startedAt, items: items.flat() };
}

function readHead(zip: Zip, parse: Parse, bad: (explanation: string) => Error): SessionHead {
  if (zip.size(entryNames.head) === undefined) {
    throw bad('is a ZIP archive, but no session of Cryolite: choose a file that “Export session” has made.');
  }
  const { version } = parse(entryNames.head, checkVersion);
  if (version > sessionFileVersion) {
    throw bad(
      `was written by a later Cryolite (version ${version} of the file, ${sessionFileVersion} is known here): load the page anew to get the latest.`,
    );
  }
  return parse(entryNames.head, checkHead);
}
