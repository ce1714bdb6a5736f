import { UsageError } from '../../core/errors.ts';
import type { Optics } from '../simulation/optics.ts';

/** What a search with references can be told. */
export interface MatchingSettings {
  /** Longest extent of a particle, Å. */
  readonly diameterAngstrom: number;
  readonly brightParticles: boolean;
  /** From one turn in the plane to the next. */
  readonly angularStepDegrees: number;
  /** The micrograph's transfer function, for references that do not have it in them yet; undefined: they are searched as they are. */
  readonly optics: Optics | undefined;
  /** Half-amplitude wavelength of a low-pass on the references, Å: of averages of few particles the fine detail is noise. */
  readonly lowpassAngstrom: number | undefined;
  /** Whether the mirror images of averages are searched for, too: a particle seen from behind. Those of a volume always are. */
  readonly mirrors: boolean;
}

export const usualAngularStepDegrees = 15;
/** Of the views of a volume; coarser than turns, since neighbouring views look alike for longer. */
export const viewsPerTurn = 1.5;

const angularStepRange = { least: 2, most: 90 } as const;

/** The picture that is searched: finer than the instant template's would show no more at the noise of micrographs. */
export const matchingScale = { workingDiameterPx: 24, highpassDiameters: 4 } as const;
/** Of a diameter: the particle and the first fringes of its surroundings. */
export const matchingRadiusDiameters = 0.7;
/** Two candidates are never nearer than this. */
export const matchingSeparationDiameters = 0.7;

/** @throws UsageError for numbers that make no sense. */
export function checkMatching({ angularStepDegrees, lowpassAngstrom, optics }: MatchingSettings): void {
  const { least, most } = angularStepRange;
  if (!(angularStepDegrees >= least && angularStepDegrees <= most)) {
    throw new UsageError(
      `An angular step of ${angularStepDegrees}° makes no sense: give one from ${least}° to ${most}°.`,
    );
  }
  if (lowpassAngstrom !== undefined && !(lowpassAngstrom > 0)) {
    throw new UsageError(`A low-pass at ${lowpassAngstrom} Å makes no sense: give a length above 0.`);
  }
  if (!optics) return;
  const { defocusAngstrom, voltageKilovolt, amplitudeContrast } = optics;
  if (!(defocusAngstrom > 0 && defocusAngstrom <= 200_000)) {
    throw new UsageError(
      `A defocus of ${defocusAngstrom} Å makes no sense: give underfocus as a positive number, 18000 for 1.8 µm.`,
    );
  }
  if (!(voltageKilovolt >= 20 && voltageKilovolt <= 1500)) {
    throw new UsageError(`A voltage of ${voltageKilovolt} kV makes no sense: give 300, 200 or 120.`);
  }
  if (!(amplitudeContrast >= 0 && amplitudeContrast <= 1)) {
    throw new UsageError(`An amplitude contrast of ${amplitudeContrast} makes no sense: give 0 to 1.`);
  }
}
