/** The pixel types ("modes") of MRC files: what each is, and how many bytes a row of it takes. */

export type MrcModeNumber = 0 | 1 | 2 | 3 | 4 | 6 | 12 | 101;
/** The modes that we write. */
export type WritableMode = 0 | 1 | 2 | 6 | 12;

export interface MrcMode {
  readonly mode: MrcModeNumber;
  /** "16-bit float", for people. */
  readonly words: string;
  readonly bitsPerPixel: 4 | 8 | 16 | 32 | 64;
  /** What a byte order applies to. */
  readonly wordBytes: 1 | 2 | 4;
  /** Pairs of real and imaginary part, shown as amplitudes. */
  readonly isComplex: boolean;
}

const real = (mode: MrcModeNumber, words: string, bytes: 1 | 2 | 4): MrcMode => ({
  mode,
  words,
  bitsPerPixel: bytes === 1 ? 8 : bytes === 2 ? 16 : 32,
  wordBytes: bytes,
  isComplex: false,
});

const MODES: readonly MrcMode[] = [
  real(0, '8-bit integer', 1),
  real(1, '16-bit signed integer', 2),
  real(2, '32-bit float', 4),
  { mode: 3, words: 'complex 16-bit integer', bitsPerPixel: 32, wordBytes: 2, isComplex: true },
  { mode: 4, words: 'complex 32-bit float', bitsPerPixel: 64, wordBytes: 4, isComplex: true },
  real(6, '16-bit unsigned integer', 2),
  real(12, '16-bit float', 2),
  { mode: 101, words: '4-bit unsigned integer', bitsPerPixel: 4, wordBytes: 1, isComplex: false },
];

/** Modes that exist but are no pictures of grey levels: what each is, and what a user can do. */
const REFUSED: Readonly<Record<number, string>> = {
  7: '32-bit integers: convert it to mode 2 (32-bit float) first',
  16: 'RGB colour, an IMOD picture: convert it to grey levels first',
  17: 'RGB colour, a Chimera picture: convert it to grey levels first',
};

const READABLE = 'modes 0, 1, 2, 3, 4, 6, 12 and 101 can be read';

/** The mode's layout, or undefined when we can't show it. */
export function findMode(mode: number): MrcMode | undefined {
  return MODES.find((known) => known.mode === mode);
}

/** Whether any program is known to write this mode; used to guess the byte order. */
export function isKnownMode(mode: number): boolean {
  return findMode(mode) !== undefined || mode in REFUSED;
}

/** Why a mode is refused, to follow the file's name in a sentence. */
export function explainMode(mode: number): string {
  const known = REFUSED[mode];
  return known === undefined
    ? `has MRC mode ${mode}, which does not exist; ${READABLE}.`
    : `has MRC mode ${mode} (${known}); ${READABLE}.`;
}

/** Bytes of a row. Rows of mode 101 are padded to whole bytes. */
export function rowBytes({ bitsPerPixel }: MrcMode, width: number): number {
  return Math.ceil((width * bitsPerPixel) / 8);
}
