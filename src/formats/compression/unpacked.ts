/** Files that were packed whole with gzip or bzip2, as a file of their content. */
import type { ByteSource } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import { formatBytes } from '../../core/units.ts';
import { type Compression, HEAD_BYTES, recognise } from '../magic.ts';
import { mrcFileBytes } from '../mrc/read.ts';
import { bunzip2 } from './bzip2.ts';
import { gunzip } from './gzip.ts';
import { collectBytes, sourceOf } from './pieces.ts';

/** More is not unpacked: it would have to fit into memory. */
const MOST_BYTES = 2 ** 31;
/** What may follow the pixels of an MRC file, as some programs write too much. */
const SLACK_BYTES = 2 ** 20;
/** gzip packs at most 1032 : 1. */
const BEST_GZIP = 1100;
/** Formats that don't say in their first bytes how long they are: pictures that pack better are none. */
const USUAL_RATIO = 100;
const USUAL_BYTES = 64 * 2 ** 20;

/**
 * The content of a packed file, unpacked into memory once; the same source where it is not packed, whatever its name.
 * As soon as the first bytes are there, it is known how long the content may be, and what is longer is given up: a bomb
 * costs nothing.
 * @throws FormatError bad-compression for damaged streams and those that unpack to too much; what `recognise` and the
 * header of an MRC file throw for content that is no picture.
 */
export async function unpacked(source: ByteSource): Promise<ByteSource> {
  const kind = recognise(source.name, await source.read(0, Math.min(HEAD_BYTES, source.size)));
  if (kind !== 'gzip' && kind !== 'bzip2') return source;
  const collected = collectBytes();
  let limit: number | undefined;
  const take = (piece: Uint8Array) => {
    collected.add(piece);
    if (limit === undefined && collected.size >= HEAD_BYTES) {
      limit = limitOf(source, kind, collected.read(0, HEAD_BYTES));
    }
    if (limit !== undefined && collected.size > limit) {
      throw tooLarge(source.name, `unpacks to more than the ${formatBytes(limit)} that its content can have`);
    }
  };
  await (kind === 'gzip' ? gunzip : bunzip2)(source, take);
  // Shorter than a header: the reader will say so, if it is a picture at all.
  if (limit === undefined) recogniseContent(source.name, collected.read(0, collected.size));
  return sourceOf(source.name, collected);
}

/** Bytes that the content may have, from its first ones. */
function limitOf(source: ByteSource, compression: Compression, head: Uint8Array<ArrayBuffer>): number {
  const kind = recogniseContent(source.name, head);
  if (kind !== 'mrc') return Math.min(MOST_BYTES, Math.max(USUAL_BYTES, USUAL_RATIO * source.size));
  const needed = mrcFileBytes(source.name, head);
  if (compression === 'gzip' && needed > BEST_GZIP * source.size) {
    throw new FormatError(
      'bad-compression',
      source.name,
      `is cut off or damaged: its header promises ${formatBytes(needed)}, which can't be in ${formatBytes(source.size)}.`,
    );
  }
  if (needed > MOST_BYTES) throw tooLarge(source.name, `holds ${formatBytes(needed)}`);
  return Math.min(MOST_BYTES, 2 * needed + SLACK_BYTES);
}

function recogniseContent(file: string, head: Uint8Array): string {
  const kind = recognise(file, head);
  if (kind === 'gzip' || kind === 'bzip2') {
    throw new FormatError('bad-compression', file, `holds another ${kind} file: unpack it first.`);
  }
  return kind;
}

function tooLarge(file: string, what: string): FormatError {
  return new FormatError(
    'bad-compression',
    file,
    `${what}: packed files up to ${formatBytes(MOST_BYTES)} are unpacked here. Unpack it first, if it is what you expect.`,
  );
}
