import type { Random } from '../../core/random.ts';

/**
 * Thickness of vitreous ice after which 1/e of the electrons of 300 kV are left that lost no energy and stay within the
 * aperture, nm; the rest is taken out by the energy filter (Rice et al. 2018).
 */
const freePathNanometre = 320;

/** Relative intensity fluctuations that 30 nm of ice make, rms: a chosen value, of the order seen in real micrographs. */
const contrastOf30Nanometre = 0.02;

/** Part of the intensity that comes through, against ice of this thickness being none. */
export function iceTransmission(thicknessNanometre: number): number {
  return Math.exp(-thicknessNanometre / freePathNanometre);
}

/** Rms contrast of the ice's own structure: that of independent layers, so it grows with the root of the thickness. */
export function iceContrast(thicknessNanometre: number): number {
  return contrastOf30Nanometre * Math.sqrt(thicknessNanometre / 30);
}

/** Amplitude of the ice's structure before the transfer function, k in 1/Å: power 1 / (1 + (100 Å · k)²). */
export function iceSpectrum(perAngstrom: number): number {
  return 1 / Math.sqrt(1 + (100 * perAngstrom) ** 2);
}

/** Bragg rings of hexagonal ice, Å: (100), (002) and (101) (Dowell and Rinfret 1960). */
export const hexagonalIceAngstrom = [3.9, 3.67, 3.44] as const;

/** Whether pixels are small enough to show any of the rings. */
export function showsIceRings(pixelSizeAngstrom: number): boolean {
  return 2 * pixelSizeAngstrom < hexagonalIceAngstrom[0];
}

/** How strongly each frequency (1/Å) takes part in the speckle of hexagonal ice: narrow rings, of grains of 150 Å. */
export function iceRings(perAngstrom: number): number {
  const width = 1 / 150;
  return hexagonalIceAngstrom.reduce(
    (sum, spacing) => sum + Math.exp(-(((perAngstrom - 1 / spacing) / width) ** 2) / 2),
    0,
  );
}

/**
 * Thickness over a picture, nm: a mean with slow changes of the given rms, thinner towards a random point as in the middle
 * of a hole. Never below a fifth of the mean.
 */
export function iceThickness(
  random: Random,
  width: number,
  height: number,
  meanNanometre: number,
  rmsNanometre: number,
): Float32Array<ArrayBuffer> {
  const centre = { x: random.uniform(), y: random.uniform() };
  const waves = Array.from({ length: 5 }, () => ({
    x: random.between(-2, 2) * Math.PI,
    y: random.between(-2, 2) * Math.PI,
    phase: random.between(0, 2 * Math.PI),
  }));
  const shape = new Float32Array(width * height);
  let [sum, squares] = [0, 0];
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      const [x, y] = [u / width, v / height];
      let value = 4 * ((x - centre.x) ** 2 + (y - centre.y) ** 2);
      for (const wave of waves) value += 0.5 * Math.sin(wave.x * x + wave.y * y + wave.phase);
      shape[v * width + u] = value;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / shape.length;
  const deviation = Math.sqrt(Math.max(0, squares / shape.length - mean * mean));
  const scale = deviation > 0 ? rmsNanometre / deviation : 0;
  return shape.map((value) => Math.max(meanNanometre / 5, meanNanometre + scale * (value - mean)));
}
