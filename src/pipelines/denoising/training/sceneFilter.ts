/** What a scene's Wiener filter would be, by its true spectra, made wrong as an estimate is. */
import type { Random } from '../../../core/random.ts';
import { complexField } from '../../../fft/cpuField.ts';
import { Fourier2d } from '../../../fft/cpuFourier.ts';
import { radialMeans } from '../../powerSpectrum.ts';

/** Squares that the spectrum is a mean of: as many Å as 512 px of 1.9 Å. */
const squarePx = 120;
/** How often the signal is taken to be stronger or weaker than it is, and steeper or flatter, and by how much. */
const wrongPart = 0.5;
const wrongStrength = 0.7;
const wrongSlope = 0.3;
/** Where a steeper spectrum is as strong as the true one, cycles a pixel. */
const pivot = 1 / 7.5;

/** Measures spectra and filters pictures of one side; keeps its memory. */
export class SceneFilter {
  private readonly fourier: Fourier2d;
  private readonly field;
  private readonly table: Float32Array;
  private readonly square = new Fourier2d(squarePx, squarePx);
  private readonly squareField = complexField(squarePx * squarePx);
  private readonly window = Float32Array.from(
    { length: squarePx },
    (_, i) => Math.sin((Math.PI * (i + 0.5)) / squarePx) ** 2,
  );

  /** @param side at least that of a square, with factors 2, 3 and 5. */
  constructor(readonly side: number) {
    this.fourier = new Fourier2d(side, side);
    this.field = complexField(side * side);
    this.table = new Float32Array(side * side);
  }

  /** The gain against cycles a pixel of a picture of the clean one and such noise; the mean is not in it. */
  gain(random: Random, clean: Float32Array, noise: Float32Array): (cyclesPerPixel: number) => number {
    const [signal, ground] = [this.power(clean), this.power(noise)];
    const isWrong = (): boolean => random.uniform() < wrongPart;
    const strength = isWrong() ? Math.exp(wrongStrength * random.normal()) : 1;
    const slope = isWrong() ? wrongSlope * random.normal() : 0;
    const gains = signal.map((value, ring) => {
      const taken = value * strength * (ring / squarePx / pivot) ** slope;
      return taken / (taken + (ground[ring] ?? 0)) || 0;
    });
    return (k) => {
      if (k === 0) return 0;
      const at = Math.max(1, k * squarePx);
      const ring = Math.min(gains.length - 2, Math.floor(at));
      const part = Math.min(1, at - ring);
      return (gains[ring] ?? 0) * (1 - part) + (gains[ring + 1] ?? 0) * part;
    };
  }

  /** Two pictures times a gain, in place. */
  filter(a: Float32Array, b: Float32Array, gain: (cyclesPerPixel: number) => number): void {
    const { field, fourier, table } = this;
    field.re.set(a);
    field.im.set(b);
    fourier.filter(field, fourier.radialTable(gain, table));
    a.set(field.re);
    b.set(field.im);
  }

  /** Mean power in rings, from squares that overlap by half (Welch 1967). */
  private power(picture: Float32Array): Float32Array {
    const { side, square, squareField: field, window } = this;
    let mean = 0;
    for (const value of picture) mean += value / picture.length;
    const steps = Math.ceil((2 * (side - squarePx)) / squarePx);
    const starts = Array.from({ length: steps + 1 }, (_, i) =>
      Math.round((i * (side - squarePx)) / Math.max(1, steps)),
    );
    const power = new Float64Array(squarePx * squarePx);
    for (const top of starts)
      for (const left of starts) {
        for (let y = 0, i = 0; y < squarePx; y++)
          for (let x = 0; x < squarePx; x++, i++)
            field.re[i] =
              ((picture[(top + y) * side + left + x] ?? 0) - mean) * (window[y] ?? 0) * (window[x] ?? 0);
        field.im.fill(0);
        square.forward(field);
        for (let u = 0, i = 0; u < squarePx; u++)
          for (let v = 0; v < squarePx; v++, i++) {
            const at = ((u + squarePx / 2) % squarePx) * squarePx + ((v + squarePx / 2) % squarePx);
            power[at] = (power[at] ?? 0) + (field.re[i] ?? 0) ** 2 + (field.im[i] ?? 0) ** 2;
          }
      }
    let windowPower = 0;
    for (const value of window) windowPower += value * value;
    const scale = 1 / (starts.length ** 2 * windowPower ** 2);
    return radialMeans(power, squarePx).map((value) => value * scale);
  }
}
