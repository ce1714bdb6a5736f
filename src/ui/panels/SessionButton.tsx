import { type JSX, Show } from 'solid-js';
import { Icon } from '../controls/Icon.tsx';
import { tooltip } from '../controls/tipParts.ts';
import { useApp } from '../state/app.ts';

/** The name of the session that is open; a click shows all. */
export function SessionButton(): JSX.Element {
  const { sessions } = useApp();
  return (
    <Show when={sessions.current()}>
      {(session) => (
        <button
          type="button"
          class="session-button"
          title={tooltip(`Session “${session().name}”: open another, name, delete, export`, 'Shift+U')}
          aria-label={`Session ${session().name}`}
          aria-keyshortcuts="Shift+U"
          aria-haspopup="dialog"
          data-testid="session"
          onClick={() => sessions.setOpen(true)}
        >
          <Icon name="session" />
          <span class="clip">{session().name}</span>
        </button>
      )}
    </Show>
  );
}
