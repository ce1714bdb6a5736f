import type { FileFact } from '../image.ts';

export type Verdict = FileFact['verdict'];

export function fact(
  name: string,
  value: string | number,
  meaning: string,
  verdict: Verdict = 'good',
): FileFact {
  return { name, value: String(value), meaning, verdict };
}

/** Seven digits, as more are noise of 32-bit floats. */
export function tidy(value: number): number {
  return Number(value.toPrecision(7));
}
