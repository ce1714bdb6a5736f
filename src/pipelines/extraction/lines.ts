/**
 * Fourier transforms of many lines at once on the CPU, in 64 bits: for boxes, which are too small and too many to be worth
 * a way to the GPU and back.
 */

/** Complex lines side by side: element k of line b is at k · batch + b. */
export interface Lines {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export function linesOf(size: number): Lines {
  return { re: new Float64Array(size), im: new Float64Array(size) };
}

/** A transform of lines of one length: Σ_k x_k exp(∓2πi jk/length), unnormalised. */
export class LineTransform {
  private readonly radices: readonly number[];
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;

  /** @param length any from 1; best with small prime factors. */
  constructor(
    readonly length: number,
    /** Lines side by side. */
    readonly batch: number,
    /** −1 forward, 1 backward. */
    sign: 1 | -1,
  ) {
    this.radices = radicesOf(length);
    const angle = (i: number): number => (2 * Math.PI * i) / length;
    this.cos = Float64Array.from({ length }, (_, i) => Math.cos(angle(i)));
    this.sin = Float64Array.from({ length }, (_, i) => sign * Math.sin(angle(i)));
  }

  /**
   * Stockham's self-sorting algorithm (Van Loan 1992, 1.7). Both arguments are used up.
   * @returns whichever of them holds the result.
   */
  run(from: Lines, other: Lines): Lines {
    let [source, target] = [from, other];
    let stride = this.batch;
    for (const radix of this.radices) {
      if (radix === 4) this.radix4(source, target, stride);
      else if (radix === 5) this.radix5(source, target, stride);
      else if (radix === 3) this.radix3(source, target, stride);
      else if (radix === 2) this.radix2(source, target, stride);
      else this.radixAny(source, target, stride, radix);
      stride *= radix;
      [source, target] = [target, source];
    }
    return source;
  }

  private radix2({ re: xr, im: xi }: Lines, { re: yr, im: yi }: Lines, stride: number): void {
    const half = (this.length * this.batch) / (2 * stride);
    for (let p = 0; p < half; p++) {
      const [wr, wi] = this.root((p * stride) / this.batch);
      let a = stride * p;
      let b = a + stride * half;
      let y = stride * 2 * p;
      for (let q = 0; q < stride; q++, a++, b++, y++) {
        const [ar, ai, br, bi] = [xr[a] ?? 0, xi[a] ?? 0, xr[b] ?? 0, xi[b] ?? 0];
        const [dr, di] = [ar - br, ai - bi];
        yr[y] = ar + br;
        yi[y] = ai + bi;
        yr[y + stride] = dr * wr - di * wi;
        yi[y + stride] = dr * wi + di * wr;
      }
    }
  }

  private radix3({ re: xr, im: xi }: Lines, { re: yr, im: yi }: Lines, stride: number): void {
    const third = (this.length * this.batch) / (3 * stride);
    const jump = stride * third;
    // Of a third of a turn.
    const sine = this.sin[this.length / 3] ?? 0;
    for (let p = 0; p < third; p++) {
      const step = (p * stride) / this.batch;
      const [w1r, w1i] = this.root(step);
      const [w2r, w2i] = this.root(2 * step);
      let x = stride * p;
      let y = stride * 3 * p;
      for (let q = 0; q < stride; q++, x++, y++) {
        const ar = xr[x] ?? 0;
        const ai = xi[x] ?? 0;
        const br = xr[x + jump] ?? 0;
        const bi = xi[x + jump] ?? 0;
        const cr = xr[x + 2 * jump] ?? 0;
        const ci = xi[x + 2 * jump] ?? 0;
        const sr = ar - (br + cr) / 2;
        const si = ai - (bi + ci) / 2;
        const tr = sine * (ci - bi);
        const ti = sine * (br - cr);
        yr[y] = ar + br + cr;
        yi[y] = ai + bi + ci;
        const y1 = y + stride;
        yr[y1] = (sr + tr) * w1r - (si + ti) * w1i;
        yi[y1] = (sr + tr) * w1i + (si + ti) * w1r;
        const y2 = y1 + stride;
        yr[y2] = (sr - tr) * w2r - (si - ti) * w2i;
        yi[y2] = (sr - tr) * w2i + (si - ti) * w2r;
      }
    }
  }

  private radix4({ re: xr, im: xi }: Lines, { re: yr, im: yi }: Lines, stride: number): void {
    const quarter = (this.length * this.batch) / (4 * stride);
    const jump = stride * quarter;
    // A quarter turn: −i forward, i backward.
    const turn = Math.sign(this.sin[Math.floor(this.length / 4)] ?? 0);
    for (let p = 0; p < quarter; p++) {
      const step = (p * stride) / this.batch;
      const [w1r, w1i] = this.root(step);
      const [w2r, w2i] = this.root(2 * step);
      const [w3r, w3i] = this.root(3 * step);
      let x = stride * p;
      let y = stride * 4 * p;
      for (let q = 0; q < stride; q++, x++, y++) {
        const ar = xr[x] ?? 0;
        const ai = xi[x] ?? 0;
        const br = xr[x + jump] ?? 0;
        const bi = xi[x + jump] ?? 0;
        const cr = xr[x + 2 * jump] ?? 0;
        const ci = xi[x + 2 * jump] ?? 0;
        const dr = xr[x + 3 * jump] ?? 0;
        const di = xi[x + 3 * jump] ?? 0;
        const er = ar + cr;
        const ei = ai + ci;
        const fr = ar - cr;
        const fi = ai - ci;
        const gr = br + dr;
        const gi = bi + di;
        const hr = -turn * (bi - di);
        const hi = turn * (br - dr);
        yr[y] = er + gr;
        yi[y] = ei + gi;
        const y1 = y + stride;
        yr[y1] = (fr + hr) * w1r - (fi + hi) * w1i;
        yi[y1] = (fr + hr) * w1i + (fi + hi) * w1r;
        const y2 = y1 + stride;
        yr[y2] = (er - gr) * w2r - (ei - gi) * w2i;
        yi[y2] = (er - gr) * w2i + (ei - gi) * w2r;
        const y3 = y2 + stride;
        yr[y3] = (fr - hr) * w3r - (fi - hi) * w3i;
        yi[y3] = (fr - hr) * w3i + (fi - hi) * w3r;
      }
    }
  }

