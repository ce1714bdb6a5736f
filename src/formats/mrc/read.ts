/** Opens MRC files: the header now, rows of pixels when asked. */
import type { ByteSource } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import { HEADER_BYTES, type MrcHeader, parseHeader } from './header.ts';
import { decodePixels } from './modes.ts';

/** An image, a stack of images or a volume in an MRC file. */
export interface MrcImage {
  readonly header: MrcHeader;
  /** Å per pixel along a row, from the header or the microscope's own record behind it; undefined if unknown. */
  readonly pixelSizeAngstrom: number | undefined;
  /** "MRC mode 2 (32-bit float), little-endian". */
  readonly description: string;
  /** Sentences about doubtful things in the file. */
  readonly warnings: readonly string[];
  /**
   * Rows [firstRow, firstRow + rowCount) of one section as floats, row-major, width × rowCount.
   * @throws RangeError when there are no such rows; FormatError changed when the file no longer holds them.
   */
  readRows(section: number, firstRow: number, rowCount: number): Promise<Float32Array<ArrayBuffer>>;
}

/**
 * Reads the header; pixels stay in the file.
 * @throws FormatError, see `parseHeader`.
 */
export async function openMrc(source: ByteSource): Promise<MrcImage> {
  const head = await source.read(0, Math.min(HEADER_BYTES, source.size));
  const header = parseHeader(source.name, head, source.size);
  const warnings = [...header.warnings];
  const pixelSizeAngstrom = header.pixelSizeAngstrom ?? (await readFeiPixelSize(source, header));
  if (pixelSizeAngstrom === undefined) {
    warnings.push('The file does not state its pixel size; give it by hand.');
  } else if (pixelSizeAngstrom === 1) {
    warnings.push(
      'The pixel size is exactly 1 Å, which many programs write when they do not know it; check it.',
    );
  }
  return {
    header,
    pixelSizeAngstrom,
    description: describe(header),
    warnings,
    readRows: (section, firstRow, rowCount) => readRows(source, header, section, firstRow, rowCount),
  };
}

async function readRows(
  source: ByteSource,
  header: MrcHeader,
  section: number,
  firstRow: number,
  rowCount: number,
): Promise<Float32Array<ArrayBuffer>> {
  const { width, height, sections, mode } = header;
  const whole = [section, firstRow, rowCount].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!whole || section >= sections || firstRow + rowCount > height) {
    throw new RangeError(
      `${source.name} has ${sections} frames of ${height} rows: there are no rows ${firstRow} to ${firstRow + rowCount} of frame ${section}.`,
    );
  }
  const rowBytes = width * mode.bytesPerPixel;
  const offset = header.dataOffset + (section * height + firstRow) * rowBytes;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await source.read(offset, rowCount * rowBytes);
  } catch {
    throw new FormatError('changed', source.name, 'changed or went away while it was open: open it again.');
  }
  return decodePixels(bytes, mode, header.littleEndian, header.unsignedBytes);
}

/**
 * The pixel size that Thermo Fisher's software keeps in its extended header (FEI1 and FEI2): a float64 in metres
 * at byte 156 of the first record.
 */
async function readFeiPixelSize(source: ByteSource, header: MrcHeader): Promise<number | undefined> {
  if (!/^FEI[12]$/.test(header.extendedType) || header.extendedBytes < 164) return undefined;
  const record = await source.read(HEADER_BYTES + 156, 8);
  const metres = new DataView(record.buffer, record.byteOffset).getFloat64(0, header.littleEndian);
  const angstrom = metres * 1e10;
  // Anything outside 0.001 Å to 100 µm is not a pixel of an electron microscope. Rounded, since 1.35e-10 m × 1e10
  // is 1.3500000000000003.
  return angstrom > 1e-3 && angstrom < 1e6 ? Number(angstrom.toPrecision(12)) : undefined;
}

function describe(header: MrcHeader): string {
  const { mode, littleEndian, unsignedBytes } = header;
  const words = mode.mode === 0 ? `8-bit ${unsignedBytes ? 'unsigned' : 'signed'} integer` : mode.words;
  return `MRC mode ${mode.mode} (${words}), ${littleEndian ? 'little' : 'big'}-endian`;
}
