import { type Accessor, createEffect, createSignal, on, onCleanup, untrack } from 'solid-js';
import { GpuUnavailableError, messageOf } from '../../core/errors.ts';
import { requestViewerDevice } from '../../platform/browser/gpu.ts';
import type { App } from '../state/app.ts';
import { CanvasRenderer } from './canvasRenderer.ts';
import { GpuRenderer } from './gpuRenderer.ts';
import { createPainter, type Painter } from './painter.ts';

/** Live state of the drawing, for the page and its tests. */
export interface ViewerEngine {
  /** Tiles that the view needs and that are still to come. */
  readonly pending: Accessor<number>;
  readonly renderer: Accessor<'webgpu' | 'canvas' | 'starting'>;
  /** Puts the canvas into its place and starts to draw. */
  attach(host: HTMLElement): void;
}

/** A second loss soon after a first one means that a new device won't hold either. */
const lossPauseMilliseconds = 4000;

/**
 * Owns the canvas and what draws on it. Frames are drawn only when something changed; a lost device is replaced,
 * and where there is no device the same tiles are drawn without one.
 */
export function createViewerEngine(app: App): ViewerEngine {
  const [pending, setPending] = createSignal(0);
  const [renderer, setRenderer] = createSignal<'webgpu' | 'canvas' | 'starting'>('starting');
  let painter: Painter | undefined;
  let host: HTMLElement | undefined;
  let frame = 0;
  let lastLoss = Number.NEGATIVE_INFINITY;
  let isDisposed = false;
  /** Whether picks have changed since the last frame: they are laid out for drawing once a frame, not at every change. */
  let arePicksNew = false;

  const invalidate = (): void => {
    if (frame === 0) frame = requestAnimationFrame(drawFrame);
  };
  const drawFrame = (): void => {
    frame = 0;
    const drawing = painter;
    if (!drawing) return;
    untrack(() => {
      if (arePicksNew) {
        arePicksNew = false;
        drawing.setPicks(app.picks.distinct(), app.template.ghosts(), app.pickLook.marks());
      }
      setPending(drawing.draw());
    });
  };
  /** A canvas keeps its first kind of context for ever, so each renderer gets a fresh one. */
  const freshCanvas = (): HTMLCanvasElement => {
    const canvas = document.createElement('canvas');
    canvas.dataset.testid = 'viewer-canvas';
    canvas.setAttribute('aria-hidden', 'true');
    host?.replaceChildren(canvas);
    return canvas;
  };
  const use = (next: Painter, kind: 'webgpu' | 'canvas'): void => {
    painter = next;
    setRenderer(kind);
    arePicksNew = true;
    invalidate();
  };
  const startCanvas = (): void => {
    use(createPainter(app, new CanvasRenderer(freshCanvas()), invalidate), 'canvas');
  };
  const startGpu = async (): Promise<void> => {
    const device = await requestViewerDevice();
    if (isDisposed) return device.destroy();
    const gpu = new GpuRenderer(freshCanvas(), device);
    use(createPainter(app, gpu, invalidate), 'webgpu');
    device.addEventListener('uncapturederror', (event) => {
      app.notices.error(`The graphics driver reported an error while drawing: ${event.error.message}`);
    });
    await device.lost;
    if (!isDisposed && painter) await replaceLost();
  };
  const replaceLost = async (): Promise<void> => {
    const isFirst = performance.now() - lastLoss > lossPauseMilliseconds;
    lastLoss = performance.now();
    painter?.destroy();
    painter = undefined;
    setRenderer('starting');
    if (isFirst) {
      app.notices.info('The graphics device was lost; the view goes on with a new one.');
      await start();
    } else {
      app.notices.error('The graphics device was lost again; the view goes on without the GPU.');
      startCanvas();
    }
  };
  const start = async (): Promise<void> => {
    try {
      await startGpu();
    } catch (error) {
      if (!(error instanceof GpuUnavailableError)) app.notices.error(messageOf(error));
      if (!isDisposed) startCanvas();
    }
  };

  createEffect(
    on([app.picks.distinct, app.template.ghosts, app.pickLook.marks], () => {
      arePicksNew = true;
      invalidate();
    }),
  );
  createEffect(
    on(app.document.opened, (opened, before) => {
      if (opened?.id !== before?.id) painter?.forget();
      invalidate();
    }),
  );
  // Whatever else a frame is made of.
  createEffect(() => {
    const { view, document, parameters } = app;
    view.view();
    view.canvas();
    view.inverted();
    app.look.gamma();
    app.look.colours();
    app.look.sampling();
    if (app.lens.isOn()) view.cursor();
    app.presentation.isOn();
    app.liveFilter.preview();
    view.picksVisible();
    app.comparison.sets();
    app.pickLook.look();
    app.pickLook.radiusPx();
    for (const { kind } of view.panes()) view.contrast(kind);
    view.highlighted();
    view.theme();
    document.filtered();
    void parameters.values.threshold;
    void parameters.values.diameterAngstrom;
    void parameters.values.pixelSizeAngstrom;
    invalidate();
  });
  onCleanup(() => {
    isDisposed = true;
    cancelAnimationFrame(frame);
    painter?.destroy();
  });

  return {
    pending,
    renderer,
    attach: (element) => {
      host = element;
      void start();
    },
  };
}
