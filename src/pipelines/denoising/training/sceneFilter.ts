/** What a scene's Wiener filter would be, known from its parts: its clean picture and two fields of noise. */
import type { Random } from '../../../core/random.ts';
import { complexField } from '../../../fft/cpuField.ts';
import { Fourier2d } from '../../../fft/cpuFourier.ts';

/** How wrong the signal is taken to be, as that of a micrograph is: deviation of its logarithm, and of its slope. */
const strengthError = 0.4;
const slopeError = 0.15;
/** Signal that is found where there is none, as a part of the noise at long waves; half of its amplitude at 8 working pixels. */
const leastSignal = 1e-3;
const leastSignalPx = 8;
/** Wavelength about which a wrong slope turns, cycles a pixel, and the lowest frequency that it is followed to. */
const pivot = 0.05;
const lowest = 0.004;
/** Rings are averaged over this part of their radius on either side: little for the signal, for the transfer function's rings are in it. */
const signalSmoothing = 0.05;
const noiseSmoothing = 0.3;

/** Measures spectra and filters pictures of one side; keeps its memory. */
export class SceneFilter {
  private readonly fourier: Fourier2d;
  private readonly field;
  private readonly table: Float32Array;
  private readonly window: Float32Array;

  /** @param side with factors 2, 3 and 5. */
  constructor(readonly side: number) {
    this.fourier = new Fourier2d(side, side);
    this.field = complexField(side * side);
    this.table = new Float32Array(side * side);
    this.window = Float32Array.from({ length: side }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / side) ** 2);
  }

  /**
   * The gain S / (S + N) against ring, of spectra that are off as much as a fit to one micrograph is.
   * @param noises of one spectrum.
   */
  gains(random: Random, clean: Float32Array, noises: readonly [Float32Array, Float32Array]): Float64Array {
    const signal = smoothed(this.power(clean), signalSmoothing);
    const [one, two] = noises.map((noise) => smoothed(this.power(noise), noiseSmoothing));
    const strength = strengthError * random.normal();
    const slope = slopeError * random.normal();
    return signal.map((value, ring) => {
      if (ring === 0) return 0;
      const k = ring / this.side;
      const noise = ((one?.[ring] ?? 0) + (two?.[ring] ?? 0)) / 2;
      const wrong = Math.exp(strength + slope * Math.log(Math.max(k, lowest) / pivot));
      const found = value * wrong + (leastSignal * noise) / (1 + (leastSignalPx * k) ** 2) ** 2;
      return found / (found + noise || 1);
    });
  }

  /** Two pictures times gains against ring, in place. */
  filter(a: Float32Array, b: Float32Array, gains: Float64Array): void {
    const { field, fourier, side } = this;
    field.re.set(a);
    field.im.set(b);
    const last = gains.length - 1;
    fourier.filter(
      field,
      fourier.radialTable((k) => gains[Math.min(last, Math.round(k * side))] ?? 0, this.table),
    );
    a.set(field.re);
    b.set(field.im);
  }

  /** Mean power in rings one frequency wide, out to the corners; a Hann window keeps the edges out of it. */
  private power(picture: Float32Array): Float64Array {
    const { field, fourier, side, window } = this;
    let mean = 0;
    for (const value of picture) mean += value / picture.length;
    for (let y = 0, i = 0; y < side; y++)
      for (let x = 0; x < side; x++, i++)
        field.re[i] = ((picture[i] ?? 0) - mean) * (window[y] ?? 0) * (window[x] ?? 0);
    field.im.fill(0);
    fourier.forward(field);
    const rings = Math.round(side * Math.SQRT1_2) + 1;
    const sums = new Float64Array(rings);
    const counts = new Float64Array(rings);
    for (let u = 0, i = 0; u < side; u++)
      for (let v = 0; v < side; v++, i++) {
        const ring = Math.round(Math.hypot(Math.min(u, side - u), Math.min(v, side - v)));
        sums[ring] = (sums[ring] ?? 0) + (field.re[i] ?? 0) ** 2 + (field.im[i] ?? 0) ** 2;
        counts[ring] = (counts[ring] ?? 0) + 1;
      }
    return sums.map((sum, ring) => sum / Math.max(1, counts[ring] ?? 0));
  }
}

/** Means over a part of the radius on either side, and at least over the two neighbours. */
function smoothed(power: Float64Array, part: number): Float64Array {
  return power.map((_, ring) => {
    const reach = Math.max(1, Math.floor(part * ring));
    const from = Math.max(1, ring - reach);
    const to = Math.min(power.length - 1, ring + reach);
    let sum = 0;
    for (let i = from; i <= to; i++) sum += power[i] ?? 0;
    return Math.max(1e-12, sum / Math.max(1, to - from + 1));
  });
}
