/** Understands the header of an MRC file. Every number in it is distrusted: real files lie about all of them. */
import { FormatError } from '../../core/errors.ts';
import { areSizesSane, findByteOrder } from './byteOrder.ts';
import { FIELD, type Fields, fieldsOf, HEADER_BYTES } from './layout.ts';
import { explainMode, findMode, isKnownMode, type MrcMode, rowBytes } from './modes.ts';

/** What the file says of its own pixels. Undefined where it says "not determined" (MRC2014: max < min). */
export interface StatedStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
}

/** Å along columns, rows and sections; undefined where the file does not know. */
export type VoxelSize = readonly [number | undefined, number | undefined, number | undefined];

export interface MrcHeader {
  /** Columns, rows and sections as stored. */
  readonly width: number;
  readonly height: number;
  readonly sections: number;
  readonly mode: MrcMode;
  readonly littleEndian: boolean;
  /** Byte offset of the first pixel. */
  readonly dataOffset: number;
  /** Bytes of a row and of a section. */
  readonly rowBytes: number;
  readonly sectionBytes: number;
  /** Length of the extended header and its four-letter type, such as "FEI1", or "". */
  readonly extendedBytes: number;
  readonly extendedType: string;
  readonly voxelSizeAngstrom: VoxelSize;
  /** Which of x (1), y (2) and z (3) columns, rows and sections run along. Files are shown as stored. */
  readonly axes: readonly [number, number, number];
  /** ISPG: 0 for images, 1 to 230 for volumes, 401 to 630 for stacks of volumes. */
  readonly spaceGroup: number;
  readonly statistics: StatedStatistics | undefined;
  /** All of it, for whoever needs more. */
  readonly fields: Fields;
  /** Sentences about doubtful things. */
  readonly warnings: readonly string[];
}

/**
 * Understands a header and checks that the file is long enough for what it promises; allocates nothing.
 * @param head the first bytes of the file, all of them if it is shorter than 1024.
 * @param fileSize infinite where it is not known yet, for a file that is being unpacked.
 * @throws FormatError empty, not-mrc, truncated, bad-dimensions, unsupported-mode, bad-extended-header.
 */
export function parseHeader(file: string, head: Uint8Array<ArrayBuffer>, fileSize: number): MrcHeader {
  if (fileSize === 0) throw new FormatError('empty', file, 'is empty (0 bytes): copy or download it again.');
  if (head.byteLength < HEADER_BYTES) {
    throw new FormatError(
      'truncated',
      file,
      `has only ${head.byteLength} bytes, less than the 1024 of an MRC header: it is cut off or is no MRC file.`,
    );
  }
  const { littleEndian, warning } = findByteOrder(head, fileSize);
  const warnings = warning === undefined ? [] : [warning];
  const fields = fieldsOf(head, littleEndian);
  const sizes = fields.ints(FIELD.nx);
  const modeNumber = fields.int(FIELD.mode);
  if (fields.text(FIELD.map, 3) !== 'MAP') {
    if (!areSizesSane(sizes) || !isKnownMode(modeNumber)) {
      throw new FormatError(
        'not-mrc',
        file,
        'is not an MRC file: there is no "MAP" at byte 208, and its size and mode make no sense.',
      );
    }
    warnings.push('There is no "MAP" at byte 208: the file is older than MRC2000 or was written carelessly.');
  }
  if (!areSizesSane(sizes)) {
    throw new FormatError(
      'bad-dimensions',
      file,
      `says it is ${sizes.join(' × ')} pixels, which can't be: its header is damaged.`,
    );
  }
  const mode = findMode(modeNumber);
  if (!mode) throw new FormatError('unsupported-mode', file, explainMode(modeNumber));

  const extendedBytes = fields.int(FIELD.nsymbt);
  if (extendedBytes < 0 || HEADER_BYTES + extendedBytes > fileSize) {
    throw new FormatError(
      'bad-extended-header',
      file,
      `says its extended header has ${extendedBytes} bytes, but the whole file has ${fileSize}: its header is damaged.`,
    );
  }
  const [width, height, sections] = sizes;
  const sectionBytes = rowBytes(mode, width) * height;
  const dataOffset = HEADER_BYTES + extendedBytes;
  checkLength(file, fileSize - dataOffset, sectionBytes, sections, warnings);
  const axes = fields.ints(FIELD.mapC);
  // 0, 0, 0 is "not set".
  if (axes.join() !== '1,2,3' && axes[0] !== 0) {
    warnings.push(`The axes are stored in the order ${axes.join(', ')}; they are shown as stored.`);
  }
  return {
    width,
    height,
    sections,
    mode,
    littleEndian,
    dataOffset,
    rowBytes: rowBytes(mode, width),
    sectionBytes,
    extendedBytes,
    extendedType: fields.text(FIELD.extendedType, 4).trim(),
    voxelSizeAngstrom: voxelSize(fields),
    axes,
    spaceGroup: fields.int(FIELD.spaceGroup),
    statistics: statedStatistics(fields),
    fields,
    warnings,
  };
}

/**
 * Cell edge over sampling, Å; undefined when either is zero, negative or not finite. Seven digits, since more are
 * noise of the 32-bit cell: 1.77, not 1.7699999809.
 */
export function voxelSize(fields: Fields): VoxelSize {
  const samples = fields.ints(FIELD.mx);
  const size = (cellAngstrom: number, axis: 0 | 1 | 2) => {
    const angstrom = cellAngstrom / samples[axis];
    return cellAngstrom > 0 && samples[axis] > 0 && Number.isFinite(angstrom)
      ? Number(angstrom.toPrecision(7))
      : undefined;
  };
  const [x, y, z] = fields.floats(FIELD.cellX);
  return [size(x, 0), size(y, 1), size(z, 2)];
}

export function statedStatistics(fields: Fields): StatedStatistics | undefined {
  const [min, max, mean] = fields.floats(FIELD.dmin);
  return min < max && mean >= min && mean <= max ? { min, max, mean } : undefined;
}

/** Sizes are at most 10²¹ bytes here: not exact as a float, but never mistaken for less than a real file's. */
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
  if (available > needed && available < Number.POSITIVE_INFINITY) {
    warnings.push(
      `${available - needed} bytes follow the pixels: the header may be wrong about the size of the image or of the extended header.`,
    );
  }
}
