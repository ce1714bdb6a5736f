import { createUniqueId, For, type JSX } from 'solid-js';

export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
}

/**
 * One choice of several that need not all be seen. The browser's own: its list lies over everything and beyond the window,
 * is a wheel on a telephone, takes typed letters, and is known to every screen reader; a drawn one would have to do all that anew.
 */
export function Select<T extends string>(props: {
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly value: T;
  readonly hint: string;
  readonly testid: string;
  readonly onChange: (value: T) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="select">
      <label class="unseen" for={id}>
        {props.label}
      </label>
      <select
        id={id}
        title={props.hint}
        data-testid={props.testid}
        onChange={(event) => {
          const chosen = props.options.find(({ value }) => value === event.currentTarget.value);
          if (chosen) props.onChange(chosen.value);
        }}
      >
        <For each={props.options}>
          {({ value, label }) => (
            <option value={value} selected={value === props.value}>
              {label}
            </option>
          )}
        </For>
      </select>
    </div>
  );
}
