import type { ComplexField } from './cpuField.ts';

/**
 * Butterflies for `stride` neighbours: inputs lie `jump` apart from `start` on, results `stride` apart from `end` on,
 * turned by multiples of `angle`. No tuples in these loops: they cost four times as much.
 */
export type Butterfly = (
  from: ComplexField,
  to: ComplexField,
  start: number,
  jump: number,
  end: number,
  stride: number,
  angle: number,
  sign: number,
) => void;

export const two: Butterfly = ({ re, im }, { re: outRe, im: outIm }, start, jump, end, stride, angle) => {
  const w1r = Math.cos(angle);
  const w1i = Math.sin(angle);
  for (let q = 0; q < stride; q++) {
    const a = start + q;
    const b = a + jump;
    const ar = re[a] ?? 0;
    const ai = im[a] ?? 0;
    const br = re[b] ?? 0;
    const bi = im[b] ?? 0;
    const dr = ar - br;
    const di = ai - bi;
    const o = end + q;
    outRe[o] = ar + br;
    outIm[o] = ai + bi;
    outRe[o + stride] = dr * w1r - di * w1i;
    outIm[o + stride] = dr * w1i + di * w1r;
  }
};

const sine60 = Math.sqrt(3) / 2;

export const three: Butterfly = (
  { re, im },
  { re: outRe, im: outIm },
  start,
  jump,
  end,
  stride,
  angle,
  sign,
) => {
  const w1r = Math.cos(angle);
  const w1i = Math.sin(angle);
  const w2r = Math.cos(2 * angle);
  const w2i = Math.sin(2 * angle);
  const turn = sign * sine60;
  for (let q = 0; q < stride; q++) {
    const a = start + q;
    const b = a + jump;
    const c = b + jump;
    const ar = re[a] ?? 0;
    const ai = im[a] ?? 0;
    const sr = (re[b] ?? 0) + (re[c] ?? 0);
    const si = (im[b] ?? 0) + (im[c] ?? 0);
    // The difference, turned by a quarter.
    const dr = -turn * ((im[b] ?? 0) - (im[c] ?? 0));
    const di = turn * ((re[b] ?? 0) - (re[c] ?? 0));
    const mr = ar - 0.5 * sr;
    const mi = ai - 0.5 * si;
    const o = end + q;
    outRe[o] = ar + sr;
    outIm[o] = ai + si;
    outRe[o + stride] = (mr + dr) * w1r - (mi + di) * w1i;
    outIm[o + stride] = (mr + dr) * w1i + (mi + di) * w1r;
    outRe[o + 2 * stride] = (mr - dr) * w2r - (mi - di) * w2i;
    outIm[o + 2 * stride] = (mr - dr) * w2i + (mi - di) * w2r;
  }
};

export const four: Butterfly = (
  { re, im },
  { re: outRe, im: outIm },
  start,
  jump,
  end,
  stride,
  angle,
  sign,
) => {
  const w1r = Math.cos(angle);
  const w1i = Math.sin(angle);
  const w2r = Math.cos(2 * angle);
  const w2i = Math.sin(2 * angle);
  const w3r = Math.cos(3 * angle);
  const w3i = Math.sin(3 * angle);
  for (let q = 0; q < stride; q++) {
    const a = start + q;
    const b = a + jump;
    const c = b + jump;
    const d = c + jump;
    const sr = (re[a] ?? 0) + (re[c] ?? 0);
    const si = (im[a] ?? 0) + (im[c] ?? 0);
    const tr = (re[a] ?? 0) - (re[c] ?? 0);
    const ti = (im[a] ?? 0) - (im[c] ?? 0);
    const ur = (re[b] ?? 0) + (re[d] ?? 0);
    const ui = (im[b] ?? 0) + (im[d] ?? 0);
    // The difference, turned by a quarter.
    const vr = -sign * ((im[b] ?? 0) - (im[d] ?? 0));
    const vi = sign * ((re[b] ?? 0) - (re[d] ?? 0));
    const o = end + q;
    outRe[o] = sr + ur;
    outIm[o] = si + ui;
    outRe[o + stride] = (tr + vr) * w1r - (ti + vi) * w1i;
    outIm[o + stride] = (tr + vr) * w1i + (ti + vi) * w1r;
    outRe[o + 2 * stride] = (sr - ur) * w2r - (si - ui) * w2i;
    outIm[o + 2 * stride] = (sr - ur) * w2i + (si - ui) * w2r;
    outRe[o + 3 * stride] = (tr - vr) * w3r - (ti - vi) * w3i;
    outIm[o + 3 * stride] = (tr - vr) * w3i + (ti - vi) * w3r;
  }
};

