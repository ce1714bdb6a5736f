import { dft2, realImage } from './fourier.ts';

/**
 * Fourier ring correlation of two real images by its definition in 64 bits, after both were multiplied by `weights` and
 * set into the corner of a plane of zeros of `paddedWidth` × `paddedHeight`. Rings of |k| lie around q / (2·(rings − 1)).
 */
export function ringCorrelation(
  size: { readonly width: number; readonly height: number },
  padded: { readonly width: number; readonly height: number },
  images: readonly [ArrayLike<number>, ArrayLike<number>],
  weights: { readonly x: readonly number[]; readonly y: readonly number[] },
  rings: number,
): number[] {
  const [first, second] = images.map((image) => {
    const plane = new Float64Array(padded.width * padded.height);
    for (let y = 0; y < size.height; y++)
      for (let x = 0; x < size.width; x++)
        plane[y * padded.width + x] =
          (image[y * size.width + x] ?? 0) * (weights.x[x] ?? 0) * (weights.y[y] ?? 0);
    return dft2(realImage(padded.width, padded.height, plane), -1);
  });
  const sums = Array.from({ length: rings }, () => [0, 0, 0] as [number, number, number]);
  for (let v = 0; v < padded.height; v++) {
    for (let u = 0; u < padded.width; u++) {
      const kx = Math.min(u, padded.width - u) / padded.width;
      const ky = Math.min(v, padded.height - v) / padded.height;
      const sum = sums[Math.floor(Math.hypot(kx, ky) * 2 * (rings - 1) + 0.5)];
      const at = v * padded.width + u;
      const [ar, ai] = [first?.re[at] ?? 0, first?.im[at] ?? 0];
      const [br, bi] = [second?.re[at] ?? 0, second?.im[at] ?? 0];
      if (!sum) continue;
      sum[0] += ar * br + ai * bi;
      sum[1] += ar * ar + ai * ai;
      sum[2] += br * br + bi * bi;
    }
  }
  return sums.map(([cross, a, b]) => (a > 0 && b > 0 ? cross / Math.sqrt(a * b) : 0));
}