  private radix5({ re: xr, im: xi }: Lines, { re: yr, im: yi }: Lines, stride: number): void {
    const fifth = (this.length * this.batch) / (5 * stride);
    const jump = stride * fifth;
    const [c1, s1] = this.root(this.length / 5);
    const [c2, s2] = this.root((2 * this.length) / 5);
    for (let p = 0; p < fifth; p++) {
      const step = (p * stride) / this.batch;
      const [w1r, w1i] = this.root(step);
      const [w2r, w2i] = this.root(2 * step);
      const [w3r, w3i] = this.root(3 * step);
      const [w4r, w4i] = this.root(4 * step);
      let x = stride * p;
      let y = stride * 5 * p;
      for (let q = 0; q < stride; q++, x++, y++) {
        const ar = xr[x] ?? 0;
        const ai = xi[x] ?? 0;
        // Sums and differences of the two outer and the two inner ones.
        const br = (xr[x + jump] ?? 0) + (xr[x + 4 * jump] ?? 0);
        const bi = (xi[x + jump] ?? 0) + (xi[x + 4 * jump] ?? 0);
        const cr = (xr[x + 2 * jump] ?? 0) + (xr[x + 3 * jump] ?? 0);
        const ci = (xi[x + 2 * jump] ?? 0) + (xi[x + 3 * jump] ?? 0);
        const dr = (xr[x + jump] ?? 0) - (xr[x + 4 * jump] ?? 0);
        const di = (xi[x + jump] ?? 0) - (xi[x + 4 * jump] ?? 0);
        const er = (xr[x + 2 * jump] ?? 0) - (xr[x + 3 * jump] ?? 0);
        const ei = (xi[x + 2 * jump] ?? 0) - (xi[x + 3 * jump] ?? 0);
        const fr = ar + c1 * br + c2 * cr;
        const fi = ai + c1 * bi + c2 * ci;
        const gr = ar + c2 * br + c1 * cr;
        const gi = ai + c2 * bi + c1 * ci;
        const hr = -(s1 * di + s2 * ei);
        const hi = s1 * dr + s2 * er;
        const kr = -(s2 * di - s1 * ei);
        const ki = s2 * dr - s1 * er;
        yr[y] = ar + br + cr;
        yi[y] = ai + bi + ci;
        const y1 = y + stride;
        yr[y1] = (fr + hr) * w1r - (fi + hi) * w1i;
        yi[y1] = (fr + hr) * w1i + (fi + hi) * w1r;
        const y2 = y1 + stride;
        yr[y2] = (gr + kr) * w2r - (gi + ki) * w2i;
        yi[y2] = (gr + kr) * w2i + (gi + ki) * w2r;
        const y3 = y2 + stride;
        yr[y3] = (gr - kr) * w3r - (gi - ki) * w3i;
        yi[y3] = (gr - kr) * w3i + (gi - ki) * w3r;
        const y4 = y3 + stride;
        yr[y4] = (fr - hr) * w4r - (fi - hi) * w4i;
        yi[y4] = (fr - hr) * w4i + (fi - hi) * w4r;
      }
    }
  }

  private radixAny(
    { re: xr, im: xi }: Lines,
    { re: yr, im: yi }: Lines,
    stride: number,
    radix: number,
  ): void {
    const { length, batch } = this;
    const part = (length * batch) / (radix * stride);
    for (let p = 0; p < part; p++) {
      for (let j = 0; j < radix; j++) {
        const target = stride * (radix * p + j);
        for (let k = 0; k < radix; k++) {
          // exp of jk/radix, and of what is still to be done in later steps.
          const [wr, wi] = this.root((j * k * (length / radix) + (j * p * stride) / batch) % length);
          const source = stride * (p + part * k);
          if (k === 0) {
            for (let q = 0; q < stride; q++) {
              const ar = xr[source + q] ?? 0;
              const ai = xi[source + q] ?? 0;
              yr[target + q] = ar * wr - ai * wi;
              yi[target + q] = ar * wi + ai * wr;
            }
            continue;
          }
          for (let q = 0; q < stride; q++) {
            const ar = xr[source + q] ?? 0;
            const ai = xi[source + q] ?? 0;
            yr[target + q] = (yr[target + q] ?? 0) + ar * wr - ai * wi;
            yi[target + q] = (yi[target + q] ?? 0) + ar * wi + ai * wr;
          }
        }
      }
    }
  }

  private root(index: number): readonly [number, number] {
    const at = index % this.length;
    return [this.cos[at] ?? 1, this.sin[at] ?? 0];
  }
}

function radicesOf(length: number): number[] {
  const radices: number[] = [];
  let rest = length;
  for (const radix of [4, 2]) {
    for (; rest % radix === 0; rest /= radix) radices.push(radix);
  }
  for (let radix = 3; rest > 1; radix += 2) {
    for (; rest % radix === 0; rest /= radix) radices.push(radix);
  }
  return radices;
}
