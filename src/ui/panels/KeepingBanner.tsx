import { createSignal, type JSX, Match, Show, Switch } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';
import { clockWords } from '../state/sessionWords.ts';

/** Says plainly why what is done now is not kept, and the way out. */
export function KeepingBanner(): JSX.Element {
  const { keeping, sessions } = useApp();
  const [dismissed, setDismissed] = createSignal<string>();
  const kind = (): string => keeping.state().kind;
  const since = (): string => {
    const state = keeping.state();
    return 'since' in state ? clockWords(state.since) : '';
  };
  const isShown = (): boolean => !['opening', 'kept'].includes(kind()) && dismissed() !== kind();
  const exportButton = (): JSX.Element => (
    <Button
      label="Export session"
      icon="save"
      hint="Save picks, parameters and networks as one file"
      testid="keeping-export"
      onClick={() => void sessions.exportFile()}
    />
  );
  return (
    <Show when={isShown()}>
      <div class="banner keeping-banner" role="status" data-testid="keeping" data-kind={kind()}>
        <p>
          <Switch>
            <Match when={kind() === 'elsewhere'}>
              <strong>
                This session has been open in another tab since {since()}: it is read-only here.
              </strong>{' '}
              What you change in this tab is not kept.
            </Match>
            <Match when={kind() === 'taken'}>
              <strong>Another tab took over this session at {since()}.</strong> All until then is kept; what
              you change here is not.
            </Match>
            <Match when={kind() === 'full'}>
              <strong>The browser’s storage is full: new picks are in memory only.</strong> Everything goes
              on; export the session before you close the page, or make room and try again.
            </Match>
            <Match when={kind() === 'refused'}>
              <strong>The browser keeps nothing here, as in a private window.</strong> Everything works until
              the page is closed: export the session before that.
            </Match>
          </Switch>
        </p>
        <div class="row">
          <Switch>
            <Match when={kind() === 'elsewhere' || kind() === 'taken'}>
              <Button
                label={kind() === 'taken' ? 'Take it back' : 'Take over'}
                variant="primary"
                hint="The other tab writes what it has and becomes read-only; this page is loaded anew"
                testid="take-over"
                onClick={() => void sessions.takeOver()}
              />
              <Button
                label="Other sessions"
                icon="session"
                keys="Shift+U"
                onClick={() => sessions.setOpen(true)}
              />
            </Match>
            <Match when={kind() === 'full'}>
              {exportButton()}
              <Button
                label="Try again"
                variant="quiet"
                testid="keeping-retry"
                onClick={() => void sessions.retry()}
              />
            </Match>
            <Match when={kind() === 'refused'}>
              {exportButton()}
              <Button
                label="Dismiss"
                icon="close"
                compact
                variant="quiet"
                onClick={() => setDismissed(kind())}
              />
            </Match>
          </Switch>
        </div>
      </div>
    </Show>
  );
}
