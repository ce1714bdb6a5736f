import { createEffect, createUniqueId, type JSX, Show } from 'solid-js';
import { Button } from './Button.tsx';

/** A modal dialog: keeps the focus inside, and goes by Escape, its cross or a click beside it. */
export function Dialog(props: {
  readonly open: boolean;
  readonly title: string;
  readonly class: string;
  readonly testid: string;
  readonly onClose: () => void;
  /** Made anew each time it opens. */
  readonly children: JSX.Element;
}): JSX.Element {
  const id = createUniqueId();
  let dialog: HTMLDialogElement | undefined;
  createEffect(() => {
    if (props.open) dialog?.showModal();
    else dialog?.close();
  });
  return (
    <dialog
      class={`dialog ${props.class}`}
      ref={(element) => {
        dialog = element;
        // A click on the backdrop; the keyboard has Escape.
        element.addEventListener('click', (event) => {
          if (event.target === element) props.onClose();
        });
      }}
      aria-labelledby={id}
      data-testid={props.testid}
      onClose={() => {
        if (props.open) props.onClose();
      }}
    >
      <div class="dialog-body">
        <header>
          <h2 id={id}>{props.title}</h2>
          <Button
            label="Close"
            icon="close"
            compact
            variant="quiet"
            keys="Esc"
            testid="dialog-close"
            onClick={() => props.onClose()}
          />
        </header>
        <Show when={props.open}>{props.children}</Show>
      </div>
    </dialog>
  );
}
