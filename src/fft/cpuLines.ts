import { type Butterfly, butterflyOf, five, four, three, two } from './cpuButterflies.ts';
import type { ComplexField } from './cpuField.ts';

/**
 * Transforms `inner` lines at once, in place: Σ_k x_k exp(sign · 2πi jk/n), unnormalised. Element k of line b is at
 * k · inner + b. Stockham's self-sorting passes (Van Loan 1992, 1.7) over all lines, so that the inner loop runs along
 * memory; sums in 64 bits, stored in 32.
 * @param work as large as the lines; used up.
 * @param n any from 1; factors of 2, 3 and 5 are fast.
 */
export function transformLines(
  field: ComplexField,
  work: ComplexField,
  n: number,
  inner: number,
  sign: -1 | 1,
): void {
  let from = field;
  let to = work;
  let length = n;
  let stride = inner;
  for (const { radix, butterfly } of passesOf(n)) {
    // Decimating in frequency: `length` is what is left to transform, `stride` what is done.
    const steps = length / radix;
    for (let step = 0; step < steps; step++) {
      const angle = (sign * 2 * Math.PI * step) / length;
      butterfly(from, to, stride * step, stride * steps, stride * radix * step, stride, angle, sign);
    }
    length = steps;
    stride *= radix;
    [from, to] = [to, from];
  }
  if (from === field) return;
  const size = n * inner;
  field.re.set(from.re.subarray(0, size));
  field.im.set(from.im.subarray(0, size));
}

interface Pass {
  readonly radix: number;
  readonly butterfly: Butterfly;
}

/** Fours first, which cost least. */
const fast: readonly Pass[] = [
  { radix: 4, butterfly: four },
  { radix: 2, butterfly: two },
  { radix: 3, butterfly: three },
  { radix: 5, butterfly: five },
];
const knownPasses = new Map<number, readonly Pass[]>();

function passesOf(n: number): readonly Pass[] {
  const known = knownPasses.get(n);
  if (known) return known;
  const passes: Pass[] = [];
  let rest = n;
  for (const pass of fast) for (; rest % pass.radix === 0; rest /= pass.radix) passes.push(pass);
  for (let radix = 7; rest > 1; radix += 2) {
    for (; rest % radix === 0; rest /= radix) passes.push({ radix, butterfly: butterflyOf(radix) });
  }
  knownPasses.set(n, passes);
  return passes;
}
