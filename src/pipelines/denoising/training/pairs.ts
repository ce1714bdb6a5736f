/** Pairs of pictures of one specimen under independent noise, from somebody's own micrographs. */
import { createRandom, type Random } from '../../../core/random.ts';
import { complexField } from '../../../fft/cpuField.ts';
import { Fourier2d } from '../../../fft/cpuFourier.ts';
import { TrainingError } from '../../../nn/train/errors.ts';
import { patchPx } from './settings.ts';

/** What the network sees of one half, and what the other half shows, at the working scale; row-major. */
export interface PicturePair {
  readonly width: number;
  readonly height: number;
  /** Rows that are learnt from; those below are kept back. */
  readonly learntRows: number;
  /** A Wiener filter's picture, of deviation 1. */
  readonly input: Float32Array<ArrayBuffer>;
  /** In the same units, with noise of its own. */
  readonly target: Float32Array<ArrayBuffer>;
}

/** Gain against cycles a pixel of the working picture. */
export type Gain = (cyclesPerPixel: number) => number;

/** A picture at the working scale that nothing was filtered out of; its sides have factors 2, 3 and 5. */
export interface Half {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** What of a spectrum is noise and what is signal, against cycles a working pixel; white noise of variance 1 has 1. */
export interface HalfSpectra {
  readonly signal: Gain;
  readonly noise: Gain;
}

const keptPart = 0.15;
const leastKept = 32;
/**
 * Where less than this part of a frequency is signal, the target is faded out: what can't be learnt there is noise that all the rest
 * would have to be learnt against.
 */
const leastGain = 0.02;

/** The rows to learn from. @throws TrainingError where the picture is too small. */
export function learntRows({ width, height }: Omit<Half, 'data'>): number {
  const rows = height - Math.max(leastKept, Math.round(keptPart * height));
  if (rows >= patchPx && width >= patchPx) return rows;
  throw new TrainingError(
    `A picture of ${width} × ${height} px at the denoiser's scale is too small to learn from: it takes ${patchPx} × ${patchPx + leastKept}.`,
  );
}

/** Two halves of one exposure, each the other's target. */
export function pairsOfHalves(one: Half, two: Half, spectra: HalfSpectra, clip: number): PicturePair[] {
  const filter = new HalfFilter(one);
  return [
    filter.pair(one.data, two.data, spectra, 1, clip),
    filter.pair(two.data, one.data, spectra, 1, clip),
  ];
}

/**
 * Pictures of one specimen that may have been scaled apart, and are not equally noisy: a frame, and the average of the others. Their noise is
 * independent, so what of the target the filter's picture tells is no more than the scale between them; the target is divided by it,
 * as simulated ones are by what the filter is off by.
 * @throws TrainingError where nothing is shared.
 */
export function scaledPair(input: Half, target: Half, spectra: HalfSpectra, clip: number): PicturePair {
  const filter = new HalfFilter(input);
  const unclipped = Number.POSITIVE_INFINITY;
  const pair = filter.pair(input.data, target.data, spectra, 1, unclipped);
  let [shared, seen] = [0, 0];
  for (const [i, value] of pair.input.entries()) {
    shared += value * (pair.target[i] ?? 0);
    seen += value * value;
  }
  if (!(shared > 0))
    throw new TrainingError('Its two pictures have nothing in common: are they of one place?');
  const within = (value: number): number => Math.max(-clip, Math.min(clip, value));
  return {
    ...pair,
    input: pair.input.map(within),
    target: pair.target.map((value) => within((value * seen) / shared)),
  };
}

/**
 * Pairs from a picture that has no second exposure, recorrupted (Pang et al. 2021): y + n and y − n, n being new noise of the
 * spectrum that the picture's own has, are independent given what is below. Blind spots (Krull et al. 2019) would need noise that is
 * independent from pixel to pixel, as a micrograph's is not.
 */
export function recorruptedPairs(
  picture: Half,
  spectra: HalfSpectra,
  count: number,
  seed: number,
  clip: number,
): PicturePair[] {
  const { data } = picture;
  const filter = new HalfFilter(picture);
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const noise = filter.draw(random, spectra.noise);
    const plus = data.map((value, i) => value + (noise[i] ?? 0));
    const minus = data.map((value, i) => value - (noise[i] ?? 0));
    return filter.pair(plus, minus, spectra, 2, clip);
  });
}

class HalfFilter {
  private readonly fourier: Fourier2d;
  private readonly field;
  private readonly rows: number;

  constructor(private readonly half: Omit<Half, 'data'>) {
    const { width, height } = half;
    this.rows = learntRows(half);
    this.fourier = new Fourier2d(width, height);
    this.field = complexField(width * height);
  }

  /** @param louder by how much the noise of both is stronger than the spectra say. */
  pair(
    input: Float32Array,
    target: Float32Array,
    { signal, noise }: HalfSpectra,
    louder: number,
    clip: number,
  ): PicturePair {
    const gain: Gain = (k) => {
      const above = signal(k);
      return k === 0 ? 0 : above / (above + louder * noise(k) || 1);
    };
    const { width, height } = this.half;
    const seen = this.filtered(input, gain);
    const wanted = this.filtered(target, (k) => gain(k) / (gain(k) + leastGain));
    const scale = 1 / (deviationOf(seen) || 1);
    for (const data of [seen, wanted])
      for (let i = 0; i < data.length; i++) data[i] = Math.max(-clip, Math.min(clip, scale * (data[i] ?? 0)));
    return { width, height, learntRows: this.rows, input: seen, target: wanted };
  }

  /** Gaussian noise of a spectrum. */
  draw(random: Random, power: Gain): Float32Array<ArrayBuffer> {
    const white = Float32Array.from({ length: this.half.width * this.half.height }, () => random.normal());
    return this.filtered(white, (k) => Math.sqrt(power(k)));
  }

  private filtered(data: Float32Array, gain: Gain): Float32Array<ArrayBuffer> {
    const { field, fourier } = this;
    field.re.set(data);
    field.im.fill(0);
    fourier.filter(field, fourier.radialTable(gain));
    return Float32Array.from(field.re);
  }
}

function deviationOf(values: Float32Array): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares / Math.max(1, values.length));
}
