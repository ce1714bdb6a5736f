import { createEffect, createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js';
import type { ComputeClient } from '../rpc/client.ts';
import { showKeysBy } from './controls/shownKeys.ts';
import { Tip } from './controls/Tip.tsx';
import { BatchStage } from './panels/BatchStage.tsx';
import { ContrastPopover } from './panels/ContrastPopover.tsx';
import { DiagnosticsPanel } from './panels/DiagnosticsPanel.tsx';
import { EmptyState } from './panels/EmptyState.tsx';
import { EvaluationDialog } from './panels/EvaluationDialog.tsx';
import { ExtractDialog } from './panels/ExtractDialog.tsx';
import { FileMishapBanners } from './panels/FileMishapBanners.tsx';
import { GainDialog } from './panels/GainDialog.tsx';
import { GalleryPanel } from './panels/GalleryPanel.tsx';
import { GpuBanner } from './panels/GpuBanner.tsx';
import { GridPanel } from './panels/GridPanel.tsx';
import { HelpDialog } from './panels/HelpDialog.tsx';
import { HiddenInputs } from './panels/HiddenInputs.tsx';
import { ImportWizard } from './panels/ImportWizard.tsx';
import { KeepingBanner } from './panels/KeepingBanner.tsx';
import { LibraryPanel } from './panels/LibraryPanel.tsx';
import { MeasureCard } from './panels/MeasureCard.tsx';
import { Palette } from './panels/Palette.tsx';
import { PresentationLayer } from './panels/PresentationLayer.tsx';
import { SaveViewDialog } from './panels/SaveViewDialog.tsx';
import { SessionsDialog } from './panels/SessionsDialog.tsx';
import { SpectrumPanel } from './panels/SpectrumPanel.tsx';
import { statusText, Tasks } from './panels/Tasks.tsx';
import { Toasts } from './panels/Toasts.tsx';
import { ToolBar } from './panels/ToolBar.tsx';
import { TopBar } from './panels/TopBar.tsx';
import { Tour } from './panels/Tour.tsx';
import { UpdateNotice } from './panels/UpdateNotice.tsx';
import { ViewBar } from './panels/ViewBar.tsx';
import { WorkPanels } from './panels/WorkPanels.tsx';
import { AppProvider } from './state/app.ts';
import { createApp } from './state/createApp.ts';
import { currentKeys, listenToKeys } from './state/keyboard.ts';
import { rangeText } from './state/movieWords.ts';
import { isMovie } from './state/reading.ts';
import { takeDrop } from './state/takeDrop.ts';
import { rememberTheme } from './theme/theme.ts';
import { ReviewLayer } from './viewer/ReviewLayer.tsx';
import { SeveralView } from './viewer/several/SeveralView.tsx';
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
    window.addEventListener(
      'drop',
      (event) => {
        setDragDepth(0);
        takeDrop(app, event);
      },
      { signal },
    );
    onCleanup(() => listeners.abort());
  });
  rememberTheme(app.view);
  createEffect(() => {
    const keymap = app.keymap.current();
    showKeysBy((keys) => currentKeys(keymap, keys));
  });
  createEffect(() => {
    const name = app.document.opened()?.name;
    document.title = name ? `${name} · Cryolite` : 'Cryolite';
  });

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
      <div
        class="app"
        classList={{ dropping: dragDepth() > 0, presenting: app.presentation.isOn() }}
        data-testid="drop-zone"
      >
        <TopBar />
        <GpuBanner />
        <KeepingBanner />
        <FileMishapBanners />
        <UpdateNotice />
        <main class="work">
          <Show when={app.library.items.length > 0}>
            <LibraryPanel />
          </Show>
          <div class="centre" style={{ '--spectrum-width': `${app.spectrum.width()}px` }}>
            <Show when={app.document.opened()} fallback={<EmptyState />}>
              <ViewBar />
            </Show>
            <div class="viewer-place" hidden={!app.document.opened()} inert={app.stage.shown() === 'grid'}>
              {/* The focus does not go where nobody sees it. */}
              <div class="under" inert={app.several.isOpen()}>
                <Viewer />
                <ReviewLayer />
                <ToolBar />
              </div>
              <ContrastPopover />
              <MeasureCard />
              <PresentationLayer />
              <SpectrumPanel />
              <Show when={app.several.isOpen() && app.document.opened()}>
                <SeveralView />
              </Show>
            </div>
            <Show when={app.stage.shown() === 'grid' && app.library.items.length > 0}>
              <GridPanel />
            </Show>
            <Show when={app.gallery.isOpen() && app.document.opened()}>
              <GalleryPanel />
            </Show>
            <Show when={app.stage.shown() === 'batch'}>
              <BatchStage />
            </Show>
            <div class="foot">
              <Toasts kind="error" />
              <Toasts kind="info" />
              <Tasks />
            </div>
          </div>
          <Show when={app.document.opened()}>{(opened) => <WorkPanels opened={opened()} />}</Show>
        </main>
        <output class="unseen" aria-live="polite" data-testid="status">
          {status()}
        </output>
        <HelpDialog />
        <Palette />
        <Tour />
        <SaveViewDialog />
        <DiagnosticsPanel />
        <EvaluationDialog />
        <ExtractDialog />
        <GainDialog />
        <ImportWizard />
        <SessionsDialog />
        <HiddenInputs />
        <Tip />
        <div class="drop-frame" aria-hidden="true">
          Drop micrographs, movies, folders, picks, a gain reference, or a model
        </div>
      </div>
    </AppProvider>
  );
}
