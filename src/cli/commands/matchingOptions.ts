/** What `cryolite pick --method matching` is told: references, and the transfer functions of micrographs. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CryoliteError, FormatError, messageOf, UsageError } from '../../core/errors.ts';
import { micrographStem } from '../../formats/coordinates.ts';
import { readStarCtf } from '../../formats/star/ctf.ts';
import { usualMicroscope } from '../../pipelines/denoising/defocusFit.ts';
import { usualAngularStepDegrees } from '../../pipelines/matching/settings.ts';
import type { Optics } from '../../pipelines/simulation/optics.ts';
import { parseNumber, parsePositive } from '../command.ts';

export interface MatchingOptions {
  readonly reference?: string;
  readonly referencePixelSize?: number;
  readonly referenceKind?: 'averages' | 'volume';
  readonly referenceLowpass?: number;
  readonly mirrors?: boolean;
  /** Degrees. */
  readonly angularStep?: number;
  /** Å. */
  readonly defocus?: number;
  /** STAR file of a CTF estimation. */
  readonly ctf?: string;
  readonly voltage?: number;
  readonly cs?: number;
  readonly amplitudeContrast?: number;
}

/** The names of these options, to say that another method does not have them. */
export const matchingOptionNames = [
  'reference',
  'referencePixelSize',
  'referenceKind',
  'referenceLowpass',
  'mirrors',
  'angularStep',
  'defocus',
  'ctf',
  'voltage',
  'cs',
  'amplitudeContrast',
] as const satisfies readonly (keyof MatchingOptions)[];

/** Adds them to the command. */
export function addMatchingOptions(command: Command): Command {
  return command
    .option('--reference <file>', 'for matching: class averages (.mrcs) or a density map (.mrc)')
    .option(
      '--reference-pixel-size <Å>',
      'for matching: of the reference, where its file does not know it or is wrong',
      parsePositive,
    )
    .addOption(
      new Option(
        '--reference-kind <kind>',
        'for matching: what the reference is, where its file does not tell',
      ).choices(['averages', 'volume']),
    )
    .option(
      '--reference-lowpass <Å>',
      'for matching: leaves finer detail of the references out, as the noise of averages of few particles',
      parsePositive,
    )
    .option(
      '--mirrors',
      'for matching: search for mirror images of averages, too (those of a map always are)',
    )
    .option(
      '--angular-step <°>',
      `for matching: from one turn to the next; views of a map are 1.5 times as far apart (default: ${usualAngularStepDegrees})`,
      parsePositive,
    )
    .option(
      '--defocus <Å>',
      'for matching: underfocus of the micrographs, as 18000 or 1.8um; for maps and for averages that are corrected for the CTF',
      parseDefocus,
    )
    .option('--ctf <file>', 'for matching: STAR file with the defocus of each micrograph instead')
    .option(
      '--voltage <kV>',
      `for matching, with a defocus (default: ${usualMicroscope.voltageKilovolt})`,
      parsePositive,
    )
    .option(
      '--cs <mm>',
      `for matching, with a defocus: spherical aberration (default: ${usualMicroscope.sphericalAberrationMm})`,
      parseNumber,
    )
    .option(
      '--amplitude-contrast <part>',
      `for matching, with a defocus (default: ${usualMicroscope.amplitudeContrast})`,
      parseNumber,
    );
}

/** For `argParser`: a length in Å, or in µm where it says so. */
export function parseDefocus(text: string): number {
  const [, number = '', unit = ''] = /^\s*([\d.]+)\s*(um|µm|μm|Å|A)?\s*$/i.exec(text) ?? [];
  const value = Number(number) * (/^(um|µm|μm)$/i.test(unit) ? 10_000 : 1);
  if (number === '' || !(value > 0)) {
    throw new InvalidArgumentError('It must be a length above 0: 18000 (Å) or 1.8um.');
  }
  if (value < 100) {
    throw new InvalidArgumentError(`${text} would be Å, less than a microscope can: write ${text}um for µm.`);
  }
  return value;
}

/** Gives the optics of each micrograph. @throws CryoliteError where a file of transfer functions does not name it. */
export type OpticsOf = (micrograph: string) => Optics | undefined;

/** @throws UsageError where options contradict each other; FormatError. */
export async function readOptics(options: MatchingOptions): Promise<OpticsOf> {
  const { defocus, ctf, voltage, cs, amplitudeContrast } = options;
  if (defocus !== undefined && ctf !== undefined) {
    throw new UsageError('--defocus and --ctf say the same: give one of them.');
  }
  const optics = (defocusAngstrom: number): Optics => ({
    voltageKilovolt: voltage ?? usualMicroscope.voltageKilovolt,
    sphericalAberrationMm: cs ?? usualMicroscope.sphericalAberrationMm,
    amplitudeContrast: amplitudeContrast ?? usualMicroscope.amplitudeContrast,
    defocusAngstrom,
    envelopeAngstromSquared: 0,
  });
  if (ctf === undefined) {
    if (defocus !== undefined) return () => optics(defocus);
    if (voltage !== undefined || cs !== undefined || amplitudeContrast !== undefined) {
      throw new UsageError(
        '--voltage, --cs and --amplitude-contrast belong to a defocus: give --defocus or --ctf.',
      );
    }
    return () => undefined;
  }
  const text = await readFile(ctf, 'utf8').catch((error: unknown) => {
    throw new FormatError('bad-star', ctf, `can't be read: ${messageOf(error)}`);
  });
  const known = readStarCtf(ctf, text);
  return (micrograph) => {
    const found = known.get(micrographStem(basename(micrograph)));
    if (!found) {
      throw new CryoliteError(
        'unsuitable',
        `${micrograph} is not in ${ctf}: its transfer function is not known.`,
      );
    }
    const given = optics(found.defocusAngstrom);
    return {
      ...given,
      // What is said on the command line counts more.
      voltageKilovolt: voltage ?? found.voltageKilovolt ?? given.voltageKilovolt,
      sphericalAberrationMm: cs ?? found.sphericalAberrationMm ?? given.sphericalAberrationMm,
      amplitudeContrast: amplitudeContrast ?? found.amplitudeContrast ?? given.amplitudeContrast,
      phaseShiftRadians: ((found.phaseShiftDegrees ?? 0) * Math.PI) / 180,
    };
  };
}
