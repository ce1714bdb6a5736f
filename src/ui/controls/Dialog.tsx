import { Dialog as Kobalte } from '@kobalte/core/dialog';
import { createComputed, type JSX } from 'solid-js';
import { Button } from './Button.tsx';

/** A modal dialog: keeps the focus inside and gives it back, and goes by Escape, its cross or a click beside it. */
export function Dialog(props: {
  readonly open: boolean;
  readonly title: string;
  readonly class: string;
  readonly testid: string;
  /** A selector of what has the focus at first; else the dialog itself, from where Tab goes to its first button. */
  readonly first?: string;
  readonly onClose: () => void;
  /** Made anew each time it opens. */
  readonly children: JSX.Element;
}): JSX.Element {
  let before: Element | null = null;
  createComputed(() => {
    if (props.open) before = document.activeElement;
  });
  return (
    <Kobalte open={props.open} onOpenChange={(isOpen) => !isOpen && props.onClose()}>
      <Kobalte.Portal>
        <Kobalte.Overlay class="dialog-shade" />
        <Kobalte.Content
          class={`dialog ${props.class}`}
          data-testid={props.testid}
          onOpenAutoFocus={(event) => {
            const content = event.target;
            const first = props.first && content instanceof Element && content.querySelector(props.first);
            const start = first || content;
            if (!(start instanceof HTMLElement)) return;
            event.preventDefault();
            start.focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
          }}
        >
          <div class="dialog-body">
            <header>
              <Kobalte.Title>{props.title}</Kobalte.Title>
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
            {props.children}
          </div>
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte>
  );
}
