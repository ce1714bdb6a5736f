/** Particles over many micrographs in one STAR file, and the index of files that hold one micrograph each. */
import { FormatError } from '../../core/errors.ts';
import type { MicrographCoordinates } from '../coordinates.ts';
import { detailColumns } from './details.ts';
import type { StarBlock } from './parse.ts';
import { PLACEHOLDER, STAR_LABELS } from './picks.ts';
import { writeStar } from './write.ts';

export interface MicroscopeOptics {
  readonly voltageKilovolt: number;
  readonly sphericalAberrationMillimetre: number;
  readonly amplitudeContrast: number;
}

/** RELION refuses particles without them, even where only their places are wanted (3.1.3, November 2026). */
export const USUAL_OPTICS: MicroscopeOptics = {
  voltageKilovolt: 300,
  sphericalAberrationMillimetre: 2.7,
  amplitudeContrast: 0.1,
};

export interface ParticlesOptions {
  /** Å per pixel of the micrographs that do not tell their own. */
  readonly pixelSizeAngstrom?: number | undefined;
  /** Of the microscope; where they are not known, usual ones stand in the file, and a comment says so. */
  readonly optics?: MicroscopeOptics | undefined;
  /** "3.1" also for RELION 4 and 5: an optics block in front. "3.0": one block, the pixel size as a magnification. */
  readonly flavour?: '3.0' | '3.1';
  /** Whether the names of the user's classes are told, where there are some; true without it. */
  readonly names?: boolean;
  readonly comments?: readonly string[];
}

/** RELION 3.0 has the pixel size as detector pixel (µm) over magnification: this detector pixel is as good as any. */
const DETECTOR_PIXEL_MICROMETRE = 14;

/**
 * The particles of many micrographs in one table, with an optics block in front as RELION 3.1 to 5 and cryoSPARC want.
 * Coordinates have six decimals.
 */
export function writeStarParticles(
  micrographs: readonly MicrographCoordinates[],
  options: ParticlesOptions = {},
): string {
  const { pixelSizeAngstrom, flavour = '3.1', names = true, comments = [] } = options;
  const columns: string[] = [STAR_LABELS.x, STAR_LABELS.y, STAR_LABELS.score, STAR_LABELS.micrograph];
  const isOld = flavour === '3.0';
  const sizeOf = (one: MicrographCoordinates): number | undefined =>
    one.pixelSizeAngstrom ?? pixelSizeAngstrom;
  // Micrographs of one pixel size are an optics group; without any there is one, too.
  const groups = [...new Set(micrographs.length > 0 ? micrographs.map(sizeOf) : [pixelSizeAngstrom])];
  const groupOf = new Map(groups.map((size, i) => [size, i + 1]));
  const hasSizes = groups.every((size) => size !== undefined);
  if (!isOld) columns.push('rlnOpticsGroup');
  else if (hasSizes) columns.push('rlnMagnification', 'rlnDetectorPixelSize');
  const named = (names ? micrographs : []).flatMap(({ coordinates }) =>
    coordinates.map(({ className }) => ({ className })),
  );
  const details = detailColumns(named);
  columns.push(...details.columns);
  const lastOf = (one: MicrographCoordinates): number[] => {
    const size = sizeOf(one);
    if (!isOld) return [hasSizes ? (groupOf.get(size) ?? 1) : 1];
    return hasSizes && size !== undefined
      ? [(DETECTOR_PIXEL_MICROMETRE * 1e4) / size, DETECTOR_PIXEL_MICROMETRE]
      : [];
  };
  const rows = micrographs.flatMap((one) => {
    const last = lastOf(one);
    const { name = 'None', coordinates } = one;
    return coordinates.map(({ x, y, score = PLACEHOLDER, className }) => [
      ...[x, y, score, name, ...last],
      ...details.cellsOf({ className }),
    ]);
  });
  if (isOld) return writeStar([{ block: '', columns, rows }], comments, { version: false });
  const { voltageKilovolt, sphericalAberrationMillimetre, amplitudeContrast } =
    options.optics ?? USUAL_OPTICS;
  const microscope = [voltageKilovolt, sphericalAberrationMillimetre, amplitudeContrast];
  const sizes = ['rlnMicrographOriginalPixelSize', 'rlnMicrographPixelSize', 'rlnImagePixelSize'];
  const block = {
    block: 'optics',
    columns: [
      ...['rlnOpticsGroupName', 'rlnOpticsGroup', 'rlnVoltage', 'rlnSphericalAberration'],
      ...['rlnAmplitudeContrast', ...(hasSizes ? sizes : [])],
    ],
    rows: (hasSizes ? groups : [undefined]).map((size, i) => [
      ...[`opticsGroup${i + 1}`, i + 1, ...microscope],
      ...(size === undefined ? [] : sizes.map(() => size)),
    ]),
  };
  const notes = options.optics
    ? comments
    : [
        ...comments,
        'The microscope is not known: its voltage, aberration and amplitude contrast below are usual ones.',
      ];
  return writeStar([block, { block: 'particles', columns, rows }], notes);
}

/** One line of an index: a micrograph and the file that holds its coordinates, both as the index names them. */
export interface CoordinateFileEntry {
  readonly micrograph: string;
  readonly coordinates: string;
}

const COORDINATE_FILES = 'coordinate_files';
const COORDINATES = 'rlnMicrographCoordinates';

/** RELION 4's and 5's index, `data_coordinate_files`. */
export function writeCoordinateFiles(entries: readonly CoordinateFileEntry[]): string {
  const columns = [STAR_LABELS.micrograph, COORDINATES];
  const rows = entries.map(({ micrograph, coordinates }) => [micrograph, coordinates]);
  return writeStar([{ block: COORDINATE_FILES, columns, rows }]);
}

/**
 * The files that an index names, or undefined when the file is no index.
 * @throws FormatError missing-columns when it is one without file names.
 */
export function readCoordinateFiles(
  file: string,
  blocks: readonly StarBlock[],
): CoordinateFileEntry[] | undefined {
  const block = blocks.find(({ name }) => name === COORDINATE_FILES);
  const table = block?.loops[0];
  if (!table) return undefined;
  const [atName, atFile] = [STAR_LABELS.micrograph, COORDINATES].map((label) => table.columns.indexOf(label));
  if (atName === undefined || atFile === undefined || atName < 0 || atFile < 0) {
    throw new FormatError(
      'missing-columns',
      file,
      `is an index of coordinate files without the columns _${STAR_LABELS.micrograph} and _${COORDINATES}.`,
    );
  }
  return table.rows.map((row) => ({ micrograph: row[atName] ?? '', coordinates: row[atFile] ?? '' }));
}
