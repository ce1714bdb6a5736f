import { createUniqueId, type JSX, Show } from 'solid-js';
import { Icon, type IconName } from './Icon.tsx';

/** One step of the work in the right-hand panel, or something that only some files need. */
export function Section(props: {
  /** Its number, or an icon for what is no step of its own. */
  readonly step: number | IconName;
  readonly title: string;
  readonly aside?: JSX.Element;
  readonly children: JSX.Element;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <section class="section" aria-labelledby={id}>
      <header>
        <span class="step" classList={{ 'no-step': typeof props.step === 'string' }} aria-hidden="true">
          {typeof props.step === 'string' ? <Icon name={props.step} /> : props.step}
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
