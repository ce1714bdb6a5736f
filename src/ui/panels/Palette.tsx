import { Dialog } from '@kobalte/core/dialog';
import {
  createEffect,
  createMemo,
  createSignal,
  createUniqueId,
  For,
  type JSX,
  on,
  onMount,
  Show,
} from 'solid-js';
import { useApp } from '../state/app.ts';
import { matchesOf, type PaletteMatch, scopeOf } from '../state/palette.ts';
import { paletteEntries, type Setting } from '../state/paletteEntries.ts';
import { settingsInSight } from './settingsInSight.ts';

/** Rows that Page Up and Page Down pass. */
const page = 8;

/** Everything the page can do, under a few letters of its name. */
export function Palette(): JSX.Element {
  const { palette } = useApp();
  let before: Element | null = null;
  createEffect(() => {
    if (palette.isOpen()) before = document.activeElement;
  });
  return (
    <Dialog open={palette.isOpen()} onOpenChange={palette.setOpen}>
      <Dialog.Portal>
        <Dialog.Overlay class="dialog-shade" />
        <Dialog.Content
          class="dialog palette"
          data-testid="palette"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // What was chosen may have a place of its own for the focus.
            const isFree = document.activeElement === document.body || document.activeElement === null;
            if (isFree && before instanceof HTMLElement) before.focus({ preventScroll: true });
          }}
        >
          <Dialog.Title class="unseen">Command palette</Dialog.Title>
          <Search />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog>
  );
}

function Search(): JSX.Element {
  const app = useApp();
  const { palette } = app;
  const id = createUniqueId();
  const settings: readonly Setting[] = settingsInSight();
  // Where the page had no time for it yet. Without its pages the help can still be opened.
  app.help.fetch().catch(() => undefined);
  const [at, setAt] = createSignal(0);
  const scope = createMemo(() => scopeOf(palette.query()).scope);
  // Apart from the words: what is offered stays the same while somebody types.
  const entries = createMemo(() => paletteEntries(app, scope(), settings));
  const matches = createMemo((): readonly PaletteMatch[] =>
    matchesOf(entries(), scopeOf(palette.query()).words, palette.recent()),
  );
  createEffect(on(palette.query, () => setAt(0)));
  let query: HTMLInputElement | undefined;
  // At once: the dialog gives it the focus a moment later, and what was typed by then would be lost.
  onMount(() => query?.focus({ preventScroll: true }));
  let list: HTMLDivElement | undefined;
  createEffect(() => {
    at();
    list?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });

  const choose = ({ entry }: PaletteMatch): void => {
    if (entry.blocked !== undefined) return;
    palette.remember(entry.id);
    palette.setOpen(false);
    // Once the focus is free.
    setTimeout(entry.run);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = matches().length - 1;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: at() === last ? 0 : at() + 1,
      ArrowUp: at() === 0 ? last : at() - 1,
      PageDown: Math.min(last, at() + page),
      PageUp: Math.max(0, at() - page),
    };
    const next = steps[event.key];
    const chosen = matches()[at()];
    if (next !== undefined) setAt(Math.max(0, next));
    else if (event.key === 'Enter' && chosen) choose(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        class="palette-query"
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-label="Command, setting or page of the help"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={matches().length > 0 ? `${id}-${at()}` : undefined}
        placeholder="What do you want to do?   @ for micrographs, ? for the help"
        value={palette.query()}
        data-testid="palette-query"
        ref={(element) => {
          query = element;
        }}
        onInput={(event) => palette.setQuery(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div
        id={`${id}-list`}
        class="palette-list"
        role="listbox"
        aria-label="What fits"
        ref={(element) => {
          list = element;
        }}
      >
        <For each={matches()}>
          {(match, i) => (
            <div
              id={`${id}-${i()}`}
              role="option"
              tabIndex={-1}
              aria-selected={i() === at()}
              aria-disabled={match.entry.blocked !== undefined}
              data-testid="palette-entry"
              onPointerMove={() => setAt(i())}
              onClick={() => choose(match)}
              onKeyDown={onKeyDown}
            >
              <span class="palette-label">
                <Letters match={match} />
                <Show when={match.entry.blocked}>
                  <small>{match.entry.blocked}</small>
                </Show>
              </span>
              <span class="palette-group">{match.entry.group}</span>
              <Show when={match.entry.keys}>
                <kbd>{match.entry.keys}</kbd>
              </Show>
            </div>
          )}
        </For>
      </div>
      <Show when={matches().length === 0}>
        <p class="palette-nothing muted">
          Nothing is called that. Fewer letters find more; @ looks through the micrographs, ? through the
          help.
        </p>
      </Show>
      <output class="unseen" aria-live="polite">
        {matches().length === 1 ? '1 fits' : `${matches().length} fit`}
      </output>
    </>
  );
}

/** The label, with the letters that were asked for in bold. */
function Letters(props: { readonly match: PaletteMatch }): JSX.Element {
  const parts = createMemo(() => {
    const { entry, at } = props.match;
    const asked = new Set(at);
    const runs: { text: string; isAsked: boolean }[] = [];
    for (let i = 0; i < entry.label.length; i++) {
      const run = runs.at(-1);
      const letter = entry.label[i] ?? '';
      if (run && run.isAsked === asked.has(i)) run.text += letter;
      else runs.push({ text: letter, isAsked: asked.has(i) });
    }
    return runs;
  });
  return (
    <span>
      <For each={parts()}>{(part) => (part.isAsked ? <b>{part.text}</b> : part.text)}</For>
    </span>
  );
}
