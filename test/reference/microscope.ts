/**
 * The contrast transfer function by its definition, with CODATA 2018 constants: λ = h / √(2·m·e·V·(1 + eV / 2mc²)),
 * χ = πλΔf·k² − ½π·Cs·λ³k⁴, transfer −sin(χ + arcsin A)·exp(−Bk²/4); Δf, λ, 1/k in Å, underfocus positive.
 */
export function ctfReference(
  volt: number,
  defocus: number,
  sphericalAberration: number,
  amplitudeContrast: number,
  envelope: number,
): (k: number) => number {
  const wavelength = wavelengthReference(volt);
  return (k) => {
    const chi =
      Math.PI * wavelength * defocus * k ** 2 -
      (Math.PI / 2) * sphericalAberration * wavelength ** 3 * k ** 4;
    return -Math.sin(chi + Math.asin(amplitudeContrast)) * Math.exp((-envelope * k ** 2) / 4);
  };
}

const charge = 1.602176634e-19;
const mass = 9.1093837015e-31;
const light = 299792458;
const planck = 6.62607015e-34;

/** Å. */
export function wavelengthReference(volt: number): number {
  const energy = charge * volt;
  return (1e10 * planck) / Math.sqrt(2 * mass * energy * (1 + energy / (2 * mass * light ** 2)));
}

/** rad for each V·Å: 2π·m·γ·e·λ / h² . */
export function interactionReference(volt: number): number {
  const gamma = 1 + (charge * volt) / (mass * light ** 2);
  const wavelength = wavelengthReference(volt) * 1e-10;
  return ((2 * Math.PI * mass * gamma * charge * wavelength) / planck ** 2) * 1e-10;
}
