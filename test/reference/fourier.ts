/** Slow, obvious f64 Fourier transforms, by the definition. */

export interface ComplexImage {
  readonly width: number;
  readonly height: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** sum over x, y of v·exp(sign·2πi(ux/width + vy/height)), rows first, O(n²) a line. */
export function dft2(image: ComplexImage, sign: 1 | -1): ComplexImage {
  const { width, height } = image;
  const rows = lines(image.re, image.im, width, height, 1, width, sign);
  const both = lines(rows.re, rows.im, height, width, width, 1, sign);
  return { width, height, ...both };
}

export function realImage(width: number, height: number, values: ArrayLike<number>): ComplexImage {
  return { width, height, re: Float64Array.from(values), im: new Float64Array(width * height) };
}

function lines(
  re: Float64Array,
  im: Float64Array,
  length: number,
  count: number,
  elementStride: number,
  lineStride: number,
  sign: number,
): { re: Float64Array; im: Float64Array } {
  const outRe = new Float64Array(re.length);
  const outIm = new Float64Array(im.length);
  for (let line = 0; line < count; line++) {
    for (let u = 0; u < length; u++) {
      let sumRe = 0;
      let sumIm = 0;
      for (let x = 0; x < length; x++) {
        const angle = (sign * 2 * Math.PI * ((u * x) % length)) / length;
        const at = line * lineStride + x * elementStride;
        const a = re[at] ?? 0;
        const b = im[at] ?? 0;
        sumRe += a * Math.cos(angle) - b * Math.sin(angle);
        sumIm += a * Math.sin(angle) + b * Math.cos(angle);
      }
      outRe[line * lineStride + u * elementStride] = sumRe;
      outIm[line * lineStride + u * elementStride] = sumIm;
    }
  }
  return { re: outRe, im: outIm };
}

/** The real image filtered by a radial transfer function of cycles per pixel. */
export function filterRadially(
  width: number,
  height: number,
  values: ArrayLike<number>,
  transfer: (k: number) => number,
): Float64Array {
  const spectrum = dft2(realImage(width, height, values), -1);
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      const kx = (u > width / 2 ? u - width : u) / width;
      const ky = (v > height / 2 ? v - height : v) / height;
      const factor = transfer(Math.hypot(kx, ky)) / (width * height);
      const at = v * width + u;
      spectrum.re[at] = (spectrum.re[at] ?? 0) * factor;
      spectrum.im[at] = (spectrum.im[at] ?? 0) * factor;
    }
  }
  return dft2(spectrum, 1).re;
}

/**
 * A periodic real image at another number of samples, by the definition: its Fourier series, cut to the frequencies
 * that both can hold, times a radial transfer function (cycles per source pixel), summed at the new places. A Nyquist
 * frequency of the source stands for +N/2 and −N/2, half each; one of a smaller result is left out.
 */
export function resampleRadially(
  width: number,
  height: number,
  values: ArrayLike<number>,
  newWidth: number,
  newHeight: number,
  transfer: (k: number) => number,
): Float64Array {
  const spectrum = dft2(realImage(width, height, values), -1);
  const size = newWidth * newHeight;
  const result = {
    width: newWidth,
    height: newHeight,
    re: new Float64Array(size),
    im: new Float64Array(size),
  };
  const targets = (u: number, from: number, to: number): { k: number; share: number }[] => {
    const k = u > from / 2 ? u - from : u;
    if (from === to) return [{ k, share: 1 }];
    if (2 * Math.abs(k) === from)
      return to > from ? [k, -k].map((signed) => ({ k: signed, share: 0.5 })) : [];
    return 2 * Math.abs(k) < to ? [{ k, share: 1 }] : [];
  };
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      for (const y of targets(v, height, newHeight)) {
        for (const x of targets(u, width, newWidth)) {
          const factor =
            (transfer(Math.hypot(x.k / width, y.k / height)) * x.share * y.share) / (width * height);
          const at = ((y.k + newHeight) % newHeight) * newWidth + ((x.k + newWidth) % newWidth);
          result.re[at] = (result.re[at] ?? 0) + factor * (spectrum.re[v * width + u] ?? 0);
          result.im[at] = (result.im[at] ?? 0) + factor * (spectrum.im[v * width + u] ?? 0);
        }
      }
    }
  }
  return dft2(result, 1).re;
}

