import { createEffect, type JSX } from 'solid-js';

export interface RangeInputProps {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** The value in words, for screen readers. */
  readonly text?: string;
  readonly hint: string;
  readonly class?: string;
  readonly testid: string;
  readonly onInput: (value: number) => void;
}

/** A slider. Its limits are set before its value, which the browser would otherwise cut to the old limits. */
export function RangeInput(props: RangeInputProps): JSX.Element {
  const place = (input: HTMLInputElement): void => {
    createEffect(() => {
      const { min, max, step, value } = props;
      input.min = String(min);
      input.max = String(max);
      input.step = String(step);
      input.value = String(value);
    });
  };
  return (
    <input
      ref={place}
      type="range"
      class={props.class}
      aria-label={props.label}
      aria-valuetext={props.text}
      title={props.hint}
      data-testid={props.testid}
      onInput={(event) => {
        const input = event.currentTarget;
        props.onInput(input.valueAsNumber);
        // A value that was not taken must not stay on the slider.
        input.value = String(props.value);
      }}
    />
  );
}
