import { For, type JSX, Show } from 'solid-js';
import { Segmented } from '../controls/Segmented.tsx';
import { useApp } from '../state/app.ts';
import { commands } from '../state/commands.ts';
import { keymaps, keysOf } from '../state/keymaps.ts';
import { commandGroups } from '../state/keys.ts';

/** All keys, made from the list that the keyboard listens to, and the choice among keymaps. */
export function KeySheet(): JSX.Element {
  const { keymap } = useApp();
  const withKeys = (group: string) =>
    commands.flatMap((command) => {
      const keys = keysOf(command, keymap.current());
      return command.group === group && keys.length > 0 ? [{ keys, label: command.label }] : [];
    });
  return (
    <>
      <div class="keymap-choice">
        <Segmented
          label="Keymap"
          small
          value={keymap.current().name}
          segments={keymaps.map(({ name, label, about }) => ({
            ...{ value: name, label, hint: about, testid: `keymap-${name}` },
          }))}
          onChange={keymap.choose}
        />
        <p class="muted small">{keymap.current().about}</p>
      </div>
      <div class="help-groups">
        <For each={commandGroups.filter((group) => withKeys(group).length > 0)}>
          {(group) => (
            <section>
              <h3>{group}</h3>
              <dl>
                <For each={withKeys(group)}>
                  {(command) => (
                    <div>
                      <dt>
                        <For each={command.keys}>{(keys) => <kbd>{keys}</kbd>}</For>
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
        Everything else the page can do is in the palette, <kbd>Ctrl+K</kbd>. Wheel or pinch zooms to the
        cursor, a double click changes between one to one and the whole micrograph, the middle button pans,
        and so do the arrow keys where the micrograph has the focus; in the list they change the micrograph.
        Picks are centres in pixels of the file; the first stored pixel is (0, 0) and is drawn in the upper
        left corner.
      </p>
      <Show when={keymap.current().mouse}>
        {(mouse) => (
          <p class="small">
            <strong>Mouse.</strong> {mouse()}
          </p>
        )}
      </Show>
      <p class="muted small">Cryolite {__CRYOLITE_VERSION__}. Nothing leaves this machine.</p>
    </>
  );
}
