/** Transfer functions of micrographs in STAR files, as CtfFind in RELION writes them. */
import { FormatError } from '../../core/errors.ts';
import { micrographStem, parseDecimal } from '../coordinates.ts';
import { parseStar, type StarLoop } from './parse.ts';

/** What a file says of one micrograph; undefined where it does not say. */
export interface StarCtf {
  /** Mean of both axes of astigmatism, underfocus positive, Å. */
  readonly defocusAngstrom: number;
  readonly voltageKilovolt: number | undefined;
  readonly sphericalAberrationMm: number | undefined;
  readonly amplitudeContrast: number | undefined;
  readonly phaseShiftDegrees: number | undefined;
}

const MICROGRAPH = 'rlnMicrographName';
const DEFOCUS_U = 'rlnDefocusU';
const DEFOCUS_V = 'rlnDefocusV';
const OPTICS_GROUP = 'rlnOpticsGroup';

/**
 * Defocus by micrograph, under its name without folders and extension; of particles in one micrograph the first counts.
 * Voltage and what belongs to it come from the table itself or from its table of optics groups.
 * @throws FormatError bad-star, or missing-columns where there is no defocus.
 */
export function readStarCtf(file: string, text: string): ReadonlyMap<string, StarCtf> {
  const loops = parseStar(file, text).flatMap((block) => block.loops);
  const table = loops.find(({ columns }) => columns.includes(MICROGRAPH) && columns.includes(DEFOCUS_U));
  if (!table) {
    throw new FormatError(
      'missing-columns',
      file,
      `has no table with _${MICROGRAPH} and _${DEFOCUS_U}: give the micrographs' STAR file of the CTF estimation.`,
    );
  }
  const groups = opticsGroups(loops.filter((loop) => loop !== table));
  const found = new Map<string, StarCtf>();
  for (const row of table.rows) {
    const name = micrographStem(cell(table, row, MICROGRAPH) ?? '');
    if (found.has(name)) continue;
    const group = groups.get(cell(table, row, OPTICS_GROUP) ?? '');
    const number = (label: string): number | undefined =>
      parseDecimal(cell(table, row, label) ?? '') ?? parseDecimal(group?.(label) ?? '');
    const first = number(DEFOCUS_U);
    if (first === undefined) continue;
    found.set(name, {
      defocusAngstrom: (first + (number(DEFOCUS_V) ?? first)) / 2,
      voltageKilovolt: number('rlnVoltage'),
      sphericalAberrationMm: number('rlnSphericalAberration'),
      amplitudeContrast: number('rlnAmplitudeContrast'),
      phaseShiftDegrees: number('rlnPhaseShift'),
    });
  }
  return found;
}

type Cells = (label: string) => string | undefined;

function opticsGroups(loops: readonly StarLoop[]): ReadonlyMap<string, Cells> {
  const table = loops.find(({ columns }) => columns.includes(OPTICS_GROUP));
  const groups = new Map<string, Cells>();
  for (const row of table?.rows ?? []) {
    const number = table && cell(table, row, OPTICS_GROUP);
    if (table && number !== undefined) groups.set(number, (label) => cell(table, row, label));
  }
  return groups;
}

function cell({ columns }: StarLoop, row: readonly string[], label: string): string | undefined {
  const at = columns.indexOf(label);
  return at < 0 ? undefined : row[at];
}
