/** Evaluations as tables for people, and as files. */
import { type CurvePoint, pointsOf } from '../../dataset/scoreCurve.ts';
import type { Evaluation, EvaluationResult } from '../../pipelines/evaluation/evaluate.ts';
import { columns } from '../tables.ts';

/** How near a pick must be, and what came of it. */
export interface JudgedBy {
  readonly matching: 'strict' | 'loose' | 'radius';
  readonly result: EvaluationResult;
}

/** A radius as people read it. */
export function roundedPx(px: number): number {
  return Number(px.toPrecision(4));
}

/** One line a micrograph and one for all; with two ways of matching they stand side by side. */
export function evaluationTable(judged: readonly JudgedBy[]): string[] {
  const titles = judged.flatMap(({ matching }) => {
    const side = matching === 'radius' ? '' : `${matching} `;
    return [`${side}matched`, 'precision', 'recall', 'F1', 'AP', 'best F1', 'at score'];
  });
  const rows = (judged[0]?.result.micrographs ?? []).map(({ name }, i) =>
    row(
      name,
      judged.flatMap(({ result }) => result.micrographs[i] ?? []),
    ),
  );
  const all = row(
    'all',
    judged.map(({ result }) => result),
  );
  return columns([['micrograph', 'picks', 'truth', ...titles], ...rows, all], 1);
}

function row(name: string, evaluations: readonly Evaluation[]): string[] {
  const part = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(3));
  const [first] = evaluations;
  const cells = evaluations.flatMap((one) => [
    String(one.matched),
    ...[one.precision, one.recall, one.f1, one.averagePrecision, one.best?.f1].map(part),
    one.best ? String(Number(one.best.threshold.toPrecision(4))) : '-',
  ]);
  return [name, String(first?.picks ?? 0), String(first?.truth ?? 0), ...cells];
}

/** Without the curve, which has a file of its own. */
export function evaluationJson(result: EvaluationResult) {
  const { micrographs, ...all } = result;
  return { ...withoutCurve(all), micrographs: micrographs.map(withoutCurve) };
}

function withoutCurve<T extends Evaluation>({ curve: _, ...rest }: T): Omit<T, 'curve'> {
  return rest;
}

const CURVE_COLUMNS = ['threshold', 'picks', 'matched', 'precision', 'recall', 'f1'] as const;

/** A row for each distinct score: of all micrographs together, which go by "all", then of each. */
export function curveCsv(judged: readonly JudgedBy[]): string {
  const header = ['matching', 'radius_px', 'micrograph', ...CURVE_COLUMNS].join(',');
  const rows = curvesOf(judged).flatMap(({ matching, radiusPx, micrograph, points }) =>
    points.map((point) =>
      [matching, radiusPx, quoted(micrograph), ...CURVE_COLUMNS.map((column) => point[column])].join(','),
    ),
  );
  return `${[header, ...rows].join('\n')}\n`;
}

/** The same as columns of numbers. */
export function curveJson(judged: readonly JudgedBy[]): string {
  const curves = curvesOf(judged).map(({ points, ...one }) => ({
    ...one,
    ...Object.fromEntries(CURVE_COLUMNS.map((column) => [column, points.map((point) => point[column])])),
  }));
  return `${JSON.stringify({ curves })}\n`;
}

interface NamedCurve {
  readonly matching: JudgedBy['matching'];
  readonly radiusPx: number;
  readonly micrograph: string;
  readonly truth: number;
  readonly points: readonly CurvePoint[];
}

function curvesOf(judged: readonly JudgedBy[]): NamedCurve[] {
  return judged.flatMap(({ matching, result }) => {
    const { radiusPx, micrographs } = result;
    return [{ ...result, name: 'all' }, ...micrographs].map(({ name, curve }) => {
      return { matching, radiusPx, micrograph: name, truth: curve.truth, points: pointsOf(curve) };
    });
  });
}

function quoted(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
