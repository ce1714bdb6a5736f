/**
 * FEI1 and FEI2: a record of 768 or 888 bytes for each section, written by Thermo Fisher's EPU, Velox and Tomography
 * (field list: "MRC2014 file image format specification", Thermo Fisher, and mrcfile's dtypes). Bit masks say which
 * fields are set.
 */
import type { Acquisition, FileFact } from '../../image.ts';
import { type Fields, fieldsOf } from '../layout.ts';
import {
  common,
  describeDefocus,
  type ExtendedHeader,
  type ExtendedInput,
  pixelSizeOfMetres,
  range,
  within,
} from './record.ts';

/** Byte offsets in a record; a field of the first mask also has its bit there. */
const AT = {
  size: 0,
  mask1: 8,
  application: 52,
  applicationVersion: 68,
  mask2: 297,
} as const;

interface Field {
  readonly name: string;
  readonly offset: number;
  readonly mask: 'mask1' | 'mask2';
  readonly bit: number;
}

const FIELDS = {
  voltage: { name: 'HT', offset: 84, mask: 'mask1', bit: 5 },
  dose: { name: 'Dose', offset: 92, mask: 'mask1', bit: 6 },
  tilt: { name: 'Alpha tilt', offset: 100, mask: 'mask1', bit: 7 },
  pixelSize: { name: 'Pixel size X', offset: 156, mask: 'mask1', bit: 14 },
  defocus: { name: 'Defocus', offset: 220, mask: 'mask1', bit: 22 },
  appliedDefocus: { name: 'Applied defocus', offset: 236, mask: 'mask1', bit: 24 },
  magnification: { name: 'Magnification', offset: 289, mask: 'mask1', bit: 31 },
  exposure: { name: 'Integration time', offset: 419, mask: 'mask2', bit: 16 },
} as const satisfies Record<string, Field>;

const INSTRUMENT_MODE = 244;
const STEM = 2;
/** Writes degrees that were converted from radians twice (IMOD, extraheader.c). */
const VERSION_WITH_WRONG_TILT = '4.4.0.4981';

export function readFei({ header, kind, bytes }: ExtendedInput): ExtendedHeader {
  const type = header.extendedType;
  const usual = type === 'FEI1' ? 768 : 888;
  const { recordBytes, littleEndian } = recordOf(bytes, header.littleEndian, usual);
  if (bytes.length < recordBytes || recordBytes < FIELDS.exposure.offset + 8) {
    const meaning = `Too short for a record of ${usual} bytes: it is not read.`;
    return {
      acquisition: {},
      facts: [{ name: type, value: `${bytes.length}`, meaning, verdict: 'doubtful' }],
    };
  }
  const records: Fields[] = [];
  const count = Math.min(header.sections, Math.floor(bytes.length / recordBytes));
  for (let i = 0; i < count; i++) {
    records.push(fieldsOf(bytes.subarray(i * recordBytes, (i + 1) * recordBytes), littleEndian));
  }
  const [first] = records;
  if (!first) return { acquisition: {}, facts: [] };
  const facts: FileFact[] = [];
  const say = (field: Field, meaning: string, verdict: FileFact['verdict'] = 'good') =>
    facts.push({
      name: `${type} ${field.name}`,
      value: String(first.double(field.offset)),
      meaning,
      verdict,
    });
  const read = (field: Field, record: Fields = first) =>
    isSet(record, field) ? record.double(field.offset) : Number.NaN;

  facts.push({
    name: `${type} records`,
    value: `${Math.floor(bytes.length / recordBytes)} × ${recordBytes} bytes`,
    meaning: [text(first, AT.application), text(first, AT.applicationVersion)].join(' ').trim(),
    verdict: 'good',
  });
  const voltageKilovolt = within(read(FIELDS.voltage) / 1000, 1, 5000);
  if (voltageKilovolt !== undefined) say(FIELDS.voltage, `${voltageKilovolt} kV`);

  // Metres to the power of −2.
  const dose = within(read(FIELDS.dose) / 1e20, 1e-6, 1e6);
  const isDoseOfAll = kind === 'image';
  if (dose !== undefined) {
    const whose = isDoseOfAll ? '' : '; whether of a frame or of all of them is not said';
    say(FIELDS.dose, `${dose} electrons per Å²${whose}`);
  }

  const degrees = text(first, AT.applicationVersion) === VERSION_WITH_WRONG_TILT ? Math.PI / 180 : 1;
  const tilts = records.flatMap((record) => within(read(FIELDS.tilt, record) * degrees, -90, 90) ?? []);
  if (tilts.length > 0) say(FIELDS.tilt, `Tilt ${range(tilts, '°')}`);

  const pixelSizeAngstrom = pixelSizeOfMetres(read(FIELDS.pixelSize));
  if (pixelSizeAngstrom !== undefined) say(FIELDS.pixelSize, `${pixelSizeAngstrom} Å`);

  const defocusAngstrom = readDefocus(first, read);
  if (defocusAngstrom) say(defocusAngstrom.field, describeDefocus(defocusAngstrom.angstrom));

  const magnification = within(read(FIELDS.magnification), 1, 1e8);
  if (magnification !== undefined) say(FIELDS.magnification, `${magnification} ×`);
  const exposureSeconds = within(read(FIELDS.exposure), 1e-6, 1e5);
  if (exposureSeconds !== undefined) say(FIELDS.exposure, `${exposureSeconds} s`);

  const acquisition: Acquisition = {
    voltageKilovolt,
    doseElectronsPerSquareAngstrom: isDoseOfAll ? dose : undefined,
    defocusAngstrom: defocusAngstrom?.angstrom,
    tiltDegrees: common(tilts, 0.005),
    magnification,
    exposureSeconds: kind === 'image' ? exposureSeconds : undefined,
  };
  return { acquisition, pixelSizeAngstrom, facts };
}

/**
 * A record begins with its own length, which is trusted where it is sane. The documents do not say which byte order
 * records have; the one in which the length is sane, and the file's own if neither is.
 */
function recordOf(bytes: Uint8Array<ArrayBuffer>, fileOrder: boolean, usual: number) {
  if (bytes.length >= 4) {
    for (const littleEndian of [fileOrder, !fileOrder]) {
      const recordBytes = fieldsOf(bytes, littleEndian).int(AT.size);
      if (recordBytes >= 256 && recordBytes <= Math.min(bytes.length, 65536))
        return { recordBytes, littleEndian };
    }
  }
  return { recordBytes: usual, littleEndian: fileOrder };
}

/** Some writers leave the masks empty: then every field counts that holds something sensible. */
function isSet(record: Fields, { mask, bit }: Field): boolean {
  const first = record.int(AT.mask1);
  const bits = mask === 'mask1' ? first : record.int(AT.mask2);
  return first === 0 || (bits & (1 << bit)) !== 0;
}

/**
 * The defocus that the user asked for, if it is there, as the lens' own reading depends on when it was zeroed. Metres,
 * negative under focus. A scanned image's is another thing.
 */
function readDefocus(record: Fields, read: (field: Field) => number) {
  if (record.int(INSTRUMENT_MODE) === STEM) return undefined;
  for (const field of [FIELDS.appliedDefocus, FIELDS.defocus]) {
    const angstrom = within(-read(field) * 1e10, -1e6, 1e6);
    if (angstrom !== undefined && angstrom !== 0) return { field, angstrom };
  }
  return undefined;
}

function text(record: Fields, offset: number): string {
  return record.text(offset, 16).trim();
}
