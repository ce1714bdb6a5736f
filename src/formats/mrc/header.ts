/**
 * The 1024-byte header of MRC and CCP4 files (MRC2014: Cheng et al., J. Struct. Biol. 192, 146, 2015; IMOD's
 * additions: https://bio3d.colorado.edu/imod/doc/mrc_format.txt). Every number in it is distrusted: real files lie
 * about byte order, cell, statistics and length.
 */
import { FormatError } from '../../core/errors.ts';
import { explainMode, findMode, isKnownMode, type MrcMode } from './modes.ts';

export const HEADER_BYTES = 1024;

/** Byte offsets of the fields that we read or write. */
export const FIELD = {
  nx: 0,
  ny: 4,
  nz: 8,
  mode: 12,
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
  imodStamp: 152,
  imodFlags: 156,
  map: 208,
  machineStamp: 212,
  rms: 216,
  labelCount: 220,
  labels: 224,
} as const;

const IMOD_STAMP = 1146047817;
/** No detector, map or stitched montage comes near; beyond it the number is damage or the wrong byte order. */
const MAX_SIDE = 1_000_000;
const MAX_SECTIONS = 100_000_000;

/** What the file says of its own pixels. Undefined where it says "not determined" (MRC2014: max < min). */
export interface StatedStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

export interface MrcHeader {
  /** Columns, rows and sections as stored. */
  readonly width: number;
  readonly height: number;
  readonly sections: number;
  readonly mode: MrcMode;
  readonly littleEndian: boolean;
  /** Mode 0 only: pixels are 0..255, not −128..127. */
  readonly unsignedBytes: boolean;
  /** Byte offset of the first pixel. */
  readonly dataOffset: number;
  /** Length of the extended header and its four-letter type, such as "FEI1", or "". */
  readonly extendedBytes: number;
  readonly extendedType: string;
  /** Å along a row, undefined when the file does not know. */
  readonly pixelSizeAngstrom: number | undefined;
  /** A volume (density map), not an image or a stack of images. */
  readonly isVolume: boolean;
  readonly statistics: StatedStatistics | undefined;
  /** Sentences about doubtful things. */
  readonly warnings: readonly string[];
}

/**
 * Understands a header and checks that the file is long enough for what it promises; allocates nothing.
 * @param head the first bytes of the file, all of them if it is shorter than 1024.
 * @throws FormatError empty, not-mrc, truncated, bad-dimensions, unsupported-mode, bad-extended-header.
 */
export function parseHeader(file: string, head: Uint8Array<ArrayBuffer>, fileSize: number): MrcHeader {
  if (fileSize === 0) throw new FormatError('empty', file, 'is empty (0 bytes): copy or download it again.');
  if (head.byteLength < HEADER_BYTES) {
    throw new FormatError(
      'truncated',
      file,
      `has only ${fileSize} bytes, less than the 1024 of an MRC header: it is cut off or is no MRC file.`,
    );
  }
  const view = new DataView(head.buffer, head.byteOffset, HEADER_BYTES);
  const warnings: string[] = [];
  const littleEndian = findByteOrder(view, fileSize, warnings);
  const int = (offset: number) => view.getInt32(offset, littleEndian);
  const float = (offset: number) => view.getFloat32(offset, littleEndian);

  const hasMapId = text(head, FIELD.map, 3) === 'MAP';
  const [width, height, sections] = [int(FIELD.nx), int(FIELD.ny), int(FIELD.nz)];
  const sizesMakeSense = areSizesSane(width, height, sections);
  const modeNumber = int(FIELD.mode);
  const mode = findMode(modeNumber);
  if (!hasMapId) {
    if (!sizesMakeSense || !isKnownMode(modeNumber)) {
      throw new FormatError(
        'not-mrc',
        file,
        'is not an MRC file: there is no "MAP" at byte 208, and its size and mode make no sense.',
      );
    }
    warnings.push('There is no "MAP" at byte 208: the file is older than MRC2000 or was written carelessly.');
  }
  if (!sizesMakeSense) {
    throw new FormatError(
      'bad-dimensions',
      file,
      `says it is ${width} × ${height} × ${sections} pixels, which can't be: its header is damaged.`,
    );
  }
  if (!mode) throw new FormatError('unsupported-mode', file, explainMode(modeNumber));

  const extendedBytes = int(FIELD.nsymbt);
  if (extendedBytes < 0 || HEADER_BYTES + extendedBytes > fileSize) {
    throw new FormatError(
      'bad-extended-header',
      file,
      `says its extended header has ${extendedBytes} bytes, but the whole file has ${fileSize}: its header is damaged.`,
    );
  }
  const dataOffset = HEADER_BYTES + extendedBytes;
  checkLength(file, fileSize - dataOffset, width * height * mode.bytesPerPixel, sections, warnings);
  if (
    [FIELD.mapC, FIELD.mapR, FIELD.mapS].some((offset, axis) => int(offset) !== axis + 1) &&
    int(FIELD.mapC) !== 0
  ) {
    warnings.push(
      `The axes are stored in the order ${int(FIELD.mapC)}, ${int(FIELD.mapR)}, ${int(FIELD.mapS)}; they are shown as stored.`,
    );
  }

  const statistics = statedStatistics(float(FIELD.dmin), float(FIELD.dmax), float(FIELD.dmean));
  const spaceGroup = int(FIELD.spaceGroup);
  return {
    width,
    height,
    sections,
    mode,
    littleEndian,
    unsignedBytes: mode.mode === 0 && hasUnsignedBytes(int, statistics, warnings),
    dataOffset,
    extendedBytes,
    extendedType: text(head, FIELD.extendedType, 4).trim(),
    pixelSizeAngstrom: pixelSize(float(FIELD.cellX), int(FIELD.mx)),
    isVolume: spaceGroup > 0 && spaceGroup < 401 && sections > 1 && int(FIELD.mz) > 1,
    statistics,
    warnings,
  };
}

