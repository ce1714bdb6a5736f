import { createMemo, For, type JSX, Show } from 'solid-js';
import type { Filament, Place } from '../../dataset/picks.ts';
import { useApp } from '../state/app.ts';
import { pickDiameterPx } from '../state/picks.ts';
import { paneAt } from './panes.ts';
import { type Point, type Rect, toImage, toPixel, toScreen } from './transform.ts';

/** Over the picture: filaments, and what a hand is drawing. */
export function EditOverlay(): JSX.Element {
  const { comparison, picks, selection, view } = useApp();
  const isNeeded = (): boolean =>
    view.picksVisible() &&
    !comparison.sets() &&
    (picks.shownFilaments().length > 0 ||
      selection.drawing() !== undefined ||
      selection.pending() !== undefined);
  // Panes of a wipe lie on one another: there it is drawn once.
  const panes = createMemo(() => {
    const all = view.panes();
    return all.filter(({ rect }, i) => all.findIndex((other) => other.rect.x === rect.x) === i);
  });
  return (
    <Show when={isNeeded()}>
      <For each={panes()}>
        {(pane) => (
          <svg
            class="edit-overlay"
            aria-hidden="true"
            style={{ 'clip-path': clipOf(pane.clip, view.canvas()) }}
          >
            <g transform={placement((at) => toScreen(view.view(), pane.rect, at))}>
              <For each={picks.shownFilaments()}>{(filament) => <Band filament={filament} />}</For>
              <Drawn />
            </g>
          </svg>
        )}
      </For>
    </Show>
  );
}

function clipOf(clip: Rect, canvas: { readonly width: number; readonly height: number }): string {
  const right = canvas.width - clip.x - clip.width;
  const bottom = canvas.height - clip.y - clip.height;
  return `inset(${clip.y}px ${right}px ${bottom}px ${clip.x}px)`;
}

/** From pick coordinates, where the centre of the first pixel is (0, 0), to the screen. */
function placement(onScreen: (at: Point) => Point): string {
  const origin = onScreen({ x: 0.5, y: 0.5 });
  const right = onScreen({ x: 1.5, y: 0.5 });
  const down = onScreen({ x: 0.5, y: 1.5 });
  const numbers = [
    right.x - origin.x,
    right.y - origin.y,
    down.x - origin.x,
    down.y - origin.y,
    origin.x,
    origin.y,
  ];
  return `matrix(${numbers.join(' ')})`;
}

function Band(props: { readonly filament: Filament; readonly isDraft?: boolean }): JSX.Element {
  const { parameters, picks, selection, view } = useApp();
  const isChosen = (): boolean => props.isDraft === true || selection.filaments().has(props.filament);
  const isReplaced = (): boolean => {
    const drawing = selection.drawing();
    return drawing?.kind === 'filament' && drawing.instead === props.filament && props.isDraft !== true;
  };
  const by = (): Place => (isChosen() && !props.isDraft ? selection.offset() : { x: 0, y: 0 });
  const start = (): Place => ({ x: props.filament.start.x + by().x, y: props.filament.start.y + by().y });
  const end = (): Place => ({ x: props.filament.end.x + by().x, y: props.filament.end.y + by().y });
  const colour = (): string => picks.classes.list()[picks.classes.numberOf(props.filament)]?.colour ?? '#fff';
  const width = (): number =>
    pickDiameterPx(parameters.values.diameterAngstrom, parameters.values.pixelSizeAngstrom);
  const handle = (at: Place): JSX.Element => (
    <circle class="filament-end" cx={at.x} cy={at.y} r={5 / view.view().scale} fill={colour()} />
  );
  return (
    <Show when={!isReplaced()}>
      <g class="filament" classList={{ chosen: isChosen() }} data-testid="filament">
        <line
          class="filament-band"
          x1={start().x}
          y1={start().y}
          x2={end().x}
          y2={end().y}
          stroke={colour()}
          stroke-width={width()}
        />
        <line class="filament-rim" x1={start().x} y1={start().y} x2={end().x} y2={end().y} />
        <line
          class="filament-axis"
          x1={start().x}
          y1={start().y}
          x2={end().x}
          y2={end().y}
          stroke={colour()}
        />
        {handle(start())}
        {handle(end())}
      </g>
    </Show>
  );
}

/** What is not done yet. */
function Drawn(): JSX.Element {
  const { parameters, picks, selection, view } = useApp();
  const radius = (): number =>
    pickDiameterPx(parameters.values.diameterAngstrom, parameters.values.pixelSizeAngstrom) / 2;
  const outline = (): string | undefined => {
    const drawing = selection.drawing();
    return drawing?.kind === 'outline' ? drawing.outline.map(({ x, y }) => `${x},${y}`).join(' ') : undefined;
  };
  const places = (): readonly Place[] => {
    const drawing = selection.drawing();
    return drawing?.kind === 'places' ? drawing.places : [];
  };
  /** A filament whose other end follows the cursor, or is dragged. */
  const filament = createMemo((): Filament | undefined => {
    const drawing = selection.drawing();
    if (drawing?.kind === 'filament') return drawing.filament;
    const start = selection.pending();
    const cursor = view.cursor();
    const pane = cursor && paneAt(view.panes(), cursor);
    if (!start) return undefined;
    const end = pane ? toPixel(toImage(view.view(), pane.rect, cursor)) : start;
    const classId = picks.classes.activeId();
    return classId === undefined ? { start, end } : { start, end, classId };
  });
  return (
    <>
      <Show when={outline()}>{(points) => <polygon class="outline" points={points()} />}</Show>
      <For each={places()}>
        {({ x, y }) => (
          <circle class="painted" cx={x} cy={y} r={radius()} stroke={picks.classes.active().colour} />
        )}
      </For>
      <Show when={filament()}>{(draft) => <Band filament={draft()} isDraft />}</Show>
    </>
  );
}
