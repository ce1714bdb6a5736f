/** The microscope, as far as a micrograph shows it. */
export interface Optics {
  readonly voltageKilovolt: number;
  /** Spherical aberration, mm. */
  readonly sphericalAberrationMm: number;
  /** Part of the contrast that is amplitude contrast, 0 … 1. */
  readonly amplitudeContrast: number;
  /** Underfocus is positive, Å. */
  readonly defocusAngstrom: number;
  /** Envelope exp(−B·k²/4), Å². */
  readonly envelopeAngstromSquared: number;
  /** Of a phase plate, rad; 0 without one. */
  readonly phaseShiftRadians?: number | undefined;
}

const electronRestEnergyVolt = 510998.95;

/** Relativistic wavelength, Å: 12.2643 / √(V + 0.978466·10⁻⁶ V²), V in volts (de Broglie). */
export function wavelengthAngstrom(voltageKilovolt: number): number {
  const volt = voltageKilovolt * 1000;
  return 12.2643247 / Math.sqrt(volt * (1 + 0.978466e-6 * volt));
}

/** Phase that 1 V over 1 Å gives an electron, rad: 2π/(λE) · (m₀c² + E)/(2m₀c² + E) (Kirkland 2010, eq. 2.5). */
export function interactionConstant(voltageKilovolt: number): number {
  const energy = voltageKilovolt * 1000;
  const relativity = (electronRestEnergyVolt + energy) / (2 * electronRestEnergyVolt + energy);
  return ((2 * Math.PI) / (wavelengthAngstrom(voltageKilovolt) * energy)) * relativity;
}

/**
 * The contrast transfer function with its envelope, against frequency in 1/Å. Negative at low frequencies, so that
 * protein in underfocus is dark: −(√(1−A²)·sin χ + A·cos χ)·exp(−Bk²/4), χ = πλΔf·k² − ½πC_s·λ³k⁴ + shift (Rohou and
 * Grigorieff 2015, eq. 1 to 4, without astigmatism).
 */
export function contrastTransfer(optics: Optics): (perAngstrom: number) => number {
  const lambda = wavelengthAngstrom(optics.voltageKilovolt);
  const sphericalAberration = optics.sphericalAberrationMm * 1e7;
  const amplitude = optics.amplitudeContrast;
  const phase = Math.sqrt(1 - amplitude ** 2);
  const shift = optics.phaseShiftRadians ?? 0;
  return (k) => {
    const chi =
      Math.PI * lambda * optics.defocusAngstrom * k ** 2 -
      0.5 * Math.PI * sphericalAberration * lambda ** 3 * k ** 4 +
      shift;
    const envelope = Math.exp((-optics.envelopeAngstromSquared * k ** 2) / 4);
    return -(phase * Math.sin(chi) + amplitude * Math.cos(chi)) * envelope;
  };
}

/** Rings of zeros that are told: more than this lie closer than a spectrum shows. */
const mostZeros = 60;

/**
 * Where the contrast transfer function is 0, in 1/Å, from the centre to `highest`: χ + asin(A) = nπ, which is quadratic
 * in k². Where spherical aberration turns the phase back, zeros of the way back are told, too.
 */
export function transferZeros(optics: Optics, highestPerAngstrom: number): number[] {
  const lambda = wavelengthAngstrom(optics.voltageKilovolt);
  const defocus = Math.PI * lambda * optics.defocusAngstrom;
  const aberration = 0.5 * Math.PI * optics.sphericalAberrationMm * 1e7 * lambda ** 3;
  const start = (optics.phaseShiftRadians ?? 0) + Math.asin(optics.amplitudeContrast);
  const zeros: number[] = [];
  for (let order = -mostZeros; order <= mostZeros; order++) {
    // aberration·k⁴ − defocus·k² + (order·π − start) = 0
    const rest = order * Math.PI - start;
    const root = defocus * defocus - 4 * aberration * rest;
    const squares =
      aberration === 0
        ? [rest / defocus]
        : root < 0
          ? []
          : [(defocus - Math.sqrt(root)) / (2 * aberration), (defocus + Math.sqrt(root)) / (2 * aberration)];
    for (const square of squares) {
      if (square > 0 && square <= highestPerAngstrom ** 2) zeros.push(Math.sqrt(square));
    }
  }
  return zeros.sort((a, b) => a - b).slice(0, mostZeros);
}
