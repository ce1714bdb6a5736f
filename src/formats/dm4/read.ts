/** Gatan DM3 and DM4 files: gain references and images of Digital Micrograph. */

import type { ByteSource } from '../../core/bytes.ts';
import { FormatError } from '../../core/errors.ts';
import {
  type Acquisition,
  type FileFact,
  type ImageFile,
  NO_PIXEL_SIZE,
  type ReadOptions,
} from '../image.ts';
import { checkRows, readUnchanged } from '../rows.ts';
import {
  bitsOf,
  gpuType,
  type NumberType,
  numberWords,
  rowBytesOf,
  swapBytes,
  toFloats,
} from '../samples.ts';
import { type DmArray, type DmFile, type DmGroup, type DmValue, readTags } from './tags.ts';

/** Types of pixels by Gatan's numbers. */
const TYPES: Readonly<Record<number, NumberType>> = {
  1: 'int16',
  2: 'float32',
  6: 'uint8',
  7: 'int32',
  9: 'int8',
  10: 'uint16',
  11: 'uint32',
  12: 'float64',
  14: 'uint8',
};

const REFUSED: Readonly<Record<number, string>> = {
  3: 'complex numbers',
  5: 'complex numbers',
  8: 'colours',
  13: 'complex numbers',
  23: 'colours',
  27: 'complex numbers',
  28: 'complex numbers',
  39: '64-bit integers',
  40: '64-bit integers',
};

/** Å in the units of calibrations. */
const UNITS: Readonly<Record<string, number>> = {
  Å: 1,
  A: 1,
  nm: 10,
  µm: 1e4,
  μm: 1e4,
  um: 1e4,
  mm: 1e7,
  m: 1e10,
};

/** More pixels in a frame than any camera has. */
const MAX_PIXELS = 2 ** 29;

interface DmImage {
  readonly data: DmArray;
  readonly type: NumberType;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly pixelSizeAngstrom: number | undefined;
  readonly units: string;
  readonly tags: DmGroup | undefined;
}

/**
 * Reads the tags; pixels stay in the file. Of several images the one with the most bytes is taken, since the first is
 * a thumbnail. Three dimensions are frames.
 *
 * Rows are turned around: row 0 is the last stored row, as IMOD does (dm2mrc, `analyzeDM3`), by way of which gain
 * references come to RELION and MotionCor2. So they lie on TIFF and MRC movies of the same camera as they would there.
 *
 * @throws FormatError empty, bad-dm4, truncated, bad-dimensions; `readRows` throws changed
 */
export async function openDm4(source: ByteSource, _options: ReadOptions = {}): Promise<ImageFile> {
  const { name } = source;
  if (source.size === 0) throw new FormatError('empty', name, 'is empty (0 bytes).');
  const file = await readTags(source);
  const { image, count } = findImage(name, file.root);
  const { type, width, height, frames, pixelSizeAngstrom } = image;
  const rowBytes = rowBytesOf(type, width);

  async function storedRows(frame: number, firstRow: number, rowCount: number) {
    checkRows({ name, frames, height }, frame, firstRow, rowCount);
    const first = frame * height + height - firstRow - rowCount;
    const read = await readUnchanged(source, image.data.offset + first * rowBytes, rowCount * rowBytes);
    if (!file.littleEndian) swapBytes(read, bitsOf(type) / 8);
    const bytes = new Uint8Array(read.length);
    for (let row = 0; row < rowCount; row++) {
      const from = (rowCount - 1 - row) * rowBytes;
      bytes.set(read.subarray(from, from + rowBytes), row * rowBytes);
    }
    return bytes;
  }

  const stored = gpuType(type);
  return {
    format: 'DM4',
    kind: frames > 1 ? 'movie' : 'image',
    width,
    height,
    frames,
    pixelSizeAngstrom,
    description: `DM${file.version}, ${numberWords(type)}, ${file.littleEndian ? 'little' : 'big'}-endian`,
    warnings: doubts(image),
    facts: facts(file, image, count),
    acquisition: acquisition(image.tags),
    readRows: async (...rows) => toFloats(type, await storedRows(...rows), width),
    ...(stored && {
      readSamples: async (frame, firstRow, rowCount) => ({
        type: stored,
        bytes: await storedRows(frame, firstRow, rowCount),
        rowBytes,
      }),
    }),
  };
}

