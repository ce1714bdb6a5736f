import { type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { Icon } from '../controls/Icon.tsx';
import { tooltip } from '../controls/tipParts.ts';
import { useApp } from '../state/app.ts';
import { openFiles, openFolder } from '../state/chooseFiles.ts';
import { keysPage } from '../state/help.ts';
import { present } from '../state/viewerCommands.ts';
import { SessionButton } from './SessionButton.tsx';

export function TopBar(): JSX.Element {
  const app = useApp();
  const isEmpty = (): boolean => app.library.items.length === 0;
  return (
    <header class="topbar">
      <div class="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path class="brand-a" d="M16 3 27 9.500v13L16 29 5 22.500v-13z" />
          <path class="brand-b" d="M16 3v26M5 9.500l22 13M27 9.500l-22 13" />
        </svg>
        <h1>Cryolite</h1>
      </div>
      <SessionButton />
      <Show when={!isEmpty()}>
        <div class="row">
          <Button
            label="Open"
            icon="file"
            keys="O"
            hint="Open micrographs"
            testid="open-files"
            onClick={() => void openFiles(app)}
          />
          <Button
            label="Folder"
            icon="folder"
            keys="Shift+O"
            hint="Open a folder of micrographs"
            testid="open-folder"
            onClick={() => void openFolder(app)}
          />
          <Button
            label="Demo"
            icon="demo"
            hint="Simulate a micrograph whose particles are known"
            testid="demo"
            onClick={() => void app.sources.openDemo()}
          />
        </div>
      </Show>
      <div class="spacer" />
      <Show when={!isEmpty() || app.batch.queue.items.length > 0}>
        <Button
          label="Batch"
          icon="batch"
          keys="Shift+B"
          hint="Sum, denoise, pick and extract on all micrographs"
          variant="quiet"
          pressed={app.stage.shown() === 'batch'}
          testid="batch-toggle"
          onClick={() => app.stage.toggle('batch')}
        />
      </Show>
      <Show when={app.document.opened()}>
        <Button
          label="Present"
          icon="present"
          compact
          variant="quiet"
          keys="Shift+P"
          hint="Present: the picture alone on the whole screen, with big type"
          testid="present"
          onClick={() => present(app)}
        />
      </Show>
      <Button
        label="Search"
        icon="search"
        hint="Everything the page can do, by a few letters of its name"
        keys="Ctrl+K"
        variant="quiet"
        testid="open-palette"
        onClick={() => app.palette.setOpen(true)}
      />
      <GpuBadge />
      <Button
        label="Light or dark"
        icon="sun"
        compact
        variant="quiet"
        onClick={() => app.view.setThemeChoice(app.view.theme() === 'dark' ? 'light' : 'dark')}
      />
      <Button
        label="Help and keys"
        icon="help"
        compact
        variant="quiet"
        keys="?"
        testid="open-help"
        onClick={() => app.help.open(keysPage)}
      />
    </header>
  );
}

function GpuBadge(): JSX.Element {
  const app = useApp();
  return (
    <Show when={app.gpu()} fallback={<span class="gpu-badge">Starting the GPU…</span>}>
      {(report) => (
        <button
          type="button"
          class="gpu-badge"
          classList={{ missing: !report().available }}
          title={tooltip(
            `${report().description}: what it can do, what is in its memory, how fast networks run`,
            'Shift+D',
          )}
          aria-keyshortcuts="Shift+D"
          data-testid="diagnostics"
          onClick={() => app.diagnostics.setOpen(true)}
        >
          <span class="gpu-dot" aria-hidden="true" />
          <span class="clip">{report().available ? report().description : 'No WebGPU'}</span>
          <Icon name="gauge" />
        </button>
      )}
    </Show>
  );
}
