import { createSignal, For, type JSX, Show } from 'solid-js';
import { keptDeletedDays, type SessionSummary } from '../../platform/browser/sessionList.ts';
import { Button } from '../controls/Button.tsx';
import { Dialog } from '../controls/Dialog.tsx';
import { useApp } from '../state/app.ts';
import { sessionInputId } from '../state/sessionCommands.ts';
import { contentWords, whenWords } from '../state/sessionWords.ts';
import { StorageMeter } from './StorageMeter.tsx';

/** All sessions, and what is done with them as wholes. */
export function SessionsDialog(): JSX.Element {
  const { sessions } = useApp();
  return (
    <Dialog
      open={sessions.isOpen()}
      title="Sessions"
      class="sessions"
      testid="sessions-dialog"
      onClose={() => sessions.setOpen(false)}
    >
      <Contents />
    </Dialog>
  );
}

function Contents(): JSX.Element {
  const { sessions } = useApp();
  return (
    <div class="sessions-parts">
      <p class="muted small">
        A session keeps picks, parameters, masks and what you accepted, together with which files they belong
        to. The files stay where they are.
      </p>
      <ul class="session-list" aria-label="Sessions">
        <For each={sessions.list()} fallback={<li class="muted">Counting…</li>}>
          {(session) => <Row session={session} />}
        </For>
      </ul>
      <div class="row">
        <Button
          label="New session"
          icon="add"
          variant="primary"
          hint="Start with an empty list; this session stays as it is"
          testid="session-new"
          onClick={() => void sessions.create()}
        />
        <Button
          label="Import…"
          icon="load"
          hint="Make a session of a .cryolite file; you can drop it on the page, too"
          testid="session-import"
          onClick={() => document.getElementById(sessionInputId)?.click()}
        />
      </div>
      <Show when={sessions.deleted().length > 0}>
        <section aria-label="Deleted sessions">
          <h3>Deleted</h3>
          <p class="muted small">They go for good after {keptDeletedDays} days.</p>
          <ul class="session-list">
            <For each={sessions.deleted()}>{(session) => <DeletedRow session={session} />}</For>
          </ul>
        </section>
      </Show>
      <StorageMeter />
    </div>
  );
}

function Row(props: { readonly session: SessionSummary }): JSX.Element {
  const { sessions } = useApp();
  const [isRenaming, setRenaming] = createSignal(false);
  const isCurrent = (): boolean => sessions.current()?.id === props.session.id;
  return (
    <li classList={{ current: isCurrent() }} data-testid="session-row">
      <Show
        when={isRenaming()}
        fallback={
          <button
            type="button"
            class="session-open"
            aria-current={isCurrent() ? 'true' : undefined}
            title={
              isCurrent()
                ? 'This session is open'
                : `Open ${props.session.name}; the browser may ask whether its files may be read`
            }
            data-testid="session-open"
            onClick={() => {
              if (isCurrent()) sessions.setOpen(false);
              else void sessions.switchTo(props.session.id);
            }}
          >
            <Words session={props.session} isCurrent={isCurrent()} />
          </button>
        }
      >
        <NameField session={props.session} onDone={() => setRenaming(false)} />
      </Show>
      <div class="row tight">
        <Button
          label={`Rename ${props.session.name}`}
          icon="pencil"
          compact
          variant="quiet"
          testid="session-rename"
          onClick={() => setRenaming(true)}
        />
        <Button
          label={`Export ${props.session.name} as one file`}
          icon="save"
          compact
          variant="quiet"
          testid="session-export"
          onClick={() => void sessions.exportFile(props.session.id)}
        />
        <Button
          label={`Delete ${props.session.name}`}
          icon="trash"
          compact
          variant="quiet"
          hint={`Delete ${props.session.name}; it can be restored for ${keptDeletedDays} days`}
          testid="session-delete"
          onClick={() => void sessions.remove(props.session.id)}
        />
      </div>
    </li>
  );
}

function Words(props: { readonly session: SessionSummary; readonly isCurrent: boolean }): JSX.Element {
  return (
    <>
      <span class="session-name">
        <span class="clip">{props.session.name}</span>
        <Show when={props.isCurrent}>
          <span class="session-badge">open</span>
        </Show>
      </span>
      <span class="muted small">{contentWords(props.session)}</span>
      <span class="muted small session-when">{whenWords(props.session.usedAt)}</span>
    </>
  );
}

/** Enter renames, Escape leaves the name as it is. */
function NameField(props: { readonly session: SessionSummary; readonly onDone: () => void }): JSX.Element {
  const { sessions } = useApp();
  let isDone = false;
  const finish = (name?: string): void => {
    if (isDone) return;
    isDone = true;
    props.onDone();
    if (name !== undefined && name !== props.session.name) void sessions.rename(props.session.id, name);
  };
  return (
    <input
      class="session-name-field"
      type="text"
      value={props.session.name}
      maxlength={120}
      aria-label="Name of the session"
      data-testid="session-name"
      ref={(element) => queueMicrotask(() => element.select())}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish(event.currentTarget.value);
        if (event.key !== 'Escape') return;
        // The dialog stays.
        event.preventDefault();
        event.stopPropagation();
        finish();
      }}
      onBlur={(event) => finish(event.currentTarget.value)}
    />
  );
}

function DeletedRow(props: { readonly session: SessionSummary }): JSX.Element {
  const { sessions } = useApp();
  const [isSure, setSure] = createSignal(false);
  return (
    <li data-testid="deleted-session">
      <div class="session-open">
        <Words session={props.session} isCurrent={false} />
      </div>
      <div class="row tight">
        <Button
          label="Restore"
          icon="undo"
          testid="session-restore"
          onClick={() => void sessions.restore(props.session.id)}
        />
        <Show
          when={isSure()}
          fallback={
            <Button
              label={`Delete ${props.session.name} for good`}
              icon="trash"
              compact
              variant="quiet"
              testid="session-purge"
              onClick={() => setSure(true)}
            />
          }
        >
          <Button
            label="Delete for good"
            hint={`Delete ${contentWords(props.session)}: they can’t be had back`}
            testid="session-purge-sure"
            onClick={() => void sessions.purge(props.session.id)}
          />
        </Show>
      </div>
    </li>
  );
}
