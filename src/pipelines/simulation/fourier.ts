import { nextFastSize } from '../../fft/sizes.ts';
import { type ComplexField, five, four, three, two } from './butterflies.ts';

export type { ComplexField } from './butterflies.ts';

/**
 * Fourier transforms on the processor, unnormalised both ways, for sizes with factors 2, 3 and 5: what is drawn by the
 * thousand and in several threads at once needs no GPU. Stockham's self-sorting passes over whole planes, so that the
 * inner loop runs along memory; sums in 64 bits, stored in 32.
 */
export class Fourier2d {
  private readonly work: ComplexField;

  /** @throws RangeError where a side has another prime factor than 2, 3 and 5. */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    stepsOf(width);
    stepsOf(height);
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

/** The spectrum of a cube of n³ values, in place, x fastest; n with factors 2, 3 and 5. */
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

export function complexField(length: number): ComplexField {
  return { re: new Float32Array(length), im: new Float32Array(length) };
}

/** The next even side with factors 2, 3 and 5. */
export const fastSide = nextFastSize;

/** Transforms along the slower index of [n][inner] values, in place. */
function transformLines(
  field: ComplexField,
  work: ComplexField,
  n: number,
  inner: number,
  sign: number,
): void {
  let from = field;
  let to = work;
  let length = n;
  let stride = inner;
  for (const radix of stepsOf(n)) {
    pass(from, to, length, stride, radix, sign);
    length /= radix;
    stride *= radix;
    [from, to] = [to, from];
  }
  if (from === field) return;
  const size = n * inner;
  field.re.set(from.re.subarray(0, size));
  field.im.set(from.im.subarray(0, size));
}

/** One of Stockham's passes, decimating in frequency: `length` is what is left to transform, `stride` what is done. */
function pass(
  from: ComplexField,
  to: ComplexField,
  length: number,
  stride: number,
  radix: number,
  sign: number,
): void {
  const steps = length / radix;
  const butterfly = radix === 2 ? two : radix === 4 ? four : radix === 3 ? three : five;
  for (let step = 0; step < steps; step++) {
    const angle = (sign * 2 * Math.PI * step) / length;
    butterfly(from, to, stride * step, stride * steps, stride * radix * step, stride, angle, sign);
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

const knownSteps = new Map<number, readonly number[]>();

/** Fours first, which cost least. */
function stepsOf(n: number): readonly number[] {
  const known = knownSteps.get(n);
  if (known) return known;
  const steps: number[] = [];
  let rest = n;
  for (const radix of [4, 2, 3, 5]) {
    while (rest % radix === 0 && rest > 1) {
      steps.push(radix);
      rest /= radix;
    }
  }
  if (rest !== 1) throw new RangeError(`A transform of ${n} values needs other factors than 2, 3 and 5.`);
  knownSteps.set(n, steps);
  return steps;
}
