/** Tells from its first bytes what a file is, whatever its name says. */
import { FormatError, type FormatProblem } from '../core/errors.ts';

export type Compression = 'gzip' | 'bzip2';

/** What can be opened, or unpacked and then opened. EER movies are TIFF here. */
export type FileKind = 'mrc' | 'tiff' | 'dm4' | 'png' | 'jpeg' | Compression;

/** What `recognise` should be given of a file. */
export const HEAD_BYTES = 1024;

interface Signature {
  readonly bytes: readonly number[];
}

const KNOWN: readonly (Signature & { readonly kind: FileKind })[] = [
  { bytes: [0x1f, 0x8b, 0x08], kind: 'gzip' },
  { bytes: [0x42, 0x5a, 0x68], kind: 'bzip2' },
  { bytes: [0x49, 0x49, 0x2a, 0x00], kind: 'tiff' },
  { bytes: [0x4d, 0x4d, 0x00, 0x2a], kind: 'tiff' },
  { bytes: [0x49, 0x49, 0x2b, 0x00], kind: 'tiff' },
  { bytes: [0x4d, 0x4d, 0x00, 0x2b], kind: 'tiff' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], kind: 'png' },
  { bytes: [0xff, 0xd8, 0xff], kind: 'jpeg' },
];

interface Foreign {
  readonly problem: FormatProblem;
  /** What is wrong and what to do, to follow the file's name. */
  readonly explanation: string;
}

const FOREIGN: readonly (Signature & Foreign)[] = [
  {
    bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
    problem: 'bad-compression',
    explanation: 'is compressed with xz, which is not supported: unpack it first (unxz).',
  },
  {
    bytes: [0x28, 0xb5, 0x2f, 0xfd],
    problem: 'bad-compression',
    explanation: 'is compressed with zstd, which is not supported: unpack it first (unzstd).',
  },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    problem: 'bad-compression',
    explanation: 'is a ZIP archive, which is not supported: unpack it first.',
  },
  {
    bytes: [0x89, 0x48, 0x44, 0x46],
    problem: 'not-mrc',
    explanation: 'is an HDF5 file, which is not supported: convert it to MRC first.',
  },
  {
    bytes: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59],
    problem: 'not-mrc',
    explanation: 'is a NumPy file, perhaps cryoSPARC metadata, and holds no micrograph: open a micrograph.',
  },
];

const LFS: Foreign = {
  problem: 'not-mrc',
  explanation: 'is a git-LFS pointer, left in place of the file itself: fetch it with "git lfs pull".',
};

/** Names of micrographs; a picture under such a name is an accident. */
const MRC_NAME = /\.(mrcs?|st|map|ccp4|rec|ali|preali)(\.(gz|bz2))?$/i;

/**
 * What a file is, by its first bytes (`HEAD_BYTES` are enough). What looks like nothing known may be MRC: old files
 * have no signature.
 * @throws FormatError when they are those of something that is no micrograph we can read.
 */
export function recognise(file: string, head: Uint8Array): FileKind {
  const kind = KNOWN.find((known) => startsWith(head, known))?.kind;
  if ((kind === 'png' || kind === 'jpeg') && MRC_NAME.test(file)) {
    const name = kind === 'png' ? 'a PNG' : 'a JPEG';
    throw new FormatError(
      'not-mrc',
      file,
      `is ${name} picture under the name of a micrograph: open the file it was made from, or rename it to .${kind}.`,
    );
  }
  if (kind) return kind;
  if (isDigitalMicrograph(head)) return 'dm4';
  const foreign = FOREIGN.find((signature) => startsWith(head, signature)) ?? textOf(head);
  if (foreign) throw new FormatError(foreign.problem, file, foreign.explanation);
  return 'mrc';
}

function startsWith(head: Uint8Array, { bytes }: Signature): boolean {
  return bytes.every((byte, i) => head[i] === byte);
}

/**
 * DM3 or DM4, from 26 bytes: the version, the length of what follows (32 or 64 bits), whether data are little-endian, two
 * truth values and the number of tags of the outermost group, all as big-endian numbers. An old big-endian MRC file of 3
 * or 4 columns begins so too, but has zeros where a group has the number of its tags, and new ones say "MAP".
 */
export function isDigitalMicrograph(head: Uint8Array): boolean {
  if (head.length < 26 || latin(head.subarray(208, 211)) === 'MAP') return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const version = view.getUint32(0);
  if (version !== 3 && version !== 4) return false;
  const wordBytes = version === 4 ? 8 : 4;
  const word = (at: number) => (version === 4 ? Number(view.getBigUint64(at)) : view.getUint32(at));
  const group = wordBytes + 8;
  const isFlagged = head.subarray(group, group + 2).every((flag) => flag <= 1);
  const tags = word(group + 2);
  return view.getUint32(wordBytes + 4) <= 1 && isFlagged && tags > 0 && tags < 65_536;
}

function textOf(head: Uint8Array): Foreign | undefined {
  if (isGitLfsPointer(head)) return LFS;
  if (!isText(head)) return undefined;
  return {
    problem: 'not-mrc',
    explanation: 'is a text file, not a micrograph: open an MRC, TIFF or EER file.',
  };
}

/**
 * Decodes a text file (UTF-8, with or without a byte order mark).
 * @throws FormatError empty, or `problem` for a git-LFS pointer, binary bytes and texts of more than 256 MiB.
 */
export function decodeText(file: string, bytes: Uint8Array, problem: FormatProblem): string {
  if (bytes.byteLength === 0) throw new FormatError('empty', file, 'is empty (0 bytes).');
  if (bytes.byteLength > 2 ** 28) {
    throw new FormatError(problem, file, 'has more than 256 MiB of text: split it up first.');
  }
  const head = bytes.subarray(0, 256);
  if (isGitLfsPointer(head)) throw new FormatError(problem, file, LFS.explanation);
  if (!isText(head)) throw new FormatError(problem, file, 'is not a text file.');
  return new TextDecoder().decode(bytes);
}

function isGitLfsPointer(head: Uint8Array): boolean {
  return latin(head.subarray(0, 40)).startsWith('version https://git-lfs.github.com/spec');
}

/** No control characters but white space; an MRC header has zero bytes in its first word. */
function isText(head: Uint8Array): boolean {
  return head.length > 0 && head.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
