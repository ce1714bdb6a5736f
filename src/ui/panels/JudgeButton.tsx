import { type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';

/** Judges all micrographs that nobody has judged; while it runs, how many are left, and a way to stop. */
export function JudgeButton(): JSX.Element {
  const { gpu, judging, tasks } = useApp();
  const isRunning = (): boolean => tasks.isRunning('judge');
  return (
    <Show when={judging.left() > 0 && gpu()?.available !== false}>
      <span class="judge">
        <Show when={isRunning()}>
          <span class="muted" data-testid="judge-left">
            Judging, {judging.left()} left
          </span>
        </Show>
        <Button
          label={isRunning() ? 'Stop' : `Judge ${judging.left()}`}
          icon={isRunning() ? 'stop' : 'gauge'}
          variant="quiet"
          keys="Shift+Q"
          hint={
            isRunning()
              ? 'Stops judging; what is judged stays, and it goes on from there later'
              : 'Finds the quality (ice, contamination, anything to see) of all micrographs that were not judged yet, so that they can be sorted by it'
          }
          testid="judge"
          onClick={() => (isRunning() ? tasks.cancel('judge') : void judging.judgeAll())}
        />
      </span>
    </Show>
  );
}
