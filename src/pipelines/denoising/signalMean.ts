/**
 * One curve of signal for many models of it, so that the filter made of it can be expected to restore the largest part of what could
 * be restored. A plain mean can't: a model that is improbable, but says that there is a hundred times as much signal, would outweigh all others,
 * and how much there is matters little to a picture, where it is in the spectrum matters much. So models count by their shapes alone, each
 * as long as the others, and how strong the signal is follows from the mean of the logarithms.
 *
 * A filter of gain g restores the part (Σ g·S)² / (Σ g²·P · Σ S) of a signal of power S under a power of P in all, sums over frequencies: with
 * S/P for a model's own gain and Σ P·a·b for the product of two, that is the squared cosine between g and it, times what is best. The
 * mean of unit vectors is about the direction that lies nearest to all.
 */
import { firstRing, type RingBands } from './ringBands.ts';
import { strengths } from './spectralShapes.ts';

/** A curve of the usual shape is added to that of each model, at its strongest this part of all power: a weak spectrum tells no shape… */
const mostUsual = 0.2;
/** What is opened has something on it: of the usual shape, and at its strongest this part of all power, even where nothing can be seen. */
const leastVisible = 0.03;
/** … and one that is about this much signal tells its own. */
const tellingStrength = 0.35;
/** What of the usual shape is left beside a model of a strength. */
const doubts = strengths.map((strength) => 1 / (1 + (strength / tellingStrength) ** 4));

/** Of one shape under one hypothesis, for each of the strengths. */
export interface ShapeLengths {
  /** One over the length of the gain. */
  readonly inverse: Float64Array;
  /** Logarithm of the length with the least signal there is. */
  readonly logarithm: Float64Array;
}

/** A curve with its transfer function, of at most all power, by rings and by bands. */
interface Usual {
  readonly curve: Float64Array;
  readonly bands: Float64Array;
  readonly square: number;
}

export class SignalMean {
  private readonly usual: readonly Usual[];
  /** Of each shape under each hypothesis: sums of weights, strengths and inverse lengths; of weights and strengths alone. */
  private readonly shaped: readonly Float64Array[];
  private readonly moments: readonly Float64Array[];
  private readonly ofUsual: Float64Array;
  private readonly probabilities: Float64Array;
  private readonly expected: Float64Array;
  private readonly usualPart: number;
  private total = 0;
  private logarithms = 0;

  /**
   * @param shapes of signal, ring by ring.
   * @param squared transfer functions of the hypotheses, C².
   * @param usual shape that is taken for signal where none can be seen.
   * @param doubt 1 for a picture that tells little of its spectrum, less for a larger one.
   */
  constructor(
    private readonly bands: RingBands,
    private readonly shapes: readonly Float64Array[],
    private readonly squared: readonly Float64Array[],
    usual: Float64Array,
    doubt = 1,
  ) {
    this.usualPart = doubt * mostUsual;
    this.expected = bands.means(bands.expected);
    this.usual = squared.map((transfer) => {
      const curve = usual.map((value, ring) => value * (transfer[ring] ?? 0));
      let top = 1e-30;
      for (let ring = firstRing; ring < curve.length; ring++)
        top = Math.max(top, (curve[ring] ?? 0) / (bands.expected[ring] ?? 1));
      const scaled = curve.map((value) => value / top);
      const means = bands.means(scaled);
      return { curve: scaled, bands: means, square: this.product(means, means) };
    });
    this.shaped = squared.map(() => new Float64Array(shapes.length));
    this.moments = squared.map(() => new Float64Array(shapes.length));
    this.ofUsual = new Float64Array(squared.length);
    this.probabilities = new Float64Array(squared.length);
  }

  /** @param curve of a shape of strength 1 with the transfer function in it, by bands. */
  lengths(hypothesis: number, curve: Float64Array): ShapeLengths {
    const usual = this.usual[hypothesis];
    const own = this.product(curve, curve);
    const crossed = usual ? this.product(curve, usual.bands) : 0;
    const length = (strength: number, part: number): number =>
      Math.sqrt(strength ** 2 * own + 2 * strength * part * crossed + part ** 2 * (usual?.square ?? 0)) ||
      1e-30;
    return {
      inverse: Float64Array.from(
        strengths,
        (strength, i) => 1 / length(strength, this.usualPart * (doubts[i] ?? 1)),
      ),
      logarithm: Float64Array.from(strengths, (strength, i) =>
        Math.log(length(strength, leastVisible * (doubts[i] ?? 1))),
      ),
    };
  }

  /** @param weights of the strengths. @param unit what of the shape is strength 1. */
  add(
    hypothesis: number,
    shape: number,
    unit: number,
    { inverse, logarithm }: ShapeLengths,
    weights: Float64Array,
  ): void {
    let [shaped, moment, usual, sum] = [0, 0, 0, 0];
    for (const [i, strength] of strengths.entries()) {
      const weight = weights[i] ?? 0;
      const counted = weight * (inverse[i] ?? 0);
      sum += weight;
      this.logarithms += weight * (logarithm[i] ?? 0);
      shaped += counted * strength;
      moment += weight * strength;
      usual += counted * (doubts[i] ?? 1);
    }
    addAt(this.shaped[hypothesis], shape, shaped * unit);
    addAt(this.moments[hypothesis], shape, moment * unit);
    addAt(this.ofUsual, hypothesis, usual);
    addAt(this.probabilities, hypothesis, sum);
    this.total += sum;
  }

  /**
   * With the transfer functions in them: the curve; the plain mean, which with the mean noise makes up the power that was measured; and
   * that with the least signal there is.
   */
  curves(): {
    readonly signal: Float64Array;
    readonly mean: Float64Array;
    readonly likeliest: Float64Array;
  } {
    const mean = this.summed(this.moments).map((value) => value / this.total);
    const likeliest = this.withUsual(mean, this.probabilities, leastVisible / this.total);
    const signal = this.withUsual(this.summed(this.shaped), this.ofUsual, this.usualPart);
    const seen = this.bands.means(signal);
    const scale = Math.exp(this.logarithms / this.total) / (Math.sqrt(this.product(seen, seen)) || 1);
    return { signal: signal.map((value) => value * scale), mean, likeliest };
  }

  private withUsual(curve: Float64Array, weights: Float64Array, part: number): Float64Array {
    const sum = curve.slice();
    for (const [i, usual] of this.usual.entries())
      for (let ring = 0; ring < sum.length; ring++)
        sum[ring] = (sum[ring] ?? 0) + part * (weights[i] ?? 0) * (usual.curve[ring] ?? 0);
    return sum;
  }

  private summed(weights: readonly Float64Array[]): Float64Array {
    const sum = new Float64Array(this.bands.rings);
    for (const [i, ofShapes] of weights.entries())
      for (const [shape, weight] of ofShapes.entries()) {
        if (weight === 0) continue;
        const [curve, transfer] = [this.shapes[shape], this.squared[i]];
        for (let ring = 0; ring < sum.length; ring++)
          sum[ring] = (sum[ring] ?? 0) + weight * (curve?.[ring] ?? 0) * (transfer?.[ring] ?? 0);
      }
    return sum;
  }

  /** Of the gains that belong to two curves of bands: Σ a·b / P over all frequencies. */
  private product(a: Float64Array, b: Float64Array): number {
    const { expected } = this;
    return this.bands.product(
      a,
      b.map((value, band) => value * (expected[band] ?? 0)),
    );
  }
}

function addAt(sums: Float64Array | undefined, index: number, value: number): void {
  if (sums) sums[index] = (sums[index] ?? 0) + value;
}
