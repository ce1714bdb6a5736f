import { For, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { CopyButton } from '../controls/CopyButton.tsx';
import { useApp } from '../state/app.ts';
import type { Notice } from '../state/notices.ts';

/** News and errors at the foot of the picture, where the progress was; errors until they are dismissed. */
export function Toasts(props: { readonly kind: Notice['kind'] }): JSX.Element {
  const app = useApp();
  return (
    <div class="toasts" classList={{ errors: props.kind === 'error' }}>
      <For each={app.notices.list().filter(({ kind }) => kind === props.kind)}>
        {(notice) => (
          <div
            class="toast"
            classList={{ error: notice.kind === 'error' }}
            role={notice.kind === 'error' ? 'alert' : 'status'}
            data-testid={notice.kind === 'error' ? 'error' : 'notice'}
          >
            <p>{notice.text}</p>
            <Show when={notice.undo}>
              {(undo) => <Button label="Undo" icon="undo" testid="notice-undo" onClick={() => undo()()} />}
            </Show>
            <Show when={notice.kind === 'error'}>
              <CopyButton
                text={() => notice.text}
                compact
                variant="quiet"
                hint="Copy the sentence"
                testid="error-copy"
                onFailure={app.notices.failure}
              />
            </Show>
            <Button
              label="Dismiss"
              icon="close"
              compact
              variant="quiet"
              onClick={() => app.notices.dismiss(notice.id)}
            />
          </div>
        )}
      </For>
    </div>
  );
}
