import { For, type JSX } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';

export function Toasts(): JSX.Element {
  const app = useApp();
  return (
    <div class="toasts">
      <For each={app.notices.list()}>
        {(notice) => (
          <div
            class="toast"
            classList={{ error: notice.kind === 'error' }}
            role={notice.kind === 'error' ? 'alert' : 'status'}
            data-testid={notice.kind === 'error' ? 'error' : 'notice'}
          >
            <p>{notice.text}</p>
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
