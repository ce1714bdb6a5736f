import { UsageError } from '../../core/errors.ts';
import type { ContaminantCounts, ContaminantSizes } from './contaminants.ts';
import type { Optics } from './optics.ts';
import type { CameraKind } from './response.ts';
import type { ParticleShape } from './shapes.ts';

export interface SimulationParameters {
  /** Edge of the square micrograph, px; columns only where `height` is given. */
  readonly size: number;
  /** Rows, px, of a micrograph that is no square. */
  readonly height?: number | undefined;
  readonly seed: number;
  /** How many to place; fewer come out when they don't fit. */
  readonly particles: number;
  /** What particles look like, where no volume is given. */
  readonly shape: ParticleShape;
  /** Longest extent of a particle, Å. */
  readonly diameterAngstrom: number;
  /** Least distance between two centres, in diameters: below 1 they overlap. */
  readonly spacingDiameters: number;
  /** Heaps of 5 to 20 particles that stick together; they are contamination, not truth. */
  readonly aggregates: number;
  readonly contaminants: ContaminantCounts;
  /** Of ice crystals and drops of ethane; 250 to 1500 Å unless said. */
  readonly contaminantSizes?: ContaminantSizes | undefined;
  readonly pixelSizeAngstrom: number;
  /** Electrons per Å² that hit the specimen over the whole exposure. */
  readonly doseElectronsPerSquareAngstrom: number;
  /** Where given, the dose is chosen such that this comes out: see `SimulatedMicrograph.signalToNoise`. */
  readonly signalToNoise?: number | undefined;
  /** Mean thickness of the ice, nm, and how it varies over the picture, rms, nm. */
  readonly iceNanometre: number;
  readonly iceVariationNanometre: number;
  readonly camera: CameraKind;
  readonly optics: Optics;
}

export const defaultSimulation: SimulationParameters = {
  size: 2048,
  seed: 1,
  particles: 200,
  shape: 'barrel',
  diameterAngstrom: 150,
  spacingDiameters: 1,
  aggregates: 0,
  contaminants: {},
  pixelSizeAngstrom: 1.5,
  doseElectronsPerSquareAngstrom: 60,
  iceNanometre: 30,
  iceVariationNanometre: 1,
  camera: 'counting',
  optics: {
    voltageKilovolt: 300,
    sphericalAberrationMm: 2.7,
    amplitudeContrast: 0.1,
    defocusAngstrom: 15000,
    envelopeAngstromSquared: 60,
  },
};

/** @throws UsageError for parameters that make no micrograph. */
export function checkParameters(parameters: SimulationParameters): void {
  const { size, height = size, particles, diameterAngstrom, aggregates, contaminants } = parameters;
  const { pixelSizeAngstrom, doseElectronsPerSquareAngstrom, spacingDiameters } = parameters;
  const shape = height === size ? `${size}` : `${size} × ${height}`;
  if (![size, height].every((side) => Number.isInteger(side) && side >= 32 && side <= 16384)) {
    throw new UsageError(`A micrograph of ${shape} px can't be simulated: choose a size from 32 to 16384.`);
  }
  if (!Number.isInteger(particles) || particles < 0 || particles > 100000) {
    throw new UsageError(`${particles} particles can't be simulated: choose from 0 to 100000.`);
  }
  for (const [kind, count] of Object.entries({ aggregates, ...contaminants })) {
    if (!Number.isInteger(count) || count < 0 || count > 10000)
      throw new UsageError(`${count} ${kind} can't be simulated: choose from 0 to 10000.`);
  }
  for (const [name, value] of Object.entries({
    diameterAngstrom,
    pixelSizeAngstrom,
    doseElectronsPerSquareAngstrom,
    spacingDiameters,
    ...(parameters.signalToNoise === undefined ? {} : { signalToNoise: parameters.signalToNoise }),
  })) {
    if (!(value > 0 && Number.isFinite(value)))
      throw new UsageError(`${name} must be above 0, but is ${value}.`);
  }
  for (const [name, value] of Object.entries({
    iceNanometre: parameters.iceNanometre,
    iceVariationNanometre: parameters.iceVariationNanometre,
  })) {
    if (!(value >= 0 && value <= 1000))
      throw new UsageError(`${name} must be from 0 to 1000, but is ${value}.`);
  }
  if (diameterAngstrom / pixelSizeAngstrom > Math.min(size, height) / 2) {
    throw new UsageError(
      `A particle of ${diameterAngstrom} Å does not fit a micrograph of ${shape} px at ${pixelSizeAngstrom} Å: take a larger size.`,
    );
  }
}
