import { For, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';
import type { Task } from '../state/tasks.ts';

/** Jobs under way, each with its progress and a way to stop it. */
export function Tasks(): JSX.Element {
  const app = useApp();
  return (
    <div class="tasks">
      <For each={app.tasks.list()}>{(task) => <TaskCard task={task} />}</For>
    </div>
  );
}

function TaskCard(props: { readonly task: Task }): JSX.Element {
  const app = useApp();
  const elsewhere = (): string => {
    const { subject } = props.task;
    return subject && subject.fingerprint !== app.document.opened()?.fingerprint ? subject.name : '';
  };
  const share = (): number | undefined => {
    const progress = props.task.progress();
    return progress && progress.total > 0 ? progress.done / progress.total : undefined;
  };
  return (
    <div class="task" data-testid={`task-${props.task.kind}`}>
      <div class="task-text">
        <span class="clip">{props.task.progress()?.stage ?? props.task.label}</span>
        <span class="muted">{share() === undefined ? '' : `${Math.round(100 * (share() ?? 0))} %`}</span>
      </div>
      <Show when={share()} fallback={<progress aria-label={props.task.label} />}>
        {(value) => <progress max={1} value={value()} aria-label={props.task.label} />}
      </Show>
      <Show when={elsewhere()}>
        <span class="task-subject clip" title={elsewhere()}>
          {elsewhere()}
        </span>
      </Show>
      <Button
        // What a training has learnt is not lost.
        label={props.task.kind === 'train' ? 'Stop' : 'Cancel'}
        keys="Esc"
        testid="cancel"
        onClick={() => props.task.cancel()}
      />
    </div>
  );
}

/** One line for people and for screen readers: what goes on, or what is open. */
export function statusText(tasks: readonly Task[], idle: string): string {
  const task = tasks.at(-1);
  if (!task) return idle;
  const progress = task.progress();
  if (!progress || progress.total <= 0) return `${task.label}…`;
  // Tenths only: a screen reader would not get to the end of every per cent.
  return `${progress.stage}, ${Math.floor((10 * progress.done) / progress.total) * 10} %`;
}
