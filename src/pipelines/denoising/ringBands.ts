/** Power in rings around frequency 0: ring i lies at i · step cycles a pixel. */
export interface RadialSpectrum {
  /** Cycles a pixel from one ring to the next. */
  readonly step: number;
  /** Mean power of each ring, out to Nyquist; white noise of variance 1 has 1. */
  readonly power: ArrayLike<number>;
  /** Independent values that each is a mean of: their relative error is one over the root. */
  readonly values: ArrayLike<number>;
}

/** The first rings hold the mean, gradients, and what the window of the periodogram makes of them. */
export const firstRing = 2;

/** Rings that are taken together, as a part of their radius: few enough to be compared with thousands of models. */
const bandwidth = 0.03;
/** Neighbours that say what is to be expected of a ring, as a part of its radius, and at least so many on either side. */
const reach = 0.2;
const leastReach = 3;

/**
 * A radial spectrum in bands of neighbouring rings. Periodogram values are exponentially distributed, so a mean of n has a standard
 * deviation of its expectation over √n: near the most likely model, sums of squares under these weights are twice the negative
 * log-likelihood (Whittle 1953), and models can be compared by products of curves.
 */
export class RingBands {
  readonly rings: number;
  readonly count: number;
  /** Expected power of each ring by its neighbours. */
  readonly expected: Float64Array;
  /** Of each band. */
  readonly power: Float64Array;
  readonly values: Float64Array;
  private readonly from: number[] = [];
  private readonly weights: Float64Array;

  constructor(readonly spectrum: RadialSpectrum) {
    this.rings = spectrum.power.length;
    for (let ring = firstRing; ring < this.rings; ring += Math.max(1, Math.floor(bandwidth * ring)))
      this.from.push(ring);
    this.count = this.from.length;
    this.expected = smoothed(spectrum.power);
    this.power = this.means(spectrum.power);
    this.values = Float64Array.from({ length: this.count }, (_, band) => {
      let sum = 0;
      for (let ring = this.from[band] ?? 0; ring < this.end(band); ring++) sum += spectrum.values[ring] ?? 0;
      return sum;
    });
    this.weights = this.means(this.expected).map((value, band) => (this.values[band] ?? 0) / value ** 2);
  }

  /** A curve of all rings as means over the bands. */
  means(curve: ArrayLike<number>): Float64Array {
    const { values } = this.spectrum;
    const means = new Float64Array(this.count);
    for (let band = 0; band < this.count; band++) {
      let [sum, total] = [0, 0];
      for (let ring = this.from[band] ?? 0; ring < this.end(band); ring++) {
        const weight = values[ring] ?? 0;
        sum += weight * (curve[ring] ?? 0);
        total += weight;
      }
      means[band] = total > 0 ? sum / total : 0;
    }
    return means;
  }

  /** Sum of the products of two curves of bands, by inverse variances of the power. */
  product(a: Float64Array, b: Float64Array): number {
    const { weights } = this;
    let sum = 0;
    for (let band = 0; band < weights.length; band++)
      sum += (weights[band] ?? 0) * (a[band] ?? 0) * (b[band] ?? 0);
    return sum;
  }

  private end(band: number): number {
    return this.from[band + 1] ?? this.rings;
  }
}

/** Geometric means of neighbours, nearer ones counting more: falls as steep as those of noise stay where they are. */
function smoothed(power: ArrayLike<number>): Float64Array {
  const rings = power.length;
  return Float64Array.from({ length: rings }, (_, ring) => {
    const far = Math.max(leastReach, reach * ring);
    let [sum, total] = [0, 0];
    for (let i = Math.max(firstRing, Math.ceil(ring - far)); i <= Math.min(rings - 1, ring + far); i++) {
      const weight = 1 - Math.abs(i - ring) / (far + 1);
      sum += weight * Math.log(Math.max(1e-30, power[i] ?? 0));
      total += weight;
    }
    return Math.exp(sum / total);
  });
}
