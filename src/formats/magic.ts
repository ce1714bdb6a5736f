/** Tells from the first bytes what a file that is not what its name says really is. */
import { FormatError, type FormatProblem } from '../core/errors.ts';

interface Foreign {
  readonly problem: FormatProblem;
  /** What is wrong and what to do, to follow the file's name. */
  readonly explanation: string;
}

const SIGNATURES: readonly (Foreign & { readonly bytes: readonly number[] })[] = [
  {
    bytes: [0x1f, 0x8b],
    problem: 'bad-compression',
    explanation: 'is compressed with gzip, not supported yet: unpack it first (gunzip).',
  },
  {
    bytes: [0x42, 0x5a, 0x68],
    problem: 'bad-compression',
    explanation: 'is compressed with bzip2, not supported yet: unpack it first (bunzip2).',
  },
  {
    bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
    problem: 'bad-compression',
    explanation: 'is compressed with xz, not supported yet: unpack it first (unxz).',
  },
  {
    bytes: [0x28, 0xb5, 0x2f, 0xfd],
    problem: 'bad-compression',
    explanation: 'is compressed with zstd, not supported yet: unpack it first (unzstd).',
  },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    problem: 'bad-compression',
    explanation: 'is a ZIP archive, not supported yet: unpack it first.',
  },
  {
    bytes: [0x89, 0x50, 0x4e, 0x47],
    problem: 'not-mrc',
    explanation: 'is a PNG picture: open the MRC file it was made from.',
  },
  {
    bytes: [0xff, 0xd8, 0xff],
    problem: 'not-mrc',
    explanation: 'is a JPEG picture: open the MRC file it was made from.',
  },
  {
    bytes: [0x89, 0x48, 0x44, 0x46],
    problem: 'not-mrc',
    explanation: 'is an HDF5 file, not supported yet: convert it to MRC first.',
  },
  {
    bytes: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59],
    problem: 'not-mrc',
    explanation: 'is a NumPy file, perhaps cryoSPARC metadata, and holds no micrograph: open an MRC file.',
  },
];

const TIFF_MAGICS = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];

/**
 * Recognises a file that is something other than wanted, by its first bytes (256 are enough).
 * @returns undefined for bytes that could be a binary micrograph, or nothing known.
 */
function recognise(file: string, head: Uint8Array): Foreign | undefined {
  const known = SIGNATURES.find(({ bytes }) => bytes.every((byte, i) => head[i] === byte));
  if (known) return known;
  if (TIFF_MAGICS.includes(latin(head.subarray(0, 4)))) {
    const kind = /\.eer$/i.test(file) ? 'an EER movie' : 'a TIFF file';
    return { problem: 'not-mrc', explanation: `is ${kind}, not supported yet: convert it to MRC first.` };
  }
  if (isGitLfsPointer(head)) return LFS;
  if (isText(head)) {
    return { problem: 'not-mrc', explanation: 'is a text file, not a micrograph: open an MRC file.' };
  }
  return undefined;
}

const LFS: Foreign = {
  problem: 'not-mrc',
  explanation: 'is a git-LFS pointer, left in place of the file itself: fetch it with "git lfs pull".',
};

/** @throws FormatError when the bytes are recognised as something that is no micrograph we can read. */
export function refuseForeign(file: string, head: Uint8Array): void {
  const foreign = recognise(file, head);
  if (foreign) throw new FormatError(foreign.problem, file, foreign.explanation);
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
