import { createEffect, createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js';
import type { ComputeClient } from '../rpc/client.ts';
import { showKeysBy } from './controls/shownKeys.ts';
import { Tip } from './controls/Tip.tsx';
import { EmptyState } from './panels/EmptyState.tsx';
import { FileMishapBanners } from './panels/FileMishapBanners.tsx';
import { GpuBanner } from './panels/GpuBanner.tsx';
import { HiddenInputs } from './panels/HiddenInputs.tsx';
import { KeepingBanner } from './panels/KeepingBanner.tsx';
import { LibraryPanel } from './panels/LibraryPanel.tsx';
import { fetchWhenIdle } from './panels/latePart.tsx';
import * as late from './panels/lateParts.ts';
import { Palette } from './panels/Palette.tsx';
import { PresentationLayer } from './panels/PresentationLayer.tsx';
import { statusText, Tasks } from './panels/Tasks.tsx';
import { Toasts } from './panels/Toasts.tsx';
import { ToolBar } from './panels/ToolBar.tsx';
import { TopBar } from './panels/TopBar.tsx';
import { UpdateNotice } from './panels/UpdateNotice.tsx';
import { ViewBar } from './panels/ViewBar.tsx';
import { AppProvider } from './state/app.ts';
import { createApp } from './state/createApp.ts';
import { currentKeys, listenToKeys } from './state/keyboard.ts';
import { rangeText } from './state/movieWords.ts';
import { inOwnTask } from './state/nextTask.ts';
import { isMovie } from './state/reading.ts';
import { takeDrop } from './state/takeDrop.ts';
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
  onMount(() => void fetchWhenIdle([...late.lateParts, app.help]));
  rememberTheme(app.view);
  createEffect(() => {
    const keymap = app.keymap.current();
    showKeysBy((keys) => currentKeys(keymap, keys));
  });
  createEffect(() => {
    const name = app.document.opened()?.name;
    document.title = name ? `${name} · Cryolite` : 'Cryolite';
  });

  /** Making the list waits for a task of its own: with 5,000 files, finding out what is in them was one already. */
  const isListed = inOwnTask(() => app.library.items.length > 0);
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
          <Show when={isListed()}>
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
              <late.ContrastPopover when={app.contrast.isOpen()} />
              <late.MeasureCard when={app.measuring.figure() !== undefined} />
              <PresentationLayer />
              <late.SpectrumPanel when={app.spectrum.isOpen()} />
              <Show when={app.several.isOpen() && app.document.opened()}>
                <late.SeveralView when />
              </Show>
            </div>
            <Show when={app.stage.shown() === 'grid' && app.library.items.length > 0}>
              <late.GridPanel when />
            </Show>
            <Show when={app.gallery.isOpen() && app.document.opened()}>
              <late.GalleryPanel when />
            </Show>
            <Show when={app.stage.shown() === 'batch'}>
              <late.BatchStage when />
            </Show>
            <div class="foot">
              <Toasts kind="error" />
              <Toasts kind="info" />
              <Tasks />
            </div>
          </div>
          <Show when={app.document.opened()}>
            {/* It has its place before its steps have come. */}
            <aside class="panel" aria-label="Work on this micrograph">
              <late.WorkSteps when />
            </aside>
          </Show>
        </main>
        <output class="unseen" aria-live="polite" data-testid="status">
          {status()}
        </output>
        <Palette />
        <late.HelpDialog when={app.help.shown() !== undefined} />
        <late.Tour when={app.tour.at() !== undefined} />
        <late.SaveViewDialog when={app.viewPicture.isOpen()} />
        <late.DiagnosticsPanel when={app.diagnostics.isOpen()} />
        <late.EvaluationDialog when={app.evaluation.isOpen()} />
        <late.ExtractDialog when={app.extraction.isOpen()} />
        <late.GainDialog when={app.gainChoice.offer() !== undefined} />
        <late.ImportWizard when={app.imports.offer() !== undefined} />
        <late.SessionsDialog when={app.sessions.isOpen()} />
        <HiddenInputs />
        <Tip />
        <div class="drop-frame" aria-hidden="true">
          Drop micrographs, movies, folders, picks, a gain reference, or a model
        </div>
      </div>
    </AppProvider>
  );
}
