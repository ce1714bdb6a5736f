/**
 * What of a micrograph's power is noise and what is signal, from its radial average alone: P = N + S·C². One micrograph says little
 * where its signal is weak, and the best fit then is a fit to chance. So nothing is chosen here: all of many thousand models are
 * weighted by how likely they make the spectrum, and signal and noise are means over them (Bayesian model averaging, Hoeting et al. 1999).
 */
import { type RadialSpectrum, RingBands } from './ringBands.ts';
import { type ShapeLengths, SignalMean } from './signalMean.ts';
import {
  detectorDeviation,
  detectorShape,
  type Shape,
  signalShapes,
  strengths,
  usualSignal,
  waveShapes,
} from './spectralShapes.ts';

/** A transfer function that may be the micrograph's. */
export interface TransferHypothesis {
  /** C² of each ring. */
  readonly squared: Float64Array;
  /** Logarithm of how likely it is before the spectrum is seen. */
  readonly prior: number;
}

export interface SpectralModel {
  /** Of each ring. `signal` has the transfer function in it: S·C². */
  readonly noise: Float64Array;
  readonly signal: Float64Array;
  /** Squared deviation from the best of the models for each band, in variances: above about 1 all of them leave something out. */
  readonly dispersion: number;
}

export interface SpectralEnsemble extends SpectralModel {
  /** Signal and noise as plain means: what the spectrum itself is explained by. */
  readonly plain: Pick<SpectralModel, 'noise' | 'signal'>;
  /** Probability of each hypothesis. */
  readonly probabilities: Float64Array;
  /** The least squared deviation, in variances, with each hypothesis. */
  readonly deviances: Float64Array;
}

/** Deviations of neighbours, and of models of a kind, are not independent: evidence counts for less than it says. */
const temperature = 1.5;
/** Models so much less likely than the best are left out: deviance for each unit of temperature. */
const negligible = 30;
/**
 * A larger picture counts no more than one of this side, px: beyond it the listed shapes are further from the truth than chance is, and the
 * likeliest of them would be believed although all are wrong. What more it tells is left to the correction.
 */
const trustedSidePx = 1024;
/** Noise is no less than this part of the power. */
const leastNoise = 0.05;

/** White noise, its fall towards Nyquist, and long waves. */
type Triple = readonly [number, number, number];

/** Nuisance weights of one shape of long waves: their normal matrix, inverted, and what they are without signal. */
interface NoiseFit {
  readonly inverse: Inverse;
  readonly alone: Triple;
  readonly explained: number;
}

/** Of one transfer function, one shape of signal and one of noise: the deviance against the signal's strength is a parabola. */
interface Candidate {
  readonly hypothesis: number;
  readonly shape: number;
  readonly wave: number;
  readonly least: number;
  readonly likeliest: number;
  readonly curvature: number;
  /** By how much each noise weight is less for one unit of signal. */
  readonly slope: Triple;
  /** What of the shape is one unit of strength. */
  readonly unit: number;
  readonly lengths: ShapeLengths;
}

/**
 * Means over all models of signal and noise.
 * @param pixelSizeAngstrom of the picture that the spectrum is of.
 */
export function fitEnsemble(
  spectrum: RadialSpectrum,
  pixelSizeAngstrom: number,
  hypotheses: readonly TransferHypothesis[],
): SpectralEnsemble {
  const part = trustedPart(spectrum);
  const values = Array.from(spectrum.values, (count) => part * count);
  const bands = new RingBands({ ...spectrum, values });
  // What chance can draw into a spectrum falls with the side of the picture.
  const fit = new EnsembleFit(bands, pixelSizeAngstrom, hypotheses, Math.sqrt(part));
  const candidates = hypotheses.flatMap(({ squared }, i) => fit.candidates(i, squared));
  const deviances = new Float64Array(hypotheses.length).fill(Number.POSITIVE_INFINITY);
  for (const { hypothesis, least, likeliest, curvature } of candidates) {
    const here = likeliest > 0 ? least : least + curvature * likeliest ** 2;
    deviances[hypothesis] = Math.min(deviances[hypothesis] ?? here, here);
  }
  const { noise, signal, plain, dispersion, probabilities } = fit.average(candidates, deviances);
  // Which transfer function it is, rings tell, and no shape: there all of the picture counts.
  const sharper = probabilities.map((probability) => probability ** (1 / part));
  const sum = sharper.reduce((a, b) => a + b, 0) || 1;
  return {
    noise,
    signal,
    plain,
    dispersion: dispersion / part,
    probabilities: sharper.map((probability) => probability / sum),
    deviances: deviances.map((deviance) => deviance / part),
  };
}

