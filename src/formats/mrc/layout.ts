/**
 * Where the fields of the 1024-byte header of MRC and CCP4 files lie (MRC2014: Cheng et al., J. Struct. Biol. 192,
 * 146, 2015; IMOD's additions: https://bio3d.colorado.edu/imod/doc/mrc_format.txt), and how one is read.
 */

export const HEADER_BYTES = 1024;

/** Byte offsets of the fields that we read or write. */
export const FIELD = {
  nx: 0,
  ny: 4,
  nz: 8,
  mode: 12,
  start: 16,
  mx: 28,
  my: 32,
  mz: 36,
  cellX: 40,
  cellY: 44,
  cellZ: 48,
  cellAngles: 52,
  mapC: 64,
  mapR: 68,
  mapS: 72,
  dmin: 76,
  dmax: 80,
  dmean: 84,
  spaceGroup: 88,
  nsymbt: 92,
  extendedType: 104,
  version: 108,
  /** Two 16-bit numbers of SerialEM's and Agard's extended headers. */
  nint: 128,
  nreal: 130,
  imodStamp: 152,
  imodFlags: 156,
  origin: 196,
  map: 208,
  machineStamp: 212,
  rms: 216,
  labelCount: 220,
  labels: 224,
} as const;

export const LABELS = 10;
export const LABEL_BYTES = 80;

/** A header or a record behind it, in one byte order. */
export interface Fields {
  readonly littleEndian: boolean;
  int(offset: number): number;
  short(offset: number): number;
  float(offset: number): number;
  double(offset: number): number;
  /** Three neighbouring numbers, such as a cell. */
  ints(offset: number): readonly [number, number, number];
  floats(offset: number): readonly [number, number, number];
  /** Characters as stored; those that can't be printed become spaces. */
  text(offset: number, length: number): string;
  bytes(offset: number, length: number): Uint8Array;
}

export function fieldsOf(bytes: Uint8Array<ArrayBuffer>, littleEndian: boolean): Fields {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const int = (offset: number) => view.getInt32(offset, littleEndian);
  const float = (offset: number) => view.getFloat32(offset, littleEndian);
  return {
    littleEndian,
    int,
    short: (offset) => view.getInt16(offset, littleEndian),
    float,
    double: (offset) => view.getFloat64(offset, littleEndian),
    ints: (offset) => [int(offset), int(offset + 4), int(offset + 8)],
    floats: (offset) => [float(offset), float(offset + 4), float(offset + 8)],
    text: (offset, length) =>
      Array.from(bytes.subarray(offset, offset + length), (byte) =>
        byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ' ',
      ).join(''),
    bytes: (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** "44 44 00 00". */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
