import { type JSX, Show } from 'solid-js';
import { Button, tooltip } from '../controls/Button.tsx';
import { Icon } from '../controls/Icon.tsx';
import { useApp } from '../state/app.ts';
import { openFiles, openFolder } from '../state/commands.ts';

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
      <Show when={!isEmpty()}>
        <div class="row">
          <Button
            label="Open"
            icon="file"
            keys="O"
            hint="Open micrographs"
            testid="open-files"
            onClick={() => openFiles(app)}
          />
          <Button
            label="Folder"
            icon="folder"
            keys="Shift+O"
            hint="Open a folder of micrographs"
            testid="open-folder"
            onClick={() => openFolder(app)}
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
      <GpuBadge />
      <Button
        label="Light or dark"
        icon="sun"
        compact
        variant="quiet"
        onClick={() => app.view.setTheme(app.view.theme() === 'dark' ? 'light' : 'dark')}
      />
      <Button
        label="Keyboard shortcuts"
        icon="help"
        compact
        variant="quiet"
        keys="?"
        onClick={() => app.setHelp(true)}
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
            'D',
          )}
          aria-keyshortcuts="D"
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
