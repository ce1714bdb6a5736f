import { createUniqueId, Index, type JSX, Show } from 'solid-js';
import { ariaKeys } from './Button.tsx';
import { Icon, type IconName } from './Icon.tsx';
import { tooltip } from './tipParts.ts';

export interface Segment<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Where the page is narrow. */
  readonly short?: string;
  readonly icon?: IconName;
  readonly keys?: string;
  readonly hint?: string;
  readonly testid?: string;
  readonly disabled?: boolean;
}

/**
 * One choice of a few, side by side. Below its looks are the browser's own radio buttons: one stop for Tab, arrow keys
 * within it, and what is chosen is told to screen readers. Kobalte's radio group wraps the same in more elements, each of
 * them announced, and its toggle group keeps Escape from the dialog that it is in.
 */
export function Segmented<T extends string>(props: {
  readonly label: string;
  readonly segments: readonly Segment<T>[];
  readonly value: T;
  readonly compact?: boolean;
  readonly small?: boolean;
  readonly onChange: (value: T) => void;
}): JSX.Element {
  const name = createUniqueId();
  let root: HTMLFieldSetElement | undefined;
  /** After a choice that was not taken the browser's buttons say again what holds. */
  const showChosen = (): void => {
    for (const input of root?.querySelectorAll('input') ?? []) input.checked = input.value === props.value;
  };
  return (
    <fieldset
      class="segmented"
      classList={{ compact: props.compact === true, small: props.small === true }}
      aria-label={props.label}
      ref={(element) => {
        root = element;
      }}
    >
      {/* By place: where what is offered changes, the button that has the focus stays. */}
      <Index each={props.segments}>
        {(segment) => {
          const hint = (): string => tooltip(segment().hint ?? segment().label, segment().keys);
          // After a press of the mouse the arrow keys go on moving picks and pages.
          let isPressed = false;
          return (
            <label
              title={hint()}
              data-testid={segment().testid}
              onPointerDown={() => {
                isPressed = true;
              }}
            >
              <input
                type="radio"
                class="unseen"
                name={name}
                value={segment().value}
                checked={props.value === segment().value}
                disabled={segment().disabled}
                title={hint()}
                aria-label={props.compact ? segment().label : undefined}
                aria-keyshortcuts={ariaKeys(segment().keys)}
                onChange={() => {
                  props.onChange(segment().value);
                  showChosen();
                }}
                onClick={(event) => {
                  if (isPressed) event.currentTarget.blur();
                  isPressed = false;
                }}
              />
              <Show when={segment().icon}>{(icon) => <Icon name={icon()} />}</Show>
              {!props.compact && (
                <Show when={segment().short} fallback={<span>{segment().label}</span>}>
                  {(short) => (
                    <>
                      <span class="if-wide">{segment().label}</span>
                      <span class="if-narrow">{short()}</span>
                    </>
                  )}
                </Show>
              )}
            </label>
          );
        }}
      </Index>
    </fieldset>
  );
}
