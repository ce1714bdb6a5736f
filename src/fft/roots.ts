import type { GpuContext } from '../gpu/context.ts';
import { factorise } from './sizes.ts';

/** Complex numbers re, im, re, im … */
type Interleaved = Float64Array<ArrayBuffer>;

/** exp(−2πi·m / length) for m below `length`. */
export function rootsOf(length: number): Interleaved {
  const values = new Float64Array(2 * length);
  for (let m = 0; m < length; m++) {
    values[2 * m] = Math.cos((2 * Math.PI * m) / length);
    values[2 * m + 1] = -Math.sin((2 * Math.PI * m) / length);
  }
  return values;
}

/** exp(−πi·n² / length) for n below `length`; n² modulo 2·length keeps the angle exact. */
export function chirpOf(length: number): Interleaved {
  const values = new Float64Array(2 * length);
  for (let n = 0; n < length; n++) {
    const angle = (Math.PI * ((n * n) % (2 * length))) / length;
    values[2 * n] = Math.cos(angle);
    values[2 * n + 1] = -Math.sin(angle);
  }
  return values;
}

/** The spectrum over `padded` values of the conjugate chirp, which runs to both sides of 0; divided by `padded`. */
export function chirpSpectrum(length: number, padded: number): Interleaved {
  const chirp = chirpOf(length);
  const line = new Float64Array(2 * padded);
  for (let n = 0; n < length; n++) {
    for (const at of [n, (padded - n) % padded]) {
      line[2 * at] = (chirp[2 * n] ?? 0) / padded;
      line[2 * at + 1] = -(chirp[2 * n + 1] ?? 0) / padded;
    }
  }
  return transform(line, rootsOf(padded));
}

/** The forward transform in f64 by decimation in time: only for tables, once a length. */
function transform(line: Interleaved, roots: Interleaved): Interleaved {
  const total = roots.length / 2;
  const recurse = (start: number, step: number, length: number): Interleaved => {
    if (length === 1) return line.slice(2 * start, 2 * start + 2);
    const radix = factorise(length)[0] ?? length;
    const part = length / radix;
    const parts = Array.from({ length: radix }, (_, r) => recurse(start + r * step, step * radix, part));
    const result = new Float64Array(2 * length);
    for (let k = 0; k < length; k++) {
      let re = 0;
      let im = 0;
      parts.forEach((values, r) => {
        const root = 2 * ((r * k * (total / length)) % total);
        const [a, b] = [values[2 * (k % part)] ?? 0, values[2 * (k % part) + 1] ?? 0];
        const [c, d] = [roots[root] ?? 0, roots[root + 1] ?? 0];
        re += a * c - b * d;
        im += a * d + b * c;
      });
      result[2 * k] = re;
      result[2 * k + 1] = im;
    }
    return result;
  };
  return recurse(0, 1, total);
}

/** The tables that transforms read, each computed in f64 and uploaded once. */
export class RootTables {
  private readonly tables = new Map<string, GPUBuffer>();

  constructor(private readonly context: GpuContext) {}

  roots(length: number): GPUBuffer {
    return this.table(`roots ${length}`, () => rootsOf(length));
  }

  chirp(length: number): GPUBuffer {
    return this.table(`chirp ${length}`, () => chirpOf(length));
  }

  chirpSpectrum(length: number, padded: number): GPUBuffer {
    return this.table(`chirp spectrum ${length} ${padded}`, () => chirpSpectrum(length, padded));
  }

  destroy(): void {
    this.context.free(...this.tables.values());
    this.tables.clear();
  }

  private table(name: string, values: () => Interleaved): GPUBuffer {
    let table = this.tables.get(name);
    if (!table) {
      table = this.context.upload('Fourier roots', Float32Array.from(values()));
      this.tables.set(name, table);
    }
    return table;
  }
}
