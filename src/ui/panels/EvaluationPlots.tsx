import { createMemo, type JSX, Show } from 'solid-js';
import { type CurvePoint, countsAt } from '../../dataset/scoreCurve.ts';
import type { EvaluationAnswer } from '../../rpc/contract.ts';
import { type Axis, CurvePlot } from '../controls/CurvePlot.tsx';
import { percentText, sampled, scoreRange } from '../state/evaluationTable.ts';

interface PlotProps {
  readonly answer: EvaluationAnswer;
  readonly threshold: number;
  readonly width: number;
  readonly height: number;
}

const share = (label: string): Axis => ({
  label,
  min: 0,
  max: 1,
  text: (value) => `${Math.round(100 * value)}`,
});

/** What part of the picks is right, against what part of the particles is found, as the threshold falls. */
export function PrecisionRecallPlot(props: PlotProps): JSX.Element {
  const line = (points: readonly CurvePoint[]) =>
    points.map(({ recall, precision }) => [recall, precision] as const);
  const strict = createMemo(() => line(sampled(props.answer.strict.curve)));
  const loose = createMemo(() => line(sampled(props.answer.loose.curve)));
  const now = () => countsAt(props.answer.strict.curve, props.threshold);
  const words = (): string => {
    const { precision, recall, picks, truth } = now();
    return `Precision over recall; at the threshold precision ${percentText(precision, picks)}, recall ${percentText(recall, truth)}`;
  };
  return (
    <CurvePlot
      label={words()}
      width={props.width}
      height={props.height}
      x={share('Recall, %')}
      y={share('Precision, %')}
      lines={[
        { points: loose(), look: 'second', label: 'Loose: within half the diameter' },
        { points: strict(), look: 'main', label: 'Strict: within a quarter of the diameter' },
      ]}
      marks={now().picks > 0 ? [[now().recall, now().precision]] : []}
      testid="precision-recall"
    />
  );
}

/** F1, precision and recall at every threshold; a drag sets it. */
export function ThresholdPlot(
  props: PlotProps & { readonly onThreshold: (value: number) => void },
): JSX.Element {
  const range = createMemo(() => scoreRange(props.answer.strict.curve));
  const finite = (points: readonly CurvePoint[]): readonly CurvePoint[] =>
    points.filter(({ threshold }) => Number.isFinite(threshold));
  const strict = createMemo(() => finite(sampled(props.answer.strict.curve)));
  const loose = createMemo(() => finite(sampled(props.answer.loose.curve)));
  const of = (points: readonly CurvePoint[], what: 'f1' | 'precision' | 'recall') =>
    points.map((point) => [point.threshold, point[what]] as const);
  const now = (): number => countsAt(props.answer.strict.curve, props.threshold).f1;
  return (
    <Show
      when={range()}
      fallback={<p class="muted small">These picks have one score only: there is no threshold to set.</p>}
    >
      {(scores) => (
        <CurvePlot
          label={`F1 against the threshold; now ${now().toFixed(3)} at ${props.threshold}`}
          width={props.width}
          height={props.height}
          x={{ label: 'Threshold', ...scores(), text: (value) => String(value) }}
          y={share('%')}
          lines={[
            { points: of(strict(), 'precision'), look: 'thin', label: 'Precision, strict' },
            { points: of(strict(), 'recall'), look: 'thin-dashed', label: 'Recall, strict' },
            { points: of(loose(), 'f1'), look: 'second', label: 'F1, loose' },
            { points: of(strict(), 'f1'), look: 'main', label: 'F1, strict' },
          ]}
          marks={[]}
          at={props.threshold}
          onX={props.onThreshold}
          testid="f1-threshold"
        />
      )}
    </Show>
  );
}
