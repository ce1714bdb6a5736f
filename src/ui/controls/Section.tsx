import { createUniqueId, type JSX, Show } from 'solid-js';

/** One step of the work in the right-hand panel. */
export function Section(props: {
  readonly step: number;
  readonly title: string;
  readonly aside?: JSX.Element;
  readonly children: JSX.Element;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <section class="section" aria-labelledby={id}>
      <header>
        <span class="step" aria-hidden="true">
          {props.step}
        </span>
        <h2 id={id}>{props.title}</h2>
        <Show when={props.aside}>
          <div class="aside">{props.aside}</div>
        </Show>
      </header>
      {props.children}
    </section>
  );
}