const cosine72 = Math.cos((2 * Math.PI) / 5);
const cosine144 = Math.cos((4 * Math.PI) / 5);
const sine72 = Math.sin((2 * Math.PI) / 5);
const sine144 = Math.sin((4 * Math.PI) / 5);

export const five: Butterfly = (
  { re, im },
  { re: outRe, im: outIm },
  start,
  jump,
  end,
  stride,
  angle,
  sign,
) => {
  const wr = [1, 2, 3, 4].map((k) => Math.cos(k * angle));
  const wi = [1, 2, 3, 4].map((k) => Math.sin(k * angle));
  const [w1r = 1, w2r = 1, w3r = 1, w4r = 1] = wr;
  const [w1i = 0, w2i = 0, w3i = 0, w4i = 0] = wi;
  for (let q = 0; q < stride; q++) {
    const a = start + q;
    const b = a + jump;
    const c = b + jump;
    const d = c + jump;
    const e = d + jump;
    const ar = re[a] ?? 0;
    const ai = im[a] ?? 0;
    const s1r = (re[b] ?? 0) + (re[e] ?? 0);
    const s1i = (im[b] ?? 0) + (im[e] ?? 0);
    const s2r = (re[c] ?? 0) + (re[d] ?? 0);
    const s2i = (im[c] ?? 0) + (im[d] ?? 0);
    // The differences, turned by a quarter.
    const d1r = -sign * ((im[b] ?? 0) - (im[e] ?? 0));
    const d1i = sign * ((re[b] ?? 0) - (re[e] ?? 0));
    const d2r = -sign * ((im[c] ?? 0) - (im[d] ?? 0));
    const d2i = sign * ((re[c] ?? 0) - (re[d] ?? 0));
    const m1r = ar + cosine72 * s1r + cosine144 * s2r;
    const m1i = ai + cosine72 * s1i + cosine144 * s2i;
    const m2r = ar + cosine144 * s1r + cosine72 * s2r;
    const m2i = ai + cosine144 * s1i + cosine72 * s2i;
    const n1r = sine72 * d1r + sine144 * d2r;
    const n1i = sine72 * d1i + sine144 * d2i;
    const n2r = sine144 * d1r - sine72 * d2r;
    const n2i = sine144 * d1i - sine72 * d2i;
    const o = end + q;
    outRe[o] = ar + s1r + s2r;
    outIm[o] = ai + s1i + s2i;
    outRe[o + stride] = (m1r + n1r) * w1r - (m1i + n1i) * w1i;
    outIm[o + stride] = (m1r + n1r) * w1i + (m1i + n1i) * w1r;
    outRe[o + 2 * stride] = (m2r + n2r) * w2r - (m2i + n2i) * w2i;
    outIm[o + 2 * stride] = (m2r + n2r) * w2i + (m2i + n2i) * w2r;
    outRe[o + 3 * stride] = (m2r - n2r) * w3r - (m2i - n2i) * w3i;
    outIm[o + 3 * stride] = (m2r - n2r) * w3i + (m2i - n2i) * w3r;
    outRe[o + 4 * stride] = (m1r - n1r) * w4r - (m1i - n1i) * w4i;
    outIm[o + 4 * stride] = (m1r - n1r) * w4i + (m1i - n1i) * w4r;
  }
};

/** Any other radix, by the sum that defines it. */
export function butterflyOf(radix: number): Butterfly {
  let sumRe = new Float64Array(0);
  let sumIm = sumRe;
  return ({ re, im }, { re: outRe, im: outIm }, start, jump, end, stride, angle, sign) => {
    if (sumRe.length < stride) [sumRe, sumIm] = [new Float64Array(stride), new Float64Array(stride)];
    for (let j = 0; j < radix; j++) {
      sumRe.fill(0);
      sumIm.fill(0);
      for (let k = 0; k < radix; k++) {
        const source = start + k * jump;
        const turn = j * angle + (sign * 2 * Math.PI * ((j * k) % radix)) / radix;
        const wr = Math.cos(turn);
        const wi = Math.sin(turn);
        for (let q = 0; q < stride; q++) {
          const ar = re[source + q] ?? 0;
          const ai = im[source + q] ?? 0;
          sumRe[q] = (sumRe[q] ?? 0) + ar * wr - ai * wi;
          sumIm[q] = (sumIm[q] ?? 0) + ar * wi + ai * wr;
        }
      }
      outRe.set(sumRe.subarray(0, stride), end + j * stride);
      outIm.set(sumIm.subarray(0, stride), end + j * stride);
    }
  };
}
