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
  /** Default a hundredth. */
  readonly step?: number;
  /** A value in words. */
  readonly text: (value: number) => string;
  readonly class?: string;
  readonly lowTestid: string;
  readonly highTestid: string;
  readonly onLow: (value: number) => void;
  readonly onHigh: (value: number) => void;
}): JSX.Element {
  const share = (value: number): number =>
    (100 * (Math.min(props.max, Math.max(props.min, value)) - props.min)) / (props.max - props.min);
  const step = (): number => props.step ?? 0.01;
  // Where the thumbs meet, the one that can still move lies above the other.
  const lowIsAbove = (): boolean => props.low > (props.min + props.max) / 2;
  return (
    <div class={`window-slider ${props.class ?? ''}`} classList={{ 'low-above': lowIsAbove() }}>
      <div class="window-track">
        <div
          class="window-fill"
          style={{ left: `${share(props.low)}%`, right: `${100 - share(props.high)}%` }}
        />
      </div>
      <RangeInput
        min={props.min}
        max={props.max}
        step={step()}
        value={props.low}
        label={props.lowLabel}
        text={props.text(props.low)}
        hint={`${props.lowLabel}: ${props.text(props.low)}`}
        testid={props.lowTestid}
        onInput={props.onLow}
      />
      <RangeInput
        min={props.min}
        max={props.max}
        step={step()}
        value={props.high}
        label={props.highLabel}
        text={props.text(props.high)}
        hint={`${props.highLabel}: ${props.text(props.high)}`}
        testid={props.highTestid}
        onInput={props.onHigh}
      />
    </div>
  );
}
