import { createUniqueId, type JSX } from 'solid-js';

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
  const id = createUniqueId();
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
      <input
        id={`${id}-low`}
        type="range"
        min={props.min}
        max={props.max}
        step="0.01"
        value={props.low}
        aria-label={props.lowLabel}
        aria-valuetext={text(props.low)}
        title={`${props.lowLabel}: ${text(props.low)}`}
        data-testid={props.lowTestid}
        onInput={(event) => props.onLow(event.currentTarget.valueAsNumber)}
      />
      <input
        id={`${id}-high`}
        type="range"
        min={props.min}
        max={props.max}
        step="0.01"
        value={props.high}
        aria-label={props.highLabel}
        aria-valuetext={text(props.high)}
        title={`${props.highLabel}: ${text(props.high)}`}
        data-testid={props.highTestid}
        onInput={(event) => props.onHigh(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}