/**
 * The byte order in which the header makes most sense; the machine stamp decides between equals. The stamp alone
 * can't be trusted: old files have none, some programs copy the wrong one.
 */
function findByteOrder(view: DataView, fileSize: number, warnings: string[]): boolean {
  const stamp = [0, 1, 2, 3].map((i) => view.getUint8(FIELD.machineStamp + i));
  const stamped = stamp[0] === 0x44 ? true : stamp[0] === 0x11 && stamp[1] === 0x11 ? false : undefined;
  const little = plausibility(view, true, fileSize);
  const big = plausibility(view, false, fileSize);
  const chosen = little === big ? (stamped ?? true) : little > big;
  if (chosen !== stamped) {
    const hex = stamp.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    warnings.push(
      `The machine stamp (${hex}) does not tell the byte order; ${chosen ? 'little' : 'big'}-endian makes sense of the header.`,
    );
  }
  return chosen;
}

/** 0 when the sizes are absurd, one more for each of: sane sizes, a known mode, pixels that fit the file. */
function plausibility(view: DataView, littleEndian: boolean, fileSize: number): number {
  const int = (offset: number) => view.getInt32(offset, littleEndian);
  const [nx, ny, nz] = [int(FIELD.nx), int(FIELD.ny), int(FIELD.nz)];
  if (!areSizesSane(nx, ny, nz)) return 0;
  const mode = int(FIELD.mode);
  if (!isKnownMode(mode)) return 1;
  const bytes = nx * ny * nz * (findMode(mode)?.bytesPerPixel ?? 1);
  return bytes <= fileSize - HEADER_BYTES ? 3 : 2;
}

function areSizesSane(nx: number, ny: number, nz: number): boolean {
  return nx > 0 && ny > 0 && nz > 0 && nx <= MAX_SIDE && ny <= MAX_SIDE && nz <= MAX_SECTIONS;
}

/** Sizes are at most 10²⁰ bytes here: not exact as a float, but never mistaken for less than a real file's. */
function checkLength(
  file: string,
  available: number,
  sectionBytes: number,
  sections: number,
  warnings: string[],
): void {
  const needed = sectionBytes * sections;
  if (available < needed) {
    const whole = Math.floor(available / sectionBytes);
    const found = sections > 1 ? `${whole} of ${sections} frames are` : `${Math.max(0, available)} are`;
    throw new FormatError(
      'truncated',
      file,
      `is cut off: its pixels need ${needed} bytes and ${found} there. Copy or download it again.`,
    );
  }
  if (available > needed) {
    warnings.push(
      `${available - needed} bytes follow the pixels: the header may be wrong about the size of the image or of the extended header.`,
    );
  }
}

/** IMOD's stamp and flag decide; without them MRC2014 says signed, unless the stated range can't be signed. */
function hasUnsignedBytes(
  int: (offset: number) => number,
  statistics: StatedStatistics | undefined,
  warnings: string[],
): boolean {
  if (int(FIELD.imodStamp) === IMOD_STAMP) return (int(FIELD.imodFlags) & 1) === 0;
  if (statistics && statistics.min >= 0 && statistics.max > 127 && statistics.max <= 255) {
    warnings.push(
      `The file does not say whether its bytes are signed; the stated maximum of ${statistics.max} means unsigned.`,
    );
    return true;
  }
  return false;
}

/**
 * Cell edge over sampling, Å; undefined when either is zero, negative or not finite. Seven digits, since more are
 * noise of the 32-bit cell: 1.77, not 1.7699999809.
 */
function pixelSize(cellAngstrom: number, samples: number): number | undefined {
  const size = cellAngstrom / samples;
  return cellAngstrom > 0 && samples > 0 && Number.isFinite(size) ? Number(size.toPrecision(7)) : undefined;
}

function statedStatistics(min: number, max: number, mean: number): StatedStatistics | undefined {
  return min < max && mean >= min && mean <= max ? { min, max, mean } : undefined;
}

function text(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length)).replaceAll('\0', ' ');
}
