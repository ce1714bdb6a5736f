import { createMemo, createSignal, For, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { useApp } from '../state/app.ts';
import { isMasking } from '../state/maskCommands.ts';
import { BesideBar } from './BesideBar.tsx';
import { ComparisonOverlay } from './ComparisonOverlay.tsx';
import { EditOverlay } from './EditOverlay.tsx';
import { createViewerEngine } from './engine.ts';
import { listenToGestures } from './gestures.ts';
import { MaskOverlay } from './MaskOverlay.tsx';
import { MeasureLayer } from './MeasureLayer.tsx';
import { CursorReadout, Divider, PaneLabels, PaneLines, ScaleBarView } from './Overlays.tsx';
import { pickRadius } from './painter.ts';
import { paneAt } from './panes.ts';
import { SelectionBar } from './SelectionBar.tsx';
import { SpectrumBoxOverlay } from './SpectrumBoxOverlay.tsx';
import type { Measurement } from './tools/measure.ts';
import { type Point, toImage, toScreen } from './transform.ts';
import { WipeLine } from './WipeLine.tsx';

/** The picture and what lies over it. */
export function Viewer(): JSX.Element {
  const app = useApp();
  const { view, parameters, picks } = app;
  const engine = createViewerEngine(app);
  const [measurement, setMeasurement] = createSignal<Measurement>();
  let surface: HTMLDivElement | undefined;
  let host: HTMLDivElement | undefined;

  const onMeasure = (next: Measurement | undefined, isDone: boolean): void => {
    setMeasurement(isDone ? undefined : next);
    const size = parameters.values.pixelSizeAngstrom;
    if (!isDone || !next || size === undefined) return;
    const length = Math.hypot(next.to.x - next.from.x, next.to.y - next.from.y) * size;
    if (length < 5) return;
    parameters.setOwnDiameter(Number(length.toPrecision(3)));
    view.setTool('pan');
  };
  onMount(() => {
    if (!surface || !host) return;
    engine.attach(host);
    onCleanup(listenToGestures(surface, app, onMeasure));
    const observer = new ResizeObserver(([entry]) => {
      if (entry) view.resize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(surface);
    onCleanup(() => observer.disconnect());
  });

  /** The cursor at the same place of the image in every pane. */
  const cursors = createMemo((): readonly (Point & { readonly isGhost: boolean })[] => {
    const at = view.cursor();
    const panes = view.panes();
    const own = at && paneAt(panes, at);
    if (!at || !own) return [];
    const image = toImage(view.view(), own.rect, at);
    // Panes of a wipe lie on one another: the cursor is there once.
    const apart = panes.filter((pane) => pane === own || pane.rect.x !== own.rect.x);
    return apart.map((pane) => ({ ...toScreen(view.view(), pane.rect, image), isGhost: pane !== own }));
  });
  const diameterOnScreen = (): number =>
    2 *
    view.view().scale *
    pickRadius(parameters.values.diameterAngstrom, parameters.values.pixelSizeAngstrom);
  const showsDiameter = (): boolean =>
    !app.lens.isOn() &&
    parameters.values.pixelSizeAngstrom !== undefined &&
    (view.isSizing() || view.tool() === 'add' || (view.tool() === 'pan' && picks.all().length === 0));
  const sizingPlaces = (): readonly (Point & { readonly isGhost: boolean })[] => {
    if (cursors().length > 0 || !view.isSizing()) return cursors();
    return view.panes().map(({ rect }) => ({
      x: rect.x + rect.width / 2,
      y: rect.y + rect.height / 2,
      isGhost: false,
    }));
  };
  return (
    <div
      class="viewer"
      data-testid="viewer"
      data-ready={String(app.document.opened() !== undefined && engine.renderer() !== 'starting')}
      data-pending-tiles={engine.pending()}
      data-renderer={engine.renderer()}
      data-version={app.document.opened()?.version}
      data-tool={view.tool()}
      data-mode={view.mode()}
    >
      <div
        class="surface"
        ref={(element) => {
          surface = element;
        }}
        tabindex="0"
        role="application"
        aria-label={`Micrograph ${app.document.opened()?.name ?? ''}: arrow keys pan, with Shift far, with Ctrl little; + and − zoom; Shift+Enter adds a pick in the middle, Shift+Delete removes it`}
      >
        <div
          class="canvas-host"
          ref={(element) => {
            host = element;
          }}
        />
        <div
          class="key-cross"
          aria-hidden="true"
          style={{
            left: `${(view.panes()[0]?.rect.x ?? 0) + (view.panes()[0]?.rect.width ?? 0) / 2}px`,
            top: `${(view.panes()[0]?.rect.height ?? 0) / 2}px`,
          }}
        />
        <MaskOverlay />
        <EditOverlay />
        <Show when={isMasking(app)}>
          <For each={cursors()}>
            {(at) => (
              <Ring
                at={at}
                diameter={2 * app.mask.brushRadius() * view.view().scale}
                kind={view.tool() === 'mask-add' ? 'mask-add' : 'mask-erase'}
              />
            )}
          </For>
        </Show>
        <Show when={showsDiameter()}>
          <For each={sizingPlaces()}>
            {(at) => <Ring at={at} diameter={diameterOnScreen()} kind="diameter" />}
          </For>
        </Show>
        <Show when={view.tool() === 'erase'}>
          <For each={cursors()}>{(at) => <Ring at={at} diameter={2 * view.eraser()} kind="eraser" />}</For>
        </Show>
        <For each={cursors().filter((at) => at.isGhost)}>
          {(at) => <div class="ghost" style={{ transform: `translate(${at.x}px, ${at.y}px)` }} />}
        </For>
        <MeasureLayer />
        <Show when={measurement()}>{(line) => <MeasureLine line={line()} />}</Show>
      </div>
      <ComparisonOverlay />
      <SpectrumBoxOverlay />
      <PaneLines />
      <PaneLabels />
      <BesideBar />
      <Divider />
      <WipeLine />
      <ScaleBarView />
      <CursorReadout />
      <SelectionBar />
    </div>
  );
}

function Ring(props: {
  readonly at: Point;
  readonly diameter: number;
  readonly kind: 'diameter' | 'eraser' | 'mask-add' | 'mask-erase';
}): JSX.Element {
  return (
    <div
      class={`ring ${props.kind}`}
      style={{
        width: `${props.diameter}px`,
        height: `${props.diameter}px`,
        transform: `translate(${props.at.x - props.diameter / 2}px, ${props.at.y - props.diameter / 2}px)`,
      }}
    />
  );
}

function MeasureLine(props: { readonly line: Measurement }): JSX.Element {
  const { view, parameters } = useApp();
  const rect = () => view.panes()[0]?.rect ?? { x: 0, y: 0, ...view.canvas() };
  const at = (point: Point): Point => toScreen(view.view(), rect(), { x: point.x + 0.5, y: point.y + 0.5 });
  const from = (): Point => at(props.line.from);
  const to = (): Point => at(props.line.to);
  const length = (): number => {
    const { line } = props;
    const pixels = Math.hypot(line.to.x - line.from.x, line.to.y - line.from.y);
    return pixels * (parameters.values.pixelSizeAngstrom ?? 1);
  };
  return (
    <svg class="measure" aria-hidden="true">
      <circle
        cx={(from().x + to().x) / 2}
        cy={(from().y + to().y) / 2}
        r={Math.hypot(to().x - from().x, to().y - from().y) / 2}
      />
      <line x1={from().x} y1={from().y} x2={to().x} y2={to().y} />
      <text x={to().x + 12} y={to().y - 8}>
        {Math.round(length())} Å
      </text>
    </svg>
  );
}