/** The image with the most bytes, and how many there are. */
function findImage(name: string, root: DmGroup): { image: DmImage; count: number } {
  const entries = [...(root.groups.get('ImageList')?.groups.values() ?? [])].flatMap((entry) => {
    const imageData = entry.groups.get('ImageData');
    const data = imageData?.values.get('Data');
    return imageData && isArray(data) ? [{ entry, imageData, data }] : [];
  });
  const [first, ...others] = entries;
  if (!first) throw new FormatError('bad-dm4', name, 'holds no image: export one from Digital Micrograph.');
  const largest = others.reduce((best, next) => (next.data.bytes > best.data.bytes ? next : best), first);
  const { entry, imageData, data } = largest;
  const code = numberOf(imageData, 'DataType') ?? 0;
  const type = TYPES[code];
  if (!type) {
    throw new FormatError(
      'bad-dm4',
      name,
      `has pixels of type ${code} (${REFUSED[code] ?? 'unknown'}), which can't be read: convert it to real numbers.`,
    );
  }
  const dimensions = imageData.groups.get('Dimensions')?.values.values() ?? [];
  const [width = 0, height = 1, frames = 1, ...more] = [...dimensions].map((value) =>
    typeof value === 'number' ? value : 0,
  );
  const positive = [width, height, frames].every((n) => Number.isSafeInteger(n) && n > 0);
  if (!positive || width * height > MAX_PIXELS || more.some((n) => n !== 1)) {
    const size = [width, height, frames, ...more].join(' × ');
    throw new FormatError(
      'bad-dimensions',
      name,
      `says that its image is ${size} pixels, which can't be shown: fetch or write it again.`,
    );
  }
  // The product is exact: two factors below 2^29 and one that must still fit into the file.
  if (!(width * height * frames * (bitsOf(type) / 8) <= data.bytes)) {
    throw new FormatError(
      'bad-dm4',
      name,
      `is damaged: its image of ${width} × ${height} × ${frames} pixels has only ${data.bytes} bytes; fetch or write it again.`,
    );
  }
  const image = {
    data,
    type,
    width,
    height,
    frames,
    ...calibration(imageData),
    tags: entry.groups.get('ImageTags'),
  };
  return { image, count: entries.length };
}

function calibration(imageData: DmGroup): Pick<DmImage, 'pixelSizeAngstrom' | 'units'> {
  const [dimension] = imageData.groups.get('Calibrations')?.groups.get('Dimension')?.groups.values() ?? [];
  const units = dimension?.values.get('Units');
  const text = typeof units === 'string' ? units : '';
  const angstrom = (dimension && numberOf(dimension, 'Scale')) ?? Number.NaN;
  const size = angstrom * (UNITS[text] ?? Number.NaN);
  // A float32 of nm: no more than 7 digits are meant.
  const pixelSizeAngstrom = size > 1e-3 && size < 1e6 ? Number(size.toPrecision(7)) : undefined;
  return { pixelSizeAngstrom, units: text };
}

function doubts({ type, pixelSizeAngstrom, units }: DmImage): string[] {
  const warnings: string[] = [];
  if (units.startsWith('1/'))
    warnings.push('The calibration is that of a diffraction pattern or a Fourier transform.');
  if (pixelSizeAngstrom === undefined) warnings.push(NO_PIXEL_SIZE);
  if (type === 'int32' || type === 'uint32') {
    warnings.push('The file has 32-bit integers; those beyond 16.7 million are rounded.');
  }
  return warnings;
}

/** What Digital Micrograph's tags of the microscope say; names as GMS 2 and 3 write them. */
function acquisition(tags: DmGroup | undefined): Acquisition {
  const microscope = tags?.groups.get('Microscope Info');
  const volts = microscope && numberOf(microscope, 'Voltage');
  const magnification = microscope && numberOf(microscope, 'Indicated Magnification');
  const bar = tags?.groups.get('DataBar');
  const seconds = bar && numberOf(bar, 'Exposure Time (s)');
  return {
    ...(volts !== undefined && volts > 0 && { voltageKilovolt: volts / 1000 }),
    ...(magnification !== undefined && magnification > 0 && { magnification }),
    ...(seconds !== undefined && seconds > 0 && { exposureSeconds: seconds }),
  };
}

function facts({ version, littleEndian }: DmFile, image: DmImage, count: number): FileFact[] {
  const { type, width, height, frames, pixelSizeAngstrom, units } = image;
  const fact = (name: string, value: string | number, meaning: string, good = true): FileFact => ({
    name,
    value: String(value),
    meaning,
    verdict: good ? 'good' : 'doubtful',
  });
  return [
    fact('Version', version, `Digital Micrograph ${version}`),
    fact('Byte order', littleEndian ? 1 : 0, littleEndian ? 'little-endian' : 'big-endian'),
    fact('ImageList', count, count === 1 ? 'one image' : `${count} images, of which the largest is shown`),
    fact('Dimensions', [width, height, frames].join(' × '), 'columns, rows, frames'),
    fact('Row order', 'last first', 'the last stored row is row 0, as IMOD’s dm2mrc writes it'),
    fact(
      'DataType',
      Object.keys(TYPES).find((code) => TYPES[Number(code)] === type) ?? '',
      numberWords(type),
    ),
    fact(
      'Calibrations',
      units || 'none',
      pixelSizeAngstrom === undefined ? 'the pixel size is unknown' : `${pixelSizeAngstrom} Å a pixel`,
      pixelSizeAngstrom !== undefined,
    ),
  ];
}

function numberOf(group: DmGroup, name: string): number | undefined {
  const value = group.values.get(name);
  return typeof value === 'number' ? value : undefined;
}

function isArray(value: DmValue | undefined): value is DmArray {
  return typeof value === 'object';
}
