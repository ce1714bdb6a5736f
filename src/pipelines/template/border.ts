import type { Picture } from './profile.ts';

/** A rectangle of pixels: from the first to before the last. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Lines this alike are copies of each other, up to resampling and a high-pass. */
const sameCorrelation = 0.8;

/**
 * What of a picture was seen by the detector: some programs that move frames about fill the gaps at the edges by drawing the
 * last line outwards, and the stripes look like anything that one searches for.
 * @param leastPx stripes shorter than this, px, are the likeness that neighbours have in any picture.
 */
export function withoutSmears(picture: Picture, leastPx: number): Rectangle {
  const { width, height } = picture;
  const depth = (line: (i: number) => Float32Array, lines: number): number => {
    const first = line(0);
    let last = 0;
    while (last + 1 < lines / 4 && correlation(first, line(last + 1)) > sameCorrelation) last++;
    return last >= leastPx ? last + 1 : 0;
  };
  const row = (y: number): Float32Array => picture.data.subarray(y * width, (y + 1) * width);
  const column = (x: number): Float32Array =>
    Float32Array.from({ length: height }, (_, y) => picture.data[y * width + x] ?? 0);
  return {
    left: depth(column, width),
    top: depth(row, height),
    right: width - depth((i) => column(width - 1 - i), width),
    bottom: height - depth((i) => row(height - 1 - i), height),
  };
}

function correlation(a: Float32Array, b: Float32Array): number {
  const { length } = a;
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const [x = 0, y = 0] = [a[i], b[i]];
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  const scale = (squaresA - sumA ** 2 / length) * (squaresB - sumB ** 2 / length);
  return scale > 0 ? (products - (sumA * sumB) / length) / Math.sqrt(scale) : 0;
}

export function crop({ data, width }: Picture, { left, top, right, bottom }: Rectangle): Picture {
  const cut = { width: right - left, height: bottom - top };
  const pixels = new Float32Array(cut.width * cut.height);
  for (let row = 0; row < cut.height; row++) {
    const from = (top + row) * width + left;
    pixels.set(data.subarray(from, from + cut.width), row * cut.width);
  }
  return { ...cut, data: pixels };
}
