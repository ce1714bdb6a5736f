/** What a header says of the size of the picture and of its pixels, with verdicts. */
import type { FileFact } from '../image.ts';
import { areSizesSane } from './byteOrder.ts';
import type { SignVerdict } from './byteSign.ts';
import { fact, tidy, type Verdict } from './fact.ts';
import { voxelSize } from './header.ts';
import { isVolumeStack } from './kind.ts';
import { FIELD, type Fields } from './layout.ts';
import { explainMode, findMode } from './modes.ts';

/** What is known of the file from other places than its header. */
export interface KnownElsewhere {
  readonly sign?: SignVerdict | undefined;
  /** Å, from the extended header. */
  readonly recordedPixelSizeAngstrom?: number | undefined;
}

export function geometryFacts(fields: Fields, known: KnownElsewhere): FileFact[] {
  const sizes = fields.ints(FIELD.nx);
  const start = fields.ints(FIELD.start);
  return [
    areSizesSane(sizes)
      ? fact(
          'NX, NY, NZ',
          sizes.join(' '),
          `${sizes[0]} columns, ${sizes[1]} rows, ${sizes[2]} section${sizes[2] === 1 ? '' : 's'}`,
        )
      : fact('NX, NY, NZ', sizes.join(' '), 'No picture has this size: the header is damaged.', 'wrong'),
    modeFact(fields.int(FIELD.mode), known.sign),
    fact(
      'NXSTART, NYSTART, NZSTART',
      start.join(' '),
      start.every((n) => n === 0) ? 'begins at the origin' : 'the first pixel lies there in the unit cell',
    ),
    ...cellFacts(fields, sizes, known),
    axesFact(fields.ints(FIELD.mapC)),
  ];
}

function modeFact(number: number, sign: SignVerdict | undefined): FileFact {
  const mode = findMode(number);
  if (!mode) return fact('MODE', number, `It ${explainMode(number)}`, 'wrong');
  if (sign) {
    return fact(
      'MODE',
      number,
      `8-bit integer, ${sign.sign}: ${sign.reason}${sign.isGuessed ? '. A guess: set it if the picture looks torn' : ''}`,
      sign.isGuessed ? 'doubtful' : 'good',
    );
  }
  if (mode.isComplex) return fact('MODE', number, `${mode.words}, a Fourier transform: amplitudes are shown`);
  const more = number === 6 ? '; RELION 3 reads values above 32767 as negative' : '';
  return fact('MODE', number, `${mode.words}${more}`);
}

function cellFacts(fields: Fields, sizes: readonly number[], known: KnownElsewhere): FileFact[] {
  const samples = fields.ints(FIELD.mx);
  const cell = fields.floats(FIELD.cellX);
  const angles = fields.floats(FIELD.cellAngles);
  const isWhole = samples[0] === sizes[0] && samples[1] === sizes[1];
  const samplesMeaning = samples.some((n) => n < 0)
    ? 'Negative, which can not be: no pixel size follows from it.'
    : samples[0] === 0
      ? 'Not set: the pixel size is not known.'
      : isWhole
        ? 'samples along the cell, as many as pixels'
        : 'samples along the cell, not as many as pixels: the pixel size is CELLA / MX';
  return [
    fact(
      'MX, MY, MZ',
      samples.join(' '),
      samplesMeaning,
      samples.some((n) => n < 0) ? 'wrong' : samples[0] === 0 ? 'doubtful' : 'good',
    ),
    cellFact(fields, cell, known),
    fact(
      'CELLB',
      angles.map(tidy).join(' '),
      angles.every((angle) => angle === 90) ? 'right angles' : 'angles of the cell, degrees',
      angles.every((angle) => angle > 0 && angle < 180) ? 'good' : 'doubtful',
    ),
  ];
}

function cellFact(
  fields: Fields,
  cell: readonly number[],
  { recordedPixelSizeAngstrom: recorded }: KnownElsewhere,
): FileFact {
  const say = (meaning: string, verdict: Verdict) =>
    fact('CELLA', cell.map(tidy).join(' '), meaning, verdict);
  const remedy =
    recorded === undefined ? 'give the pixel size by hand' : `the extended header says ${recorded} Å`;
  if (cell.some((edge) => edge < 0 || !Number.isFinite(edge))) {
    return say(`Negative or no number, which can not be: ${remedy}.`, 'wrong');
  }
  const [x, y, z] = voxelSize(fields);
  if (x === undefined)
    return say(`The pixel size is not known here: ${remedy}.`, recorded === undefined ? 'doubtful' : 'good');
  const size = `pixels of ${[x, y, z].map((edge) => edge ?? '?').join(' × ')} Å`;
  if (x === 1) return say(`${size}, which many programs write when they do not know: check it`, 'doubtful');
  if (x < SMALLEST_PIXEL || x > LARGEST_PIXEL)
    return say(`${size}, which can hardly be: check it`, 'doubtful');
  if (isOblong(fields)) return say(`${size}: they are not square, check it`, 'doubtful');
  return say(size, 'good');
}

/** Of a microscope, Å: a tenth of a hydrogen atom, and the map of a whole grid. */
const SMALLEST_PIXEL = 0.05;
const LARGEST_PIXEL = 50_000;

/** Whether pixels of a picture differ in width and height by more than a hundredth; those of crystals may. */
export function isOblong(fields: Fields): boolean {
  const [x, y] = voxelSize(fields);
  const isCrystal = fields.int(FIELD.spaceGroup) > 1 && !isVolumeStack(fields.int(FIELD.spaceGroup));
  return !isCrystal && x !== undefined && y !== undefined && Math.abs(x - y) > 0.01 * Math.max(x, y);
}

function axesFact(axes: readonly number[]): FileFact {
  const value = axes.join(' ');
  const name = 'MAPC, MAPR, MAPS';
  if (value === '1 2 3') return fact(name, value, 'columns run along x, rows along y, sections along z');
  if ([...axes].sort().join(' ') === '1 2 3') {
    const [c, r, s] = axes.map((axis) => 'xyz'[axis - 1]);
    return fact(name, value, `columns run along ${c}, rows along ${r}, sections along ${s}; shown as stored`);
  }
  const isUnset = axes.every((axis) => axis === 0);
  return fact(
    name,
    value,
    `${isUnset ? 'Not set' : 'No order of three axes'}: taken as 1 2 3.`,
    isUnset ? 'doubtful' : 'wrong',
  );
}
