/** Opens MRC files: the header now, rows of pixels when asked. */

import type { ByteSource } from '../../core/bytes.ts';
import { type ImageFile, NO_PIXEL_SIZE, type ReadOptions } from '../image.ts';
import { checkRows, readUnchanged } from '../rows.ts';
import { type SignVerdict, signOfHeader, signOfPixels } from './byteSign.ts';
import { readExtendedHeader } from './extended/read.ts';
import { headerFacts } from './facts.ts';
import { isOblong } from './geometryFacts.ts';
import { type MrcHeader, parseHeader } from './header.ts';
import { guessKind } from './kind.ts';
import { HEADER_BYTES } from './layout.ts';
import { decodePixels, type PixelLayout, sampleType, storedSamples } from './pixels.ts';

/** An image, a movie, a stack or a volume in an MRC file. */
export interface MrcFile extends ImageFile {
  readonly format: 'MRC';
  readonly header: MrcHeader;
}

/** Enough pixels to tell how bytes are signed. */
const SAMPLE_BYTES = 65536;

/**
 * Reads the header, and of old 8-bit files some pixels; the rest stays in the file.
 * @throws FormatError, see `parseHeader`.
 */
export async function openMrc(source: ByteSource, options: ReadOptions = {}): Promise<MrcFile> {
  const head = await source.read(0, Math.min(HEADER_BYTES, source.size));
  const header = parseHeader(source.name, head, source.size);
  const { width, height, sections, mode, littleEndian } = header;
  const kind = guessKind(source.name, header);
  const sign = mode.mode === 0 ? await findByteSign(source, header, options) : undefined;
  const extended = await readExtendedHeader(source, header, kind);
  const pixelSizeAngstrom = choosePixelSize(header, extended.pixelSizeAngstrom);
  const layout: PixelLayout = { width, mode, littleEndian, byteSign: sign?.sign };
  const type = sampleType(layout);
  const read = (frame: number, firstRow: number, rowCount: number) =>
    readBytes(source, header, frame, firstRow, rowCount);
  const recordedPixelSizeAngstrom = extended.pixelSizeAngstrom;
  const facts = headerFacts(head, source.size, { sign, recordedPixelSizeAngstrom });
  return {
    format: 'MRC',
    kind,
    width,
    height,
    frames: sections,
    pixelSizeAngstrom,
    description: describe(header, sign),
    warnings: [
      ...header.warnings,
      ...signWarnings(sign),
      ...pixelSizeWarnings(header, pixelSizeAngstrom, extended.pixelSizeAngstrom),
      ...kindWarnings(header, kind),
    ],
    // The last fact, the file's size, stands at the end.
    facts: [...facts.slice(0, -1), ...extended.facts, ...facts.slice(-1)],
    acquisition: extended.acquisition,
    byteSign: sign?.sign,
    header,
    hasDirectRows: true,
    readRows: async (frame, firstRow, rowCount) =>
      decodePixels(await read(frame, firstRow, rowCount), layout),
    ...(type && {
      readSamples: async (frame, firstRow, rowCount) =>
        storedSamples(await read(frame, firstRow, rowCount), layout, type),
    }),
  };
}

/**
 * How many bytes a file with this header has, for whoever unpacks it.
 * @throws FormatError, see `parseHeader`.
 */
export function mrcFileBytes(name: string, head: Uint8Array<ArrayBuffer>): number {
  const header = parseHeader(name, head, Number.POSITIVE_INFINITY);
  return header.dataOffset + header.sectionBytes * header.sections;
}

async function readBytes(
  source: ByteSource,
  { height, sections, rowBytes, sectionBytes, dataOffset }: MrcHeader,
  section: number,
  firstRow: number,
  rowCount: number,
): Promise<Uint8Array<ArrayBuffer>> {
  checkRows({ name: source.name, frames: sections, height }, section, firstRow, rowCount);
  const offset = dataOffset + section * sectionBytes + firstRow * rowBytes;
  return await readUnchanged(source, offset, rowCount * rowBytes);
}

async function findByteSign(
  source: ByteSource,
  header: MrcHeader,
  { byteSign }: ReadOptions,
): Promise<SignVerdict> {
  if (byteSign) return { sign: byteSign, reason: 'as you set it', isGuessed: false };
  const stated = signOfHeader(header.fields);
  if (stated) return stated;
  // From the middle of the first section, as borders are often black.
  const { dataOffset, rowBytes, sectionBytes, height } = header;
  const first = rowBytes * Math.floor(height / 2);
  return signOfPixels(await source.read(dataOffset + first, Math.min(SAMPLE_BYTES, sectionBytes - first)));
}

/** The header's, unless it is unknown or the 1 Å of those who do not know, and the microscope's record knows better. */
function choosePixelSize({ voxelSizeAngstrom }: MrcHeader, recorded: number | undefined): number | undefined {
  const [stated] = voxelSizeAngstrom;
  return stated === undefined || stated === 1 ? (recorded ?? stated) : stated;
}

function pixelSizeWarnings(
  { voxelSizeAngstrom: [x, y], fields }: MrcHeader,
  chosen: number | undefined,
  recorded: number | undefined,
): string[] {
  const warnings: string[] = [];
  if (chosen === undefined) {
    warnings.push(NO_PIXEL_SIZE);
  } else if (chosen === 1) {
    warnings.push(
      'The pixel size is exactly 1 Å, which many programs write when they do not know it; check it.',
    );
  } else if (recorded !== undefined && Math.abs(recorded - chosen) > 0.01 * chosen) {
    warnings.push(`The header says ${chosen} Å per pixel, the microscope's record ${recorded} Å; check it.`);
  }
  if (isOblong(fields))
    warnings.push(`The pixels are not square, ${x} Å wide and ${y} Å high; the width is used.`);
  return warnings;
}

function signWarnings(sign: SignVerdict | undefined): string[] {
  if (!sign?.isGuessed) return [];
  return [
    `The file does not say whether its bytes are signed; they are taken for ${sign.sign} (${sign.reason}). Set it if the picture looks torn.`,
  ];
}

function kindWarnings({ spaceGroup, sections, mode }: MrcHeader, kind: ImageFile['kind']): string[] {
  const warnings: string[] = [];
  if (mode.isComplex)
    warnings.push('The pixels are complex, a Fourier transform; their amplitudes are shown.');
  const isVolume = kind === 'volume' || kind === 'volume-stack';
  if (!isVolume && spaceGroup > 0 && sections > 1) {
    warnings.push(`The header calls it a volume (ISPG ${spaceGroup}), but it looks like a ${kind}.`);
  }
  return warnings;
}

function describe({ mode, littleEndian }: MrcHeader, sign: SignVerdict | undefined): string {
  const words = sign ? `8-bit ${sign.sign} integer` : mode.words;
  return `MRC mode ${mode.mode} (${words}), ${littleEndian ? 'little' : 'big'}-endian`;
}
