import { type ComplexField, complexField } from '../../fft/cpuField.ts';
import { transformLines } from '../../fft/cpuLines.ts';

/** Weight of a frequency in cycles per pixel of the result. */
export type BoxTransfer = (cyclesPerPixel: number) => number;

/**
 * Bins square boxes by leaving out what is above the Nyquist frequency of the result. Pixel 0 stays at 0, so that pixel
 * `side`/2, a particle's centre, becomes pixel `resultSide`/2; the mean stays, too. It takes another way than the rest, so
 * that 32 bits are left for the contrast of boxes that lie far from 0.
 *
 * The Nyquist row and column of the result are taken from the positive frequencies, as RELION 3.1.3 does (seen by
 * comparing with it, November 2026).
 */
export class FourierCrop {
  private readonly weights: Float64Array | undefined;
  /** Each as large as the largest step wants. */
  private readonly lines: ComplexField;
  private readonly work: ComplexField;

  /** Both sides are even. */
  constructor(
    readonly side: number,
    readonly resultSide: number,
    transfer?: BoxTransfer,
  ) {
    const largest = side * Math.max(side / 2, resultSide / 2 + 1);
    this.lines = complexField(largest);
    this.work = complexField(largest);
    this.weights = transfer && weightsOf(resultSide, transfer);
  }

  /**
   * @param box side × side, left as it was.
   * @returns resultSide × resultSide.
   */
  run(box: Float32Array): Float32Array<ArrayBuffer> {
    const { side, resultSide, lines, work } = this;
    const kept = resultSide / 2 + 1;
    const mean = meanOf(box);
    this.loadRows(box, mean, lines);
    transformLines(lines, work, side, side / 2, -1);
    this.splitRows(lines, work);
    transformLines(work, lines, side, kept, -1);
    this.keepLow(work, lines);
    transformLines(lines, work, resultSide, kept, 1);
    this.joinRows(lines, work);
    transformLines(work, lines, resultSide, resultSide / 2, 1);
    return this.storeRows(work, mean * (this.weights?.[0] ?? 1));
  }

  /** Rows go in pairs, the second one as imaginary part. */
  private loadRows(box: Float32Array, mean: number, { re, im }: ComplexField): void {
    const { side } = this;
    const pairs = side / 2;
    for (let pair = 0; pair < pairs; pair++) {
      const row = 2 * pair * side;
      for (let x = 0, to = pair; x < side; x++, to += pairs) {
        re[to] = (box[row + x] ?? 0) - mean;
        im[to] = (box[row + side + x] ?? 0) - mean;
      }
    }
  }

  /** The spectra of the two rows of each pair, up to the result's Nyquist frequency, as lines of columns. */
  private splitRows({ re, im }: ComplexField, to: ComplexField): void {
    const { side } = this;
    const pairs = side / 2;
    const kept = this.resultSide / 2 + 1;
    for (let k = 0; k < kept; k++) {
      const [plus, minus] = [k * pairs, ((side - k) % side) * pairs];
      for (let pair = 0; pair < pairs; pair++) {
        const [ar, ai] = [re[plus + pair] ?? 0, im[plus + pair] ?? 0];
        const [br, bi] = [re[minus + pair] ?? 0, im[minus + pair] ?? 0];
        const even = 2 * pair * kept + k;
        to.re[even] = (ar + br) / 2;
        to.im[even] = (ai - bi) / 2;
        to.re[even + kept] = (ai + bi) / 2;
        to.im[even + kept] = (br - ar) / 2;
      }
    }
  }

  /** Rows of low frequencies: 0 … n/2, then the negative ones. */
  private keepLow({ re, im }: ComplexField, to: ComplexField): void {
    const { side, resultSide, weights } = this;
    const kept = resultSide / 2 + 1;
    const scale = 1 / (side * side);
    for (let row = 0; row < resultSide; row++) {
      const from = (row <= resultSide / 2 ? row : side + row - resultSide) * kept;
      for (let k = 0; k < kept; k++) {
        const weight = weights ? (weights[row * kept + k] ?? 0) * scale : scale;
        to.re[row * kept + k] = (re[from + k] ?? 0) * weight;
        to.im[row * kept + k] = (im[from + k] ?? 0) * weight;
      }
    }
  }

  /** Pairs of rows as complex lines again. A real row's mean and Nyquist frequency have no imaginary part. */
  private joinRows({ re, im }: ComplexField, to: ComplexField): void {
    const { resultSide } = this;
    const [pairs, kept] = [resultSide / 2, resultSide / 2 + 1];
    for (let k = 0; k < resultSide; k++) {
      const mirrored = k >= kept;
      const column = mirrored ? resultSide - k : k;
      const sign = column === 0 || column === resultSide / 2 ? 0 : mirrored ? -1 : 1;
      for (let pair = 0; pair < pairs; pair++) {
        const even = 2 * pair * kept + column;
        const odd = even + kept;
        to.re[k * pairs + pair] = (re[even] ?? 0) - sign * (im[odd] ?? 0);
        to.im[k * pairs + pair] = sign * (im[even] ?? 0) + (re[odd] ?? 0);
      }
    }
  }

  private storeRows({ re, im }: ComplexField, mean: number): Float32Array<ArrayBuffer> {
    const { resultSide } = this;
    const pairs = resultSide / 2;
    const result = new Float32Array(resultSide * resultSide);
    for (let pair = 0; pair < pairs; pair++) {
      const row = 2 * pair * resultSide;
      for (let x = 0, from = pair; x < resultSide; x++, from += pairs) {
        result[row + x] = (re[from] ?? 0) + mean;
        result[row + resultSide + x] = (im[from] ?? 0) + mean;
      }
    }
    return result;
  }
}

function meanOf(box: Float32Array): number {
  let sum = 0;
  for (const value of box) sum += value;
  return sum / box.length;
}

function weightsOf(side: number, transfer: BoxTransfer): Float64Array {
  const kept = side / 2 + 1;
  return Float64Array.from({ length: side * kept }, (_, i) => {
    const row = Math.floor(i / kept);
    const frequency = Math.hypot(i % kept, row <= side / 2 ? row : row - side) / side;
    return transfer(frequency);
  });
}
