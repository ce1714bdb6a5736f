import { For, type JSX } from 'solid-js';
import { Dialog } from '../controls/Dialog.tsx';
import { useApp } from '../state/app.ts';
import { commands } from '../state/commands.ts';
import type { Command } from '../state/keys.ts';

const groups: readonly Command['group'][] = ['Open', 'Look', 'Pick', 'Train', 'Page'];

/** All keys, made from the list that the keyboard listens to. */
export function HelpSheet(): JSX.Element {
  const app = useApp();
  return (
    <Dialog
      open={app.help()}
      title="Keyboard shortcuts"
      class="help"
      testid="help"
      onClose={() => app.setHelp(false)}
    >
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
    </Dialog>
  );
}
