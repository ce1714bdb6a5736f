/** An evaluation as numbers to show. */
import {
  type Counts,
  type CurvePoint,
  countsAt,
  pointAt,
  type ScoreCurve,
} from '../../dataset/scoreCurve.ts';
import type { EvaluationAnswer } from '../../rpc/contract.ts';

export interface SideCounts extends Counts {
  readonly averagePrecision: number;
}

export interface TableRow {
  readonly name: string;
  readonly strict: SideCounts;
  readonly loose: SideCounts;
}

/** Each micrograph and, where there are several, all of them, at a threshold. */
export function tableRows({ strict, loose }: EvaluationAnswer, threshold: number): readonly TableRow[] {
  const rows = strict.micrographs.flatMap((one, i) => {
    const other = loose.micrographs[i];
    return other ? [{ name: one.name, strict: at(one, threshold), loose: at(other, threshold) }] : [];
  });
  const all = { name: 'All', strict: at(strict, threshold), loose: at(loose, threshold) };
  return rows.length > 1 ? [...rows, all] : rows;
}

function at(side: { readonly curve: ScoreCurve; readonly averagePrecision: number }, threshold: number) {
  return { ...countsAt(side.curve, threshold), averagePrecision: side.averagePrecision };
}

/** The last row: what there is in all. */
export function inAll(answer: EvaluationAnswer, threshold: number): TableRow | undefined {
  return tableRows(answer, threshold).at(-1);
}

/** The points at about so many places along a curve, first and last among them: enough to draw. */
export function sampled(curve: ScoreCurve, most = 300): CurvePoint[] {
  const count = curve.thresholds.length;
  const rows = Array.from({ length: Math.min(count, most) }, (_, i) => Math.floor((i * count) / most));
  if (count <= most) return Array.from({ length: count }, (_, i) => pointAt(curve, i));
  return [...rows, count - 1].map((row) => pointAt(curve, row));
}

/** From the least to the largest score that a threshold can be set to; undefined where there is only one or none. */
export function scoreRange({
  thresholds,
}: ScoreCurve): { readonly min: number; readonly max: number } | undefined {
  const min = thresholds.at(-1);
  const max = thresholds.find(Number.isFinite);
  return min !== undefined && max !== undefined && min < max ? { min, max } : undefined;
}

/** "93 %", "-" where there is nothing to divide by. */
export function percentText(share: number, of: number): string {
  return of === 0 ? '–' : `${(100 * share).toFixed(share < 0.9995 ? 1 : 0)}\u00a0%`;
}
