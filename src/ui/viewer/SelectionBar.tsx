import { createMemo, For, type JSX, Show } from 'solid-js';
import { isFound } from '../../dataset/picks.ts';
import { Button } from '../controls/Button.tsx';
import { GlyphMark } from '../controls/GlyphMark.tsx';
import { useApp } from '../state/app.ts';
import { inOwnTask } from '../state/nextTask.ts';

/** Over the picture while picks or filaments are chosen: what can be done with them. */
export function SelectionBar(): JSX.Element {
  const { pasteboard, picks, review, selection } = useApp();
  const words = (): string => {
    const [some, filaments] = [selection.picks().size, selection.filaments().size];
    return [
      some > 0 ? `${some} pick${some === 1 ? '' : 's'}` : '',
      filaments > 0 ? `${filaments} filament${filaments === 1 ? '' : 's'}` : '',
    ]
      .filter((part) => part !== '')
      .join(', ');
  };
  const chosen = inOwnTask(selection.picks);
  const hasFound = createMemo((): boolean => {
    for (const pick of chosen()) if (isFound(pick)) return true;
    return false;
  });
  return (
    <Show when={selection.count() > 0 && !review.isOn()}>
      <section class="selection-bar" aria-label="What is chosen" data-testid="selection-bar">
        <span class="selection-words" aria-live="polite" data-testid="selection-count">
          {words()}
        </span>
        <div class="selection-classes">
          <For each={picks.classes.list()}>
            {(one, i) => (
              <button
                type="button"
                class="button quiet compact"
                aria-label={`Call them ${one.name}`}
                title={`${one.name}  (Shift+${i() + 1})`}
                data-testid={`classify-${i() + 1}`}
                onClick={() => selection.classify(one.id)}
              >
                <GlyphMark glyph={one.glyph} colour={one.colour} />
              </button>
            )}
          </For>
        </div>
        <Show when={hasFound()}>
          <Button
            label="Confirm"
            icon="check"
            compact
            variant="quiet"
            keys="Enter"
            hint="They are particles: picks by hand from then on"
            testid="selection-confirm"
            onClick={selection.confirm}
          />
        </Show>
        <Button
          label="Copy"
          icon="copy"
          compact
          variant="quiet"
          keys="Ctrl+C"
          hint="Copy; Ctrl+V pastes on any micrograph"
          testid="selection-copy"
          onClick={pasteboard.copy}
        />
        <Button
          label="Remove"
          icon="trash"
          compact
          variant="quiet"
          keys="Delete"
          testid="selection-remove"
          onClick={selection.remove}
        />
        <Button
          label="Choose nothing"
          icon="close"
          compact
          variant="quiet"
          keys="Esc"
          testid="selection-clear"
          onClick={selection.clear}
        />
      </section>
    </Show>
  );
}
