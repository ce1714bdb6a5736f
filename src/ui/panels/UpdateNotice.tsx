import { type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';

/** A new version of the program is there: calm, since nothing has to happen now. */
export function UpdateNotice(): JSX.Element {
  const { update, tasks } = useApp();
  const isBusy = (): boolean => tasks.list().length > 0;
  return (
    <Show when={update.offered()}>
      {(offered) => (
        <div class="update-notice" role="status" data-testid="update-notice">
          <p>
            <strong>
              {offered() === 'waiting'
                ? 'A new version of Cryolite is ready.'
                : 'Another tab has switched to a new version of Cryolite.'}
            </strong>{' '}
            Reload when you like: picks, parameters and networks are kept.
            <Show when={isBusy()}> What runs now would be stopped: let it finish first.</Show>
          </p>
          <div class="row">
            <Button
              label="Reload"
              variant="primary"
              hint="Save the session and load the new version"
              testid="update-reload"
              onClick={() => void update.reload()}
            />
            <Button label="Later" variant="quiet" onClick={() => update.dismiss()} />
          </div>
        </div>
      )}
    </Show>
  );
}