/** A periodic real image moved by (x, y) pixels, whole or not: result(p + shift) = image(p). Its Nyquist waves go. */
export function shiftPeriodic(
  width: number,
  height: number,
  values: ArrayLike<number>,
  x: number,
  y: number,
): Float64Array {
  const spectrum = dft2(realImage(width, height, values), -1);
  const moved = { width, height, re: new Float64Array(width * height), im: new Float64Array(width * height) };
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      if (2 * u === width || 2 * v === height) continue;
      const kx = (u > width / 2 ? u - width : u) / width;
      const ky = (v > height / 2 ? v - height : v) / height;
      const angle = -2 * Math.PI * (kx * x + ky * y);
      const at = v * width + u;
      const [re, im] = [spectrum.re[at] ?? 0, spectrum.im[at] ?? 0];
      moved.re[at] = (re * Math.cos(angle) - im * Math.sin(angle)) / (width * height);
      moved.im[at] = (re * Math.sin(angle) + im * Math.cos(angle)) / (width * height);
    }
  }
  return dft2(moved, 1).re;
}

/**
 * Σ Re(a·b*), Σ|a|², Σ|b|² and the number of frequencies in rings of |k| around q / (2·(rings − 1)) cycles a pixel, over
 * the whole spectra of two real images.
 */
export function ringSums(
  width: number,
  height: number,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  rings: number,
): { cross: number; a: number; b: number; frequencies: number }[] {
  const [first, second] = [a, b].map((values) => dft2(realImage(width, height, values), -1));
  const sums = Array.from({ length: rings }, () => ({ cross: 0, a: 0, b: 0, frequencies: 0 }));
  for (let at = 0; at < width * height; at++) {
    const [u, v] = [at % width, Math.floor(at / width)];
    const kx = (u > width / 2 ? u - width : u) / width;
    const ky = (v > height / 2 ? v - height : v) / height;
    const sum = sums[Math.round(Math.hypot(kx, ky) * 2 * (rings - 1))];
    if (!sum || !first || !second) continue;
    const [p, q] = [first.re[at] ?? 0, first.im[at] ?? 0];
    const [r, s] = [second.re[at] ?? 0, second.im[at] ?? 0];
    sum.cross += p * r + q * s;
    sum.a += p * p + q * q;
    sum.b += r * r + s * s;
    sum.frequencies++;
  }
  return sums;
}

/** Welch's power spectrum by its definition: squares at the given origins, Hann windows, centre at edge/2. */
export function welch(
  width: number,
  values: ArrayLike<number>,
  edge: number,
  origins: readonly { readonly x: number; readonly y: number }[],
): Float64Array {
  const hann = (i: number): number => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / edge);
  const result = new Float64Array(edge * edge);
  let power = 0;
  for (let i = 0; i < edge * edge; i++) power += (hann(i % edge) * hann(Math.floor(i / edge))) ** 2;
  for (const { x, y } of origins) {
    const square = Float64Array.from({ length: edge * edge }, (_, i) => {
      const [u, v] = [i % edge, Math.floor(i / edge)];
      return (values[(y + v) * width + x + u] ?? 0) * hann(u) * hann(v);
    });
    const { re, im } = dft2(realImage(edge, edge, square), -1);
    for (let i = 0; i < edge * edge; i++) {
      const u = ((i % edge) + edge / 2) % edge;
      const v = (Math.floor(i / edge) + edge / 2) % edge;
      result[v * edge + u] =
        (result[v * edge + u] ?? 0) + ((re[i] ?? 0) ** 2 + (im[i] ?? 0) ** 2) / power / origins.length;
    }
  }
  return result;
}
