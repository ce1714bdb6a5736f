import type { JSX } from 'solid-js';
import { RangeInput } from './RangeInput.tsx';

/** Two ends of a window on one track, each a real slider for keyboard and screen reader. */
export function WindowSlider(props: {
  readonly min: number;
  readonly max: number;
  readonly low: number;
  readonly high: number;
  readonly lowLabel: string;
  readonly highLabel: string;
  readonly unit: string;
  readonly lowTestid: string;
  readonly highTestid: string;
  readonly onLow: (value: number) => void;
  readonly onHigh: (value: number) => void;
}): JSX.Element {
  const share = (value: number): number =>
    (100 * (Math.min(props.max, Math.max(props.min, value)) - props.min)) / (props.max - props.min);
  const text = (value: number): string => `${value.toFixed(2)} ${props.unit}`;
  return (
    <div class="window-slider">
      <div class="window-track">
        <div
          class="window-fill"
          style={{ left: `${share(props.low)}%`, right: `${100 - share(props.high)}%` }}
        />
      </div>
      <RangeInput
        min={props.min}
        max={props.max}
        step={0.01}
        value={props.low}
        label={props.lowLabel}
        text={text(props.low)}
        hint={`${props.lowLabel}: ${text(props.low)}`}
        testid={props.lowTestid}
        onInput={props.onLow}
      />
      <RangeInput
        min={props.min}
        max={props.max}
        step={0.01}
        value={props.high}
        label={props.highLabel}
        text={text(props.high)}
        hint={`${props.highLabel}: ${text(props.high)}`}
        testid={props.highTestid}
        onInput={props.onHigh}
      />
    </div>
  );
}
