import { For, type JSX } from 'solid-js';
import { coordinateSuffixes } from '../../dataset/coordinates/detect.ts';
import { modelSuffixes } from '../../platform/browser/fileNames.ts';
import { sourceOfFileList } from '../../platform/browser/files.ts';
import { useApp } from '../state/app.ts';
import { modelInputId } from '../state/chooseFiles.ts';
import { sessionInputId } from '../state/sessionCommands.ts';

/** File inputs for browsers without the File System Access API, and for coordinate files. */
export function HiddenInputs(): JSX.Element {
  const app = useApp();
  const take = (files: FileList | null): void => {
    const source = files && sourceOfFileList(files);
    if (source) void app.sources.open(async () => source);
  };
  return (
    <div class="unseen" aria-hidden="true">
      <input
        id="file-input"
        type="file"
        multiple
        tabindex="-1"
        data-testid="file-input"
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
      <input
        id="folder-input"
        type="file"
        ref={(element) => {
          element.webkitdirectory = true;
        }}
        tabindex="-1"
        data-testid="folder-input"
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
      <For each={['picks', 'reference'] as const}>
        {(use) => (
          <input
            id={`${use}-input`}
            type="file"
            multiple
            accept={coordinateSuffixes.join(',')}
            tabindex="-1"
            data-testid={`${use}-input`}
            onChange={(event) => {
              void app.imports.files([...(event.currentTarget.files ?? [])], use);
              event.currentTarget.value = '';
            }}
          />
        )}
      </For>
      <input
        id="gain-input"
        type="file"
        tabindex="-1"
        data-testid="gain-input"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) void app.gainChoice.open(file);
          event.currentTarget.value = '';
        }}
      />
      <For each={[undefined, 'pick', 'denoise'] as const}>
        {(use) => (
          <input
            id={modelInputId(use)}
            type="file"
            accept={modelSuffixes.join(',')}
            tabindex="-1"
            data-testid={modelInputId(use)}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) void app.models.open(file, use);
              event.currentTarget.value = '';
            }}
          />
        )}
      </For>
      <input
        id={sessionInputId}
        type="file"
        accept=".cryolite,.zip"
        tabindex="-1"
        data-testid="session-input"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) void app.sessions.importFile(file);
          event.currentTarget.value = '';
        }}
      />
    </div>
  );
}
