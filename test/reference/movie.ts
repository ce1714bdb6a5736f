/** What the movie kernels should give, slowly, in 64 bits. */

export interface Samples {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly rowBytes: number;
}

/** Stored samples as numbers, row-major. */
export function unpack({ type, bytes, rowBytes }: Samples, width: number, rows: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: number[] = [];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x++) {
      const row = y * rowBytes;
      if (type === 'uint4') values.push((view.getUint8(row + (x >> 1)) >> (4 * (x & 1))) & 15);
      else if (type === 'int8') values.push(view.getInt8(row + x));
      else if (type === 'uint8') values.push(view.getUint8(row + x));
      else if (type === 'int16') values.push(view.getInt16(row + 2 * x, true));
      else if (type === 'uint16') values.push(view.getUint16(row + 2 * x, true));
      else if (type === 'float16') values.push(half(view.getUint16(row + 2 * x, true)));
      else values.push(view.getFloat32(row + 4 * x, true));
    }
  }
  return values;
}

function half(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction > 0 ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

/** Sum of frames, pixel by pixel. */
export function sumOf(frames: readonly ArrayLike<number>[]): number[] {
  const first = frames[0] ?? [];
  return Array.from(first, (_, i) => frames.reduce((sum, frame) => sum + (frame[i] ?? Number.NaN), 0));
}

/** Means of the good pixels of 3 × 3, 5 × 5 … 17 × 17 windows (three at least, but in the last) where one is bad. */
export function replaceBad(
  values: ArrayLike<number>,
  width: number,
  height: number,
  isBad: (index: number) => boolean,
): number[] {
  return Array.from(values, (value, index) => {
    if (!isBad(index)) return value;
    const [x, y] = [index % width, Math.floor(index / width)];
    for (let radius = 1; radius <= 8; radius++) {
      const good: number[] = [];
      for (let v = y - radius; v <= y + radius; v++) {
        for (let u = x - radius; u <= x + radius; u++) {
          if (u < 0 || v < 0 || u >= width || v >= height || isBad(v * width + u)) continue;
          good.push(values[v * width + u] ?? Number.NaN);
        }
      }
      if (good.length >= 3 || (radius === 8 && good.length > 0)) {
        return good.reduce((sum, one) => sum + one, 0) / good.length;
      }
    }
    return Number.NaN;
  });
}