/** What of a spectrum's evidence counts. */
function trustedPart({ step, power, values }: RadialSpectrum): number {
  const last = power.length - 1;
  const pixels = (values[last] ?? 1) / (Math.PI * last * step ** 2);
  return Math.min(1, trustedSidePx ** 2 / pixels);
}

class EnsembleFit {
  private readonly signals: readonly Float64Array[];
  /** White, detector, then the waves; as rings and as bands. */
  private readonly noises: readonly Float64Array[];
  private readonly noiseBands: readonly Float64Array[];
  private readonly fits: readonly NoiseFit[];
  private readonly expected: Float64Array;
  private readonly power: number;
  private readonly mean: SignalMean;

  constructor(
    private readonly bands: RingBands,
    pixelSizeAngstrom: number,
    private readonly hypotheses: readonly TransferHypothesis[],
    doubt: number,
  ) {
    const perRing = bands.spectrum.step / pixelSizeAngstrom;
    const drawn = (shape: Shape): Float64Array =>
      Float64Array.from({ length: bands.rings }, (_, ring) => shape(ring * perRing));
    this.signals = signalShapes.map(drawn);
    const transfers = hypotheses.map(({ squared }) => squared);
    this.mean = new SignalMean(bands, this.signals, transfers, drawn(usualSignal), doubt);
    const detector = detectorShape((bands.rings - 1) * perRing);
    this.noises = [drawn(() => 1), drawn(detector), ...waveShapes.map(drawn)];
    this.noiseBands = this.noises.map((curve) => bands.means(curve));
    this.expected = bands.means(bands.expected);
    this.power = bands.product(bands.power, bands.power);
    const products = this.noiseBands.map((curve) => bands.product(curve, bands.power));
    const white = this.expected.at(-1) ?? 1;
    this.fits = waveShapes.map((_, wave): NoiseFit => {
      const curves = this.ofNoise(wave, this.noiseBands);
      const [a, b, c] = curves;
      const of = (x: Float64Array, y: Float64Array): number => bands.product(x, y);
      const shrunk = of(b, b) + 1 / (detectorDeviation * white) ** 2;
      const inverse = inverted([of(a, a), of(a, b), of(a, c), shrunk, of(b, c), of(c, c)]);
      const seen = this.ofNoise(wave, products);
      const alone = times(inverse, seen);
      return { inverse, alone, explained: dot(alone, seen) };
    });
  }

  /** Of all shapes with one transfer function. */
  candidates(hypothesis: number, squared: Float64Array): Candidate[] {
    const { bands, expected, signals, noiseBands, fits, power } = this;
    return signals.flatMap((signal, shape) => {
      const seen = bands.means(signal.map((value, ring) => value * (squared[ring] ?? 0)));
      let top = 1e-30;
      for (let band = 0; band < seen.length; band++)
        top = Math.max(top, (seen[band] ?? 0) / (expected[band] ?? 1));
      const curve = seen.map((value) => value / top);
      const own = bands.product(curve, curve);
      const ofPower = bands.product(curve, bands.power);
      const lengths = this.mean.lengths(hypothesis, curve);
      const crossed = noiseBands.map((noise) => bands.product(curve, noise));
      return fits.map(({ inverse, alone, explained }, wave): Candidate => {
        const cross = this.ofNoise(wave, crossed);
        const slope = times(inverse, cross);
        const curvature = Math.max(1e-12, own - dot(slope, cross));
        const gradient = ofPower - dot(alone, cross);
        const likeliest = gradient / curvature;
        const least = power - explained - gradient * likeliest;
        return { hypothesis, shape, wave, least, likeliest, curvature, slope, unit: 1 / top, lengths };
      });
    });
  }

