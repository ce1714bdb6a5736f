/**
 * The header in words, field by field, with a verdict: the validator. It knows the rules of MRC2014 that
 * `mrcfile-validate` checks and what programs of the field do with each. "Wrong" is what may make a program refuse the
 * file or misread it; "doubtful" breaks the standard without harm, or is not known.
 */
import type { FileFact } from '../image.ts';
import { areSizesSane, findByteOrder } from './byteOrder.ts';
import { hasImodStamp } from './byteSign.ts';
import { fact, tidy } from './fact.ts';
import { geometryFacts, type KnownElsewhere } from './geometryFacts.ts';
import { statedStatistics } from './header.ts';
import { isVolumeStack } from './kind.ts';
import { FIELD, type Fields, fieldsOf, HEADER_BYTES, hex, LABEL_BYTES, LABELS } from './layout.ts';
import { findMode, rowBytes } from './modes.ts';

const EXTENDED_TYPES: Readonly<Record<string, string>> = {
  CCP4: 'symmetry operations or text',
  MRCO: "the first MRC programs' own",
  SERI: 'SerialEM: tilt, dose and more for each section',
  AGAR: "Agard's: tilt and more for each section",
  FEI1: 'Thermo Fisher, microscope settings for each section',
  FEI2: 'Thermo Fisher, microscope settings for each section',
  HDF5: 'an HDF5 file',
};

/**
 * Explains any header, also of a file that can't be read. Facts of the extended header are somebody else's.
 * @param head the first 1024 bytes; of less, nothing can be said.
 */
export function headerFacts(
  head: Uint8Array<ArrayBuffer>,
  fileSize: number,
  known: KnownElsewhere = {},
): FileFact[] {
  if (head.byteLength < HEADER_BYTES) {
    const meaning = 'Less than the 1024 bytes of an MRC header: cut off, or no MRC file.';
    return [{ name: 'File size', value: String(fileSize), meaning, verdict: 'wrong' }];
  }
  const fields = fieldsOf(head, findByteOrder(head, fileSize).littleEndian);
  return [
    ...geometryFacts(fields, known),
    ...statisticsFacts(fields),
    ...kindFacts(fields, fileSize),
    ...identityFacts(head, fields, fileSize),
    ...labelFacts(fields),
    sizeFact(fields, fileSize),
  ];
}

function statisticsFacts(fields: Fields): FileFact[] {
  const [min, max, mean] = fields.floats(FIELD.dmin);
  const rms = fields.float(FIELD.rms);
  const value = `${tidy(min)} ${tidy(max)} ${tidy(mean)}`;
  const stated = statedStatistics(fields);
  const isConstant = min === max && mean === min;
  const isUndetermined = max < min;
  return [
    stated || isConstant
      ? fact('DMIN, DMAX, DMEAN', value, `pixels from ${tidy(min)} to ${tidy(max)}, mean ${tidy(mean)}`)
      : isUndetermined
        ? fact('DMIN, DMAX, DMEAN', value, 'not determined')
        : fact('DMIN, DMAX, DMEAN', value, 'No range with its mean: it is not used.', 'doubtful'),
    Number.isNaN(rms)
      ? fact('RMS', 'NaN', 'No number: it is not used.', 'doubtful')
      : fact('RMS', tidy(rms), rms < 0 ? 'not determined' : 'standard deviation of the pixels'),
  ];
}

function kindFacts(fields: Fields, fileSize: number): FileFact[] {
  const extendedBytes = fields.int(FIELD.nsymbt);
  const type = fields.text(FIELD.extendedType, 4).trim();
  const isInside = extendedBytes >= 0 && HEADER_BYTES + extendedBytes <= fileSize;
  const facts = [
    spaceGroupFact(fields),
    isInside
      ? fact('NSYMBT', extendedBytes, extendedBytes === 0 ? 'no extended header' : 'bytes of extended header')
      : fact('NSYMBT', extendedBytes, 'The file has no room for such an extended header.', 'wrong'),
  ];
  if (extendedBytes <= 0 && !(type in EXTENDED_TYPES)) return facts;
  const known = EXTENDED_TYPES[type];
  const unknown = 'The type of the extended header is not set or not of the standard.';
  return [...facts, fact('EXTTYP', type, known ?? unknown, known === undefined ? 'doubtful' : 'good')];
}

function spaceGroupFact(fields: Fields): FileFact {
  const group = fields.int(FIELD.spaceGroup);
  const [sections, perVolume] = [fields.int(FIELD.nz), fields.int(FIELD.mz)];
  if (group < 0) return fact('ISPG', group, 'Negative, which can not be: write 0 for images.', 'wrong');
  if (group === 0) return fact('ISPG', group, sections > 1 ? 'a stack of images' : 'an image');
  if (isVolumeStack(group)) {
    if (perVolume > 0 && sections % perVolume === 0) {
      return fact('ISPG', group, `a stack of ${sections / perVolume} volumes of ${perVolume} sections`);
    }
    const meaning = `A stack of volumes, but ${sections} sections are no multiple of MZ, ${perVolume}.`;
    return fact('ISPG', group, meaning, 'wrong');
  }
  if (group === 1) return fact('ISPG', group, 'a volume; many programs write it for movies and stacks too');
  if (group <= 230) return fact('ISPG', group, `a volume, a crystal of space group ${group}`);
  return fact('ISPG', group, 'No space group of the standard.', 'doubtful');
}

