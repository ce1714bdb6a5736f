/** What a scene's Wiener filter would be, by the very estimate that micrographs get. */
import type { Random } from '../../../core/random.ts';
import { complexField } from '../../../fft/cpuField.ts';
import { Fourier2d } from '../../../fft/cpuFourier.ts';
import { radialMeans } from '../../powerSpectrum.ts';
import type { Optics } from '../../simulation/optics.ts';
import { usualMicroscope } from '../defocusFit.ts';
import type { RadialSpectrum } from '../ringBands.ts';
import { estimateWiener, type WienerSettings, wienerTransfer } from '../wiener.ts';

/** Squares that the spectrum is a mean of: as many Å as 512 px of 1.9 Å. */
const squarePx = 120;
/** Pixels of the file that the scene is a coarse copy of, Å: its finer frequencies are noise, and tell how strong that is. */
const filePixelAngstrom = { low: 0.8, high: 2.2 };
/** Of the noise at the scene's own Nyquist, what is still there at the file's. */
const whitePart = { low: 0.35, high: 1 };
/** How often the user knows the defocus. */
const givenPart = 0.5;

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
  constructor(
    readonly side: number,
    readonly pixelSizeAngstrom: number,
  ) {
    this.fourier = new Fourier2d(side, side);
    this.field = complexField(side * side);
    this.table = new Float32Array(side * side);
  }

  /** The gain against cycles a pixel of the scene, as it is estimated from its noisy picture; the mean is not in it. */
  async gain(
    random: Random,
    picture: Float32Array,
    optics: Optics,
  ): Promise<(cyclesPerPixel: number) => number> {
    const filePixel = random.between(filePixelAngstrom.low, filePixelAngstrom.high);
    const coarser = this.pixelSizeAngstrom / filePixel;
    const spectrum = this.spectrum(random, picture, coarser);
    const isGiven = random.uniform() < givenPart;
    const settings: WienerSettings = {
      pixelSizeAngstrom: filePixel,
      microscope: isGiven ? optics : usualMicroscope,
      defocusAngstrom: isGiven ? optics.defocusAngstrom : undefined,
    };
    const transfer = wienerTransfer(await estimateWiener(spectrum, settings), settings);
    return (k) => (k === 0 ? 0 : transfer(k / coarser));
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

  /** The radial power of the file that this would be a copy of, `coarser` times coarser: noise alone beyond the scene's Nyquist. */
  private spectrum(random: Random, picture: Float32Array, coarser: number): RadialSpectrum {
    const { side } = this;
    const own = this.power(picture);
    const last = own.length - 1;
    const white = random.between(whitePart.low, whitePart.high);
    const count = Math.floor((squarePx / 2) * coarser) + 1;
    const values = Float64Array.from({ length: count }, (_, ring) =>
      Math.max(1, Math.PI * ring * (side / squarePx) ** 2),
    );
    let edge = 0;
    const averaged = 8;
    for (let ring = last - averaged + 1; ring <= last; ring++) edge += (own[ring] ?? 0) / averaged;
    const power = values.map((n, ring) => {
      if (ring <= last) return own[ring] ?? 0;
      const expected = edge * (white + (1 - white) * (last / ring) ** 2);
      return Math.max(1e-6 * edge, expected * (1 + random.normal() / Math.sqrt(n)));
    });
    return { step: 1 / (squarePx * coarser), power, values };
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
