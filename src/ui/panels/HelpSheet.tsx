import { createEffect, For, type JSX } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';
import { type Command, commands } from '../state/commands.ts';

const groups: readonly Command['group'][] = ['Open', 'Look', 'Pick', 'Page'];

/** All keys, made from the list that the keyboard listens to. */
export function HelpSheet(): JSX.Element {
  const app = useApp();
  let dialog: HTMLDialogElement | undefined;
  createEffect(() => {
    if (app.help()) dialog?.showModal();
    else dialog?.close();
  });
  return (
    <dialog
      class="help"
      ref={(element) => {
        dialog = element;
        // A click on the backdrop; the keyboard has Escape.
        element.addEventListener('click', (event) => {
          if (event.target === element) app.setHelp(false);
        });
      }}
      aria-label="Keyboard shortcuts"
      data-testid="help"
      onClose={() => app.setHelp(false)}
    >
      <div class="help-body">
        <header>
          <h2>Keyboard shortcuts</h2>
          <Button
            label="Close"
            icon="close"
            compact
            variant="quiet"
            keys="Esc"
            onClick={() => app.setHelp(false)}
          />
        </header>
        <div class="help-groups">
          <For each={groups}>
            {(group) => (
              <section>
                <h3>{group}</h3>
                <dl>
                  <For each={commands.filter((command) => command.group === group)}>
                    {(command) => (
                      <div>
                        <dt>
                          <kbd>{command.keys}</kbd>
                        </dt>
                        <dd>{command.label}</dd>
                      </div>
                    )}
                  </For>
                </dl>
              </section>
            )}
          </For>
        </div>
        <p class="muted small">
          Wheel or pinch zooms to the cursor, a double click changes between one to one and the whole
          micrograph, the middle button pans, and so do the arrow keys where the micrograph has the focus; in
          the list they change the micrograph. Picks are centres in pixels of the file; the first stored pixel
          is (0, 0) and is drawn in the upper left corner.
        </p>
        <p class="muted small">Cryolite {__CRYOLITE_VERSION__}. Nothing leaves this machine.</p>
      </div>
    </dialog>
  );
}
