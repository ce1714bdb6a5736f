import { type JSX, Show } from 'solid-js';
import { Icon, type IconName } from './Icon.tsx';
import { shownKeys } from './shownKeys.ts';
import { tooltip } from './tipParts.ts';

export interface ButtonProps {
  readonly label: string;
  readonly icon?: IconName;
  /** Only the icon is shown; the label is for the tooltip and for screen readers. */
  readonly compact?: boolean;
  /** The key that does the same. */
  readonly keys?: string;
  /** What it does, for the tooltip, where the label is not enough. */
  readonly hint?: string;
  readonly variant?: 'primary' | 'quiet' | 'plain';
  readonly disabled?: boolean;
  readonly pressed?: boolean | undefined;
  readonly testid?: string;
  readonly onClick: () => void;
}

export function Button(props: ButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="button"
      classList={{
        primary: props.variant === 'primary',
        quiet: props.variant === 'quiet',
        compact: props.compact === true,
      }}
      title={tooltip(props.hint ?? props.label, props.keys)}
      aria-label={props.compact ? props.label : undefined}
      aria-pressed={props.pressed}
      aria-keyshortcuts={ariaKeys(props.keys)}
      disabled={props.disabled}
      data-testid={props.testid}
      onClick={() => props.onClick()}
    >
      <Show when={props.icon}>{(name) => <Icon name={name()} />}</Show>
      <Show when={!props.compact}>
        <span>{props.label}</span>
      </Show>
    </button>
  );
}

/** Keys as ARIA spells them. */
export function ariaKeys(keys: string | undefined): string | undefined {
  return shownKeys(keys)?.replace('Ctrl', 'Control').replace('Esc', 'Escape');
}