  average(candidates: readonly Candidate[], deviances: Float64Array): SpectralEnsemble {
    const { bands, fits, noises, hypotheses, mean } = this;
    const least = deviances.reduce((a, b) => Math.min(a, b));
    const dispersion = least / bands.count;
    const scale = temperature * Math.max(1, dispersion);
    const probabilities = new Float64Array(hypotheses.length);
    // The weight of each curve of noise.
    const ofNoise = new Float64Array(noises.length);
    const weights = new Float64Array(strengths.length);
    let total = 0;
    for (const one of candidates) {
      const alone = fits[one.wave]?.alone ?? [0, 0, 0];
      if (one.least - least > negligible * scale) continue;
      const prior = hypotheses[one.hypothesis]?.prior ?? 0;
      let [sum, moment] = [0, 0];
      weights.fill(0);
      for (const [i, strength] of strengths.entries()) {
        // Noise that would be below 0 explains nothing.
        if (alone[0] < strength * one.slope[0] || alone[2] < strength * one.slope[2]) break;
        const deviance = one.least - least + one.curvature * (strength - one.likeliest) ** 2;
        const weight = Math.exp(prior - deviance / (2 * scale));
        weights[i] = weight;
        sum += weight;
        moment += weight * strength;
      }
      total += sum;
      probabilities[one.hypothesis] = (probabilities[one.hypothesis] ?? 0) + sum;
      mean.add(one.hypothesis, one.shape, one.unit, one.lengths, weights);
      for (const [i, curve] of [0, 1, 2 + one.wave].entries())
        ofNoise[curve] = (ofNoise[curve] ?? 0) + sum * (alone[i] ?? 0) - moment * (one.slope[i] ?? 0);
    }
    // A spectrum that no model explains with any weight above 0 is noise as it stands.
    if (!(total > 0)) return { ...this.noiseAlone(), probabilities, deviances, dispersion };
    const { signal, mean: plain, likeliest } = mean.curves();
    const fitted = bands.expected.map((_, ring) =>
      noises.reduce((sum, curve, i) => sum + ((ofNoise[i] ?? 0) / total) * (curve[ring] ?? 0), 0),
    );
    const atLeast = (noise: Float64Array): Float64Array =>
      noise.map((value, ring) => Math.max(leastNoise * (bands.expected[ring] ?? 0), value));
    // What the plain mean takes for signal and the curve does not is noise.
    const noise = atLeast(fitted.map((value, ring) => value + (plain[ring] ?? 0) - (signal[ring] ?? 0)));
    return {
      noise,
      signal,
      plain: { noise: atLeast(fitted), signal: likeliest },
      dispersion,
      probabilities: probabilities.map((p) => p / total),
      deviances,
    };
  }

  private noiseAlone() {
    const alone = { noise: this.bands.expected.slice(), signal: new Float64Array(this.bands.rings) };
    return { ...alone, plain: alone };
  }

  private ofNoise<T>(wave: number, all: readonly T[]): readonly [T, T, T] {
    const [white, detector] = all;
    const waves = all[2 + wave];
    if (white === undefined || detector === undefined || waves === undefined)
      throw new RangeError(`There is no shape ${wave} of noise.`);
    return [white, detector, waves];
  }
}

/** Upper triangle of a symmetric matrix, row by row. */
type Inverse = readonly [number, number, number, number, number, number];

function inverted([a, b, c, e, f, g]: Inverse): Inverse {
  const [p, q, r] = [e * g - f * f, c * f - b * g, b * f - c * e];
  const determinant = a * p + b * q + c * r || 1e-30;
  const of = (value: number): number => value / determinant;
  return [of(p), of(q), of(r), of(a * g - c * c), of(b * c - a * f), of(a * e - b * b)];
}

const times = ([a, b, c, e, f, g]: Inverse, [x, y, z]: Triple): Triple => [
  a * x + b * y + c * z,
  b * x + e * y + f * z,
  c * x + f * y + g * z,
];
const dot = ([a, b, c]: Triple, [x, y, z]: Triple): number => a * x + b * y + c * z;
