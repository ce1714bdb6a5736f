/** Which way round the numbers of an MRC file are: by its machine stamp, and by what makes sense. */
import { FIELD, type Fields, fieldsOf, HEADER_BYTES, hex } from './layout.ts';
import { findMode, isKnownMode, rowBytes } from './modes.ts';

/** No detector, map or stitched montage comes near; beyond it the number is damage or the wrong byte order. */
const MAX_SIDE = 1_000_000;
const MAX_SECTIONS = 100_000_000;

export interface ByteOrder {
  readonly littleEndian: boolean;
  /** What the machine stamp says; undefined where it is no stamp of the standard. */
  readonly stamped: boolean | undefined;
  /** A sentence where the stamp is missing or lies. */
  readonly warning: string | undefined;
}

/**
 * The byte order in which the header makes most sense; the machine stamp decides between equals. The stamp alone
 * can't be trusted: old files have none, some programs copy the wrong one.
 */
export function findByteOrder(head: Uint8Array<ArrayBuffer>, fileSize: number): ByteOrder {
  const stamp = head.subarray(FIELD.machineStamp, FIELD.machineStamp + 4);
  const stamped = stamp[0] === 0x44 ? true : stamp[0] === 0x11 && stamp[1] === 0x11 ? false : undefined;
  const little = plausibility(fieldsOf(head, true), fileSize);
  const big = plausibility(fieldsOf(head, false), fileSize);
  const littleEndian = little === big ? (stamped ?? true) : little > big;
  const warning =
    littleEndian === stamped
      ? undefined
      : `The machine stamp (${hex(stamp)}) does not tell the byte order; ${littleEndian ? 'little' : 'big'}-endian makes sense of the header.`;
  return { littleEndian, stamped, warning };
}

/** Columns, rows and sections that a picture can have. */
export function areSizesSane([nx, ny, nz]: readonly [number, number, number]): boolean {
  return nx > 0 && ny > 0 && nz > 0 && nx <= MAX_SIDE && ny <= MAX_SIDE && nz <= MAX_SECTIONS;
}

/** 0 when the sizes are absurd, one more for each of: sane sizes, a known mode, pixels that fit the file. */
function plausibility(fields: Fields, fileSize: number): number {
  const sizes = fields.ints(FIELD.nx);
  if (!areSizesSane(sizes)) return 0;
  const number = fields.int(FIELD.mode);
  if (!isKnownMode(number)) return 1;
  const mode = findMode(number);
  const [nx, ny, nz] = sizes;
  const bytes = (mode ? rowBytes(mode, nx) : nx) * ny * nz;
  return bytes <= fileSize - HEADER_BYTES ? 3 : 2;
}
