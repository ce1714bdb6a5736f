import { For, type JSX } from 'solid-js';
import { ariaKeys, tooltip } from './Button.tsx';
import { Icon, type IconName } from './Icon.tsx';

export interface Segment<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly icon?: IconName;
  readonly keys?: string;
  readonly hint?: string;
  readonly testid?: string;
  readonly disabled?: boolean;
}

/** One choice of a few, side by side. */
export function Segmented<T extends string>(props: {
  readonly label: string;
  readonly segments: readonly Segment<T>[];
  readonly value: T;
  readonly compact?: boolean;
  readonly small?: boolean;
  readonly onChange: (value: T) => void;
}): JSX.Element {
  return (
    <fieldset class="segmented" classList={{ compact: props.compact === true, small: props.small === true }}>
      <legend class="unseen">{props.label}</legend>
      <For each={props.segments}>
        {(segment) => (
          <button
            type="button"
            aria-pressed={props.value === segment.value}
            aria-label={props.compact ? segment.label : undefined}
            aria-keyshortcuts={ariaKeys(segment.keys)}
            title={tooltip(segment.hint ?? segment.label, segment.keys)}
            disabled={segment.disabled}
            data-testid={segment.testid}
            onClick={() => props.onChange(segment.value)}
          >
            {segment.icon && <Icon name={segment.icon} />}
            {!props.compact && <span>{segment.label}</span>}
          </button>
        )}
      </For>
    </fieldset>
  );
}
