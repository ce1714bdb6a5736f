/**
 * Takes the ramp of the background from a box and makes the background's mean 0 and its deviation 1, as RELION does: the
 * background are the pixels farther than `radius` from pixel side/2 (in both directions), the deviation is divided by
 * their number.
 */
export class BackgroundNormaliser {
  /** Indices of background pixels. */
  private readonly background: Uint32Array;
  /** Inverse of the normal equations of the plane a·x + b·y + c, row-major. */
  private readonly inverse: readonly number[];

  constructor(
    private readonly side: number,
    radiusPx: number,
  ) {
    const centre = side / 2;
    const indices: number[] = [];
    let [xx, xy, yy, x1, y1] = [0, 0, 0, 0, 0];
    for (let i = 0; i < side * side; i++) {
      const [x, y] = [(i % side) - centre, Math.floor(i / side) - centre];
      if (x * x + y * y <= radiusPx * radiusPx) continue;
      indices.push(i);
      xx += x * x;
      xy += x * y;
      yy += y * y;
      x1 += x;
      y1 += y;
    }
    this.background = Uint32Array.from(indices);
    this.inverse = invertSymmetric(xx, xy, x1, yy, y1, indices.length);
  }

  /**
   * Normalises a box in place.
   * @returns false for a box without contrast in its background, which is left at its ramp's residuals, about 0.
   */
  run(box: Float32Array): boolean {
    const { side, background } = this;
    const centre = side / 2;
    let [sx, sy, s1] = [0, 0, 0];
    for (const i of background) {
      const value = box[i] ?? 0;
      sx += value * ((i % side) - centre);
      sy += value * (Math.floor(i / side) - centre);
      s1 += value;
    }
    const [ia = 0, ib = 0, ic = 0, id = 0, ie = 0, ig = 0] = this.inverse;
    const slopeX = ia * sx + ib * sy + ic * s1;
    const slopeY = ib * sx + id * sy + ie * s1;
    const level = ic * sx + ie * sy + ig * s1;
    let largest = 0;
    for (let y = 0, i = 0; y < side; y++) {
      const row = slopeY * (y - centre) + level;
      for (let x = 0; x < side; x++, i++) {
        const value = box[i] ?? 0;
        largest = Math.max(largest, Math.abs(value));
        box[i] = value - (slopeX * (x - centre) + row);
      }
    }
    let [sum, squares] = [0, 0];
    for (const i of background) sum += box[i] ?? 0;
    const mean = sum / background.length;
    for (const i of background) squares += ((box[i] ?? 0) - mean) ** 2;
    const deviation = Math.sqrt(squares / background.length);
    // What rounding of a constant leaves is no contrast.
    if (!(deviation > 1e-6 * largest)) return false;
    for (let i = 0; i < box.length; i++) box[i] = ((box[i] ?? 0) - mean) / deviation;
    return true;
  }
}

/** Inverse of the symmetric matrix (a b c, b d e, c e g), its upper triangle by rows. */
function invertSymmetric(a: number, b: number, c: number, d: number, e: number, g: number): number[] {
  const [m00, m01, m02] = [d * g - e * e, c * e - b * g, b * e - c * d];
  const determinant = a * m00 + b * m01 + c * m02;
  return [m00, m01, m02, a * g - c * c, b * c - a * e, a * d - b * b].map((minor) => minor / determinant);
}