function identityFacts(head: Uint8Array<ArrayBuffer>, fields: Fields, fileSize: number): FileFact[] {
  const version = fields.int(FIELD.version);
  const origin = fields.floats(FIELD.origin);
  const id = fields.text(FIELD.map, 4);
  const idBytes = hex(fields.bytes(FIELD.map, 4));
  const mapMeaning =
    idBytes === '4d 41 50 20'
      ? fact('MAP', 'MAP ', 'an MRC file')
      : id.startsWith('MAP')
        ? fact('MAP', idBytes, 'Should be "MAP" and a space; most programs do not mind.', 'doubtful')
        : fact('MAP', idBytes, 'Should be "MAP ": programs that are strict refuse the file.', 'wrong');
  return [
    version === 20140 || version === 20141
      ? fact('NVERSION', version, 'MRC2014')
      : fact(
          'NVERSION',
          version,
          'Older than MRC2014, or written without it; most programs do not mind.',
          'doubtful',
        ),
    ...imodFacts(fields),
    fact(
      'ORIGIN',
      origin.map(tidy).join(' '),
      'of the picture, Å',
      origin.every(Number.isFinite) ? 'good' : 'doubtful',
    ),
    mapMeaning,
    stampFact(head, fields, fileSize),
  ];
}

function imodFacts(fields: Fields): FileFact[] {
  if (!hasImodStamp(fields)) return [];
  const flags = fields.int(FIELD.imodFlags);
  const bytes = flags & 1 ? 'signed' : 'unsigned';
  return [fact('IMODSTAMP, IMODFLAGS', flags, `written by IMOD or SerialEM; bytes would be ${bytes}`)];
}

function stampFact(head: Uint8Array<ArrayBuffer>, fields: Fields, fileSize: number): FileFact {
  const stamp = hex(fields.bytes(FIELD.machineStamp, 4));
  const order = `${fields.littleEndian ? 'little' : 'big'}-endian`;
  const { stamped } = findByteOrder(head, fileSize);
  const isStandard = ['44 44', '44 41', '11 11'].includes(stamp.slice(0, 5));
  if (stamped === fields.littleEndian) {
    return isStandard
      ? fact('MACHST', stamp, order)
      : fact('MACHST', stamp, `${order}, though it should be 44 44 00 00`, 'doubtful');
  }
  return fact(
    'MACHST',
    stamp,
    `Does not tell the byte order, which is ${order}: strict programs refuse it.`,
    'wrong',
  );
}

function labelFacts(fields: Fields): FileFact[] {
  const stated = fields.int(FIELD.labelCount);
  const labels = Array.from({ length: LABELS }, (_, i) =>
    fields.text(FIELD.labels + LABEL_BYTES * i, LABEL_BYTES).trim(),
  );
  const used = labels.filter((label) => label !== '').length;
  const hasGap = labels.findLastIndex((label) => label !== '') !== used - 1;
  const problem =
    stated !== used ? `${used} labels hold text.` : hasGap ? 'Empty labels lie between those with text.' : '';
  return [
    fact(
      'NLABL',
      stated,
      problem || 'labels with text',
      problem ? (stated < 0 ? 'wrong' : 'doubtful') : 'good',
    ),
    ...labels.flatMap((label, i) =>
      label === '' ? [] : fact(`LABEL ${i + 1}`, label, 'a note of the program'),
    ),
  ];
}

function sizeFact(fields: Fields, fileSize: number): FileFact {
  const [nx, ny, nz] = fields.ints(FIELD.nx);
  const mode = findMode(fields.int(FIELD.mode));
  const extendedBytes = fields.int(FIELD.nsymbt);
  if (!mode || !areSizesSane([nx, ny, nz]) || extendedBytes < 0) {
    return fact('File size', fileSize, 'Bytes; what should be there can not be told.', 'doubtful');
  }
  const needed = HEADER_BYTES + extendedBytes + rowBytes(mode, nx) * ny * nz;
  if (fileSize < needed) {
    return fact(
      'File size',
      fileSize,
      `Cut off: the header promises ${needed} bytes. Copy it again.`,
      'wrong',
    );
  }
  if (fileSize === needed) return fact('File size', fileSize, 'bytes, as the header promises');
  const meaning = `${fileSize - needed} bytes more than the header promises: NX, NY, NZ, MODE or NSYMBT may be wrong.`;
  return fact('File size', fileSize, meaning, 'doubtful');
}
