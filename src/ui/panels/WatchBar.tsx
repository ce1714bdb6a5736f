import { type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';

const pickOnly = { sum: false, denoise: false, pick: true, extract: false };

/** Watching the open folder while a microscope fills it. */
export function WatchBar(): JSX.Element {
  const { watch, batch } = useApp();
  const words = (): string => {
    const { landed, waiting } = watch.report();
    const came = landed === 0 ? 'nothing new yet' : `${landed} new`;
    return waiting > 0 ? `${came}, ${waiting} still written` : came;
  };
  const stepWords = (): string => {
    const steps = batch.queue.batch()?.plan.steps ?? pickOnly;
    const verbs = (['sum', 'denoise', 'pick', 'extract'] as const).filter((step) => steps[step]).join(', ');
    return `${verbs.charAt(0).toUpperCase()}${verbs.slice(1)} new ones as they land`;
  };
  return (
    <Show when={watch.isPossible()}>
      <section class="watch-bar" aria-label="Watch the folder">
        <Show
          when={watch.isOn()}
          fallback={
            <Button
              label="Watch the folder"
              icon="watch"
              variant="quiet"
              hint="Look into the folder every few seconds and add what the microscope writes into it"
              testid="watch"
              onClick={watch.start}
            />
          }
        >
          <div class="watch-line">
            <span class="watch-dot" aria-hidden="true" />
            <span
              role="status"
              data-testid="watch-status"
              title={`The last one: ${watch.report().latest ?? 'none'}`}
            >
              <span class="clip">Watching {watch.folder()}</span>
              <span class="muted clip">{words()}</span>
            </span>
            <Button
              label="Stop watching"
              icon="stop"
              compact
              variant="quiet"
              testid="watch-stop"
              onClick={watch.stop}
            />
          </div>
          <label
            class="check"
            title="New micrographs go through the steps of the batch; where there is none, they are picked as the one on the screen is set"
          >
            <input
              type="checkbox"
              checked={watch.processes()}
              data-testid="watch-process"
              onChange={(event) => watch.setProcesses(event.currentTarget.checked)}
            />
            {stepWords()}
          </label>
        </Show>
      </section>
    </Show>
  );
}
