import { For, type JSX, Show } from 'solid-js';
import { siteFileUrl } from '../../platform/browser/siteFile.ts';
import { CopyButton } from '../controls/CopyButton.tsx';
import { useApp } from '../state/app.ts';

const texts = [
  ['licences.md', 'Licences'],
  ['models/particle-picker.md', 'Card of the picker'],
  ['models/denoiser.md', 'Card of the denoiser'],
] as const;

/** The version, what comes with it, and all of the panel as text for an issue. */
export function ReportBar(): JSX.Element {
  const { diagnostics, notices } = useApp();
  return (
    <footer class="report-bar">
      <span>Cryolite {__CRYOLITE_VERSION__}</span>
      <For each={texts}>
        {([path, label]) => (
          <Show when={siteFileUrl(path)}>
            {(url) => (
              <a href={url()} target="_blank" rel="noopener">
                {label}
              </a>
            )}
          </Show>
        )}
      </For>
      <span class="spacer" />
      <label class="check" title="Sentences about failures may name files; without this they say “a file”">
        <input
          type="checkbox"
          checked={diagnostics.withNames()}
          data-testid="report-names"
          onChange={(event) => diagnostics.setWithNames(event.currentTarget.checked)}
        />
        With file names
      </label>
      <CopyButton
        text={diagnostics.report}
        label="Copy report"
        hint="Copy all of this as plain text, for an issue; nothing is sent anywhere"
        testid="copy-report"
        onFailure={notices.failure}
      />
    </footer>
  );
}
