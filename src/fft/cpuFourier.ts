import { type ComplexField, complexField } from './cpuField.ts';
import { transformLines } from './cpuLines.ts';

/**
 * Fourier transforms of planes on the processor, in place, unnormalised both ways: what is drawn by the thousand and in
 * several threads at once needs no GPU.
 */
export class Fourier2d {
  private readonly work: ComplexField;

  /** Sides of factors 2, 3 and 5 are fast. */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.work = complexField(width * height);
  }

  /** In place; the spectrum comes out transposed: frequency (u, v) is at u · height + v. */
  forward(field: ComplexField): void {
    const { width, height, work } = this;
    transformLines(field, work, height, width, -1);
    transpose(field, work, width, height);
    transformLines(field, work, width, height, -1);
  }

  /** In place, from the transposed spectrum. */
  backward(field: ComplexField): void {
    const { width, height, work } = this;
    transformLines(field, work, width, height, 1);
    transpose(field, work, height, width);
    transformLines(field, work, height, width, 1);
  }

  /**
   * Filters two real fields at once: a transfer function that depends on nothing but the radius keeps them apart.
   * @param transfer as `radialTable` gives it, for this size.
   */
  filter(field: ComplexField, transfer: Float32Array): void {
    this.forward(field);
    multiply(field, transfer);
    this.backward(field);
  }

  /** A transfer function as factors for every frequency of the transposed spectrum, with the 1/n of a way back in it. @param table is filled and returned. */
  radialTable(
    transfer: (cyclesPerPixel: number) => number,
    table: Float32Array = new Float32Array(this.width * this.height),
  ): Float32Array {
    const { width, height } = this;
    const scale = 1 / (width * height);
    for (let u = 0; u <= width / 2; u++) {
      for (let v = 0; v <= height / 2; v++) {
        const factor = scale * transfer(Math.hypot(u / width, v / height));
        for (const column of [u, (width - u) % width]) {
          table[column * height + v] = factor;
          table[column * height + ((height - v) % height)] = factor;
        }
      }
    }
    return table;
  }
}

/** Times a real factor, number by number. */
export function multiply({ re, im }: ComplexField, factors: Float32Array): void {
  for (let i = 0; i < factors.length; i++) {
    const factor = factors[i] ?? 0;
    re[i] = (re[i] ?? 0) * factor;
    im[i] = (im[i] ?? 0) * factor;
  }
}

/** The spectrum of a cube of n³ values, in place, x fastest. */
export function transformCube(field: ComplexField, n: number, sign: -1 | 1): void {
  const work = complexField(n * n * n);
  transformLines(field, work, n, n * n, sign);
  const plane = n * n;
  const planeWork = { re: work.re.subarray(0, plane), im: work.im.subarray(0, plane) };
  for (let z = 0; z < n; z++) {
    const section = {
      re: field.re.subarray(z * plane, (z + 1) * plane),
      im: field.im.subarray(z * plane, (z + 1) * plane),
    };
    transformLines(section, planeWork, n, n, sign);
    transpose(section, planeWork, n, n);
    transformLines(section, planeWork, n, n, sign);
    transpose(section, planeWork, n, n);
  }
}

/** Turns [rows][columns] into [columns][rows], in blocks that a cache holds. */
function transpose(field: ComplexField, work: ComplexField, columns: number, rows: number): void {
  for (const [data, other] of [
    [field.re, work.re],
    [field.im, work.im],
  ] as const) {
    for (let top = 0; top < rows; top += 16) {
      const bottom = Math.min(rows, top + 16);
      for (let x = 0; x < columns; x++)
        for (let y = top; y < bottom; y++) other[x * rows + y] = data[y * columns + x] ?? 0;
    }
    data.set(other.subarray(0, rows * columns));
  }
}
