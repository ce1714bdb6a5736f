import { createEffect, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { coordinateSuffixes } from '../dataset/coordinates/detect.ts';
import { modelSuffixes } from '../platform/browser/fileNames.ts';
import { type FileSource, sourceOfFileList, sourcesOfDrop } from '../platform/browser/files.ts';
import type { ComputeClient } from '../rpc/client.ts';
import type { ModelUse } from '../rpc/contract.ts';
import { DiagnosticsPanel } from './panels/DiagnosticsPanel.tsx';
import { EmptyState } from './panels/EmptyState.tsx';
import { EvaluationDialog } from './panels/EvaluationDialog.tsx';
import { EvaluationPanel } from './panels/EvaluationPanel.tsx';
import { ExportPanel } from './panels/ExportPanel.tsx';
import { ExtractDialog } from './panels/ExtractDialog.tsx';
import { FilterPanel } from './panels/FilterPanel.tsx';
import { GainDialog } from './panels/GainDialog.tsx';
import { GalleryPanel } from './panels/GalleryPanel.tsx';
import { GpuBanner } from './panels/GpuBanner.tsx';
import { HelpSheet } from './panels/HelpSheet.tsx';
import { ImportWizard } from './panels/ImportWizard.tsx';
import { LibraryPanel } from './panels/LibraryPanel.tsx';
import { MaskPanel } from './panels/MaskPanel.tsx';
import { MicrographPanel } from './panels/MicrographPanel.tsx';
import { MoviePanel } from './panels/MoviePanel.tsx';
import { PickPanel } from './panels/PickPanel.tsx';
import { PicksPanel } from './panels/PicksPanel.tsx';
import { statusText, Tasks } from './panels/Tasks.tsx';
import { Toasts } from './panels/Toasts.tsx';
import { ToolBar } from './panels/ToolBar.tsx';
import { TopBar } from './panels/TopBar.tsx';
import { TrainPanel } from './panels/TrainPanel.tsx';
import { TrustPanel } from './panels/TrustPanel.tsx';
import { ViewBar } from './panels/ViewBar.tsx';
import { AppProvider, createApp } from './state/app.ts';
import { listenToKeys, modelInputId } from './state/commands.ts';
import { sortDrop } from './state/drops.ts';
import type { ImportUse } from './state/import.ts';
import { rangeText } from './state/movieWords.ts';
import { isMovie } from './state/reading.ts';
import { rememberTheme } from './theme/theme.ts';
import { ReviewLayer } from './viewer/ReviewLayer.tsx';
import { Viewer } from './viewer/Viewer.tsx';

export function App(props: { readonly compute: ComputeClient }): JSX.Element {
  const app = createApp(props.compute);
  const [dragDepth, setDragDepth] = createSignal(0);
  onMount(() => onCleanup(listenToKeys(app)));
  onMount(() => {
    const listeners = new AbortController();
    const { signal } = listeners;
    const change = (by: number) => (event: DragEvent) => {
      event.preventDefault();
      setDragDepth((depth) => Math.max(0, depth + by));
    };
    window.addEventListener('dragenter', change(1), { signal });
    window.addEventListener('dragleave', change(-1), { signal });
    window.addEventListener('dragover', (event) => event.preventDefault(), { signal });
    window.addEventListener('drop', drop, { signal });
    onCleanup(() => listeners.abort());
  });
  rememberTheme(app.view);
  createEffect(() => {
    const name = app.document.opened()?.name;
    document.title = name ? `${name} · Cryolite` : 'Cryolite';
  });

  const take = (files: FileList | null): void => {
    const source = files && sourceOfFileList(files);
    if (source) void app.sources.open(Promise.resolve(source));
  };
  const drop = (event: DragEvent): void => {
    // A part of the panel may have taken it as its own.
    const isTaken = event.defaultPrevented;
    event.preventDefault();
    setDragDepth(0);
    if (isTaken) return;
    const data = event.dataTransfer;
    if (!data) return;
    const files = [...data.files];
    const named = (names: readonly string[]): File[] => files.filter(({ name }) => names.includes(name));
    const sorted = sortDrop(
      files.map(({ name }) => name),
      isMovie(app.document.opened()),
    );
    const picks = named(sorted.picks);
    const [gain] = named(sorted.gains);
    const micrographs = new Set(sorted.micrographs);
    // The items are gone after the event: folders and handles are asked for now.
    const sources = micrographs.size > 0 ? sourcesOfDrop(data, (name) => micrographs.has(name)) : undefined;
    void takeDrop(sources, picks, gain, sorted.micrographs);
    void takeModels(named(sorted.models));
  };
  const takeDrop = async (
    sources: Promise<FileSource[]> | undefined,
    picks: readonly File[],
    gain: File | undefined,
    micrographs: readonly string[],
  ): Promise<void> => {
    if (sources) await app.sources.open(sources);
    if (sources && picks.length > 0) await app.imports.dropped(picks, micrographs);
    if (!sources && picks.length > 0) await app.imports.files(picks);
    if (gain) await app.gainChoice.open(gain);
  };
  const takeModels = async (files: readonly File[]): Promise<void> => {
    for (const file of files) await app.models.open(file);
  };
  const status = (): string => {
    const opened = app.document.opened();
    const range = isMovie(opened) ? opened.exposed?.exposure.range : undefined;
    const frames = opened && range ? `, ${rangeText(range, opened.frames).toLowerCase()}` : '';
    const picks = app.picks.shown().length;
    const idle = opened
      ? `${opened.name} is open${frames}, ${picks} pick${picks === 1 ? '' : 's'} shown`
      : 'Ready';
    return statusText(app.tasks.list(), idle);
  };
  return (
    <AppProvider value={app}>
      <div class="app" classList={{ dropping: dragDepth() > 0 }} data-testid="drop-zone">
        <TopBar />
        <GpuBanner />
        <main class="work">
          <Show when={app.library.items.length > 0}>
            <LibraryPanel />
          </Show>
          <div class="centre">
            <Show when={app.document.opened()} fallback={<EmptyState />}>
              <ViewBar />
            </Show>
            <div class="viewer-place" hidden={!app.document.opened()}>
              <Viewer />
              <ReviewLayer />
              <ToolBar />
            </div>
            <Show when={app.gallery.isOpen() && app.document.opened()}>
              <GalleryPanel />
            </Show>
            <div class="foot">
              <Toasts kind="info" />
              <Tasks />
            </div>
            <Toasts kind="error" />
          </div>
          <Show when={app.document.opened()}>
            {(opened) => (
              <aside class="panel" aria-label="Work on this micrograph">
                <MicrographPanel opened={opened()} />
                <MoviePanel opened={opened()} />
                <FilterPanel />
                <TrustPanel />
                <PickPanel />
                <PicksPanel />
                <MaskPanel />
                <TrainPanel />
                <EvaluationPanel />
                <ExportPanel />
              </aside>
            )}
          </Show>
        </main>
        <output class="unseen" aria-live="polite" data-testid="status">
          {status()}
        </output>
        <HelpSheet />
        <DiagnosticsPanel />
        <EvaluationDialog />
        <ExtractDialog />
        <GainDialog />
        <ImportWizard />
        <HiddenInputs
          onFiles={take}
          onPicks={(files, use) => void app.imports.files(files, use)}
          onGain={(file) => void app.gainChoice.open(file)}
          onModel={(file, use) => void app.models.open(file, use)}
        />
        <div class="drop-frame" aria-hidden="true">
          Drop micrographs, movies, folders, picks, a gain reference, or a model
        </div>
      </div>
    </AppProvider>
  );
}

/** File inputs for browsers without the File System Access API, and for coordinate files. */
function HiddenInputs(props: {
  readonly onFiles: (files: FileList | null) => void;
  readonly onPicks: (files: readonly File[], use: ImportUse) => void;
  readonly onGain: (file: File) => void;
  readonly onModel: (file: File, use: ModelUse | undefined) => void;
}): JSX.Element {
  return (
    <div class="unseen" aria-hidden="true">
      <input
        id="file-input"
        type="file"
        multiple
        tabindex="-1"
        data-testid="file-input"
        onChange={(event) => {
          props.onFiles(event.currentTarget.files);
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
          props.onFiles(event.currentTarget.files);
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
              props.onPicks([...(event.currentTarget.files ?? [])], use);
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
          if (file) props.onGain(file);
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
              if (file) props.onModel(file, use);
              event.currentTarget.value = '';
            }}
          />
        )}
      </For>
    </div>
  );
}
