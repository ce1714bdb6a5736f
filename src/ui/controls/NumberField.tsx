import { createEffect, createSignal, createUniqueId, type JSX, on, Show } from 'solid-js';
import { type NumberRules, numberText, parseNumberText } from './numberText.ts';

export interface NumberFieldProps extends NumberRules {
  readonly label: string;
  readonly unit?: string;
  /** What it is, in a sentence: the tooltip. */
  readonly hint: string;
  readonly placeholder?: string;
  readonly value: number | undefined;
  /** What the arrow keys add. */
  readonly step?: number;
  readonly digits?: number;
  readonly required?: boolean;
  /** Takes effect on Enter or when the field is left, not with every key: for what is costly. */
  readonly lazy?: boolean;
  /** A sentence about the value from elsewhere. */
  readonly problem?: string | undefined;
  readonly testid?: string;
  readonly onChange: (value: number | undefined) => void;
  readonly onEnter?: () => void;
}

/** A number with its unit. Every valid text takes effect as it is typed; an invalid one is explained. */
export function NumberField(props: NumberFieldProps): JSX.Element {
  const id = createUniqueId();
  const [text, setText] = createSignal('');
  const [problem, setProblem] = createSignal<string>();
  const shown = (): string | undefined => problem() ?? props.problem;
  /** With the unit, which stands beside the number for eyes alone. */
  const told = (): string => {
    const [unit = ''] = (props.unit ?? '').split(' ');
    return unit === '' ? props.hint : `${props.hint.replace(/\.$/, '')}. In ${unit}.`;
  };

  createEffect(
    on(
      () => props.value,
      (value) => {
        // Don't rewrite "1." to "1" under the user's fingers.
        const typed = parseNumberText(text(), props);
        if (!(typed.ok && typed.value === value && text() !== '')) setText(numberText(value, props.digits));
        setProblem(undefined);
      },
    ),
  );
  const take = (next: string, isTyping = false): void => {
    setText(next);
    const parsed = parseNumberText(next, props);
    setProblem(parsed.ok ? undefined : parsed.problem);
    if (parsed.ok && !(isTyping && props.lazy)) props.onChange(parsed.value);
  };
  const nudge = (event: KeyboardEvent, direction: number): void => {
    event.preventDefault();
    const step = (props.step ?? 1) * (event.shiftKey ? 10 : 1);
    const next = (props.value ?? props.min ?? 0) + direction * step;
    const limited = Math.min(props.max ?? next, Math.max(props.min ?? next, next));
    take(numberText(limited, props.digits));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowUp') nudge(event, 1);
    else if (event.key === 'ArrowDown') nudge(event, -1);
    else if (event.key === 'Enter') props.onEnter?.();
    else if (event.key === 'Escape' && event.currentTarget instanceof HTMLElement) event.currentTarget.blur();
  };
  return (
    <div class="field" classList={{ invalid: shown() !== undefined }}>
      <label for={id} title={told()}>
        {props.label}
      </label>
      <div class="field-box">
        <input
          id={id}
          type="text"
          inputmode="decimal"
          autocomplete="off"
          spellcheck={false}
          value={text()}
          placeholder={props.placeholder}
          title={told()}
          required={props.required}
          aria-invalid={shown() !== undefined}
          aria-describedby={shown() === undefined ? undefined : `${id}-problem`}
          data-testid={props.testid}
          onInput={(event) => take(event.currentTarget.value, true)}
          onChange={(event) => take(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <Show when={props.unit}>
          <span class="unit">{props.unit}</span>
        </Show>
      </div>
      <Show when={shown()}>
        <p class="field-problem" id={`${id}-problem`}>
          {shown()}
        </p>
      </Show>
    </div>
  );
}
