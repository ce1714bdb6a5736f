import { createEffect, createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { useApp } from '../../state/app.ts';
import { samplingOf } from '../../state/look.ts';
import type { SeveralCell as Cell } from '../../state/several.ts';
import type { TileTurns } from '../../state/tileTurns.ts';
import { backgroundOf, lineWidth, pickRadius } from '../painter.ts';
import type { Size } from '../transform.ts';
import { listenToCell } from './cellGestures.ts';
import { type CellPainter, createCellPainter } from './cellPainter.ts';
import type { CellRenderers } from './device.ts';

/** One micrograph of several: its picture, its picks, its name. */
export function SeveralCell(props: {
  readonly cell: Cell;
  readonly renderers: CellRenderers;
  readonly turns: TileTurns;
}): JSX.Element {
  const app = useApp();
  const { compute, document: shown, look, notices, several, severalFilter, view } = app;
  const [size, setSize] = createSignal<Size>({ width: 1, height: 1 });
  const [pending, setPending] = createSignal(0);
  let place: HTMLDivElement | undefined;
  let canvas: HTMLCanvasElement | undefined;
  let painter: CellPainter | undefined;
  let frame = 0;
  const isCurrent = (): boolean => shown.key() === props.cell.key;

  const draw = (): void => {
    frame = 0;
    const { opened, diameterAngstrom, pixelSizeAngstrom } = props.cell;
    if (!painter || !opened) return;
    setPending(
      painter.draw({
        opened,
        view: several.view(),
        canvas: size(),
        contrast: opened.contrast,
        preview: severalFilter.previewOf(props.cell.key),
        sampling: samplingOf(look.sampling(), several.view().scale * window.devicePixelRatio),
        look: {
          inverted: view.inverted(),
          gamma: look.gamma(),
          colours: look.colours(),
          background: backgroundOf(view.theme()),
          picks: {
            visible: view.picksVisible(),
            radius: pickRadius(diameterAngstrom, pixelSizeAngstrom),
            lineWidth,
            // Only those above it are here.
            threshold: Number.NEGATIVE_INFINITY,
            highlighted: undefined,
            look: app.pickLook.look(),
          },
        },
      }),
    );
  };
  const invalidate = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  onMount(() => {
    if (!place || !canvas) return;
    painter = props.renderers.make(canvas, (renderer) =>
      createCellPainter(
        renderer,
        ({ source, address }) =>
          props.turns.run(source.id, () =>
            compute.tile(source.id, source.kind, address.level, address.column, address.row),
          ),
        invalidate,
        (error) => notices.failure(error),
      ),
    );
    const observer = new ResizeObserver(([entry]) => {
      const { width = 1, height = 1 } = entry?.contentRect ?? {};
      if (width === 0 || height === 0) return;
      setSize({ width, height });
      several.resize({ width, height });
    });
    observer.observe(place);
    const deaf = listenToCell(place, {
      view: several.view,
      size,
      move: several.move,
      click: () => several.choose(props.cell.key),
    });
    onCleanup(() => {
      observer.disconnect();
      deaf();
      cancelAnimationFrame(frame);
      painter?.destroy();
    });
  });
  createEffect(() => {
    painter?.setPicks(props.cell.picks, []);
    invalidate();
  });
  createEffect(() => {
    several.view();
    size();
    view.inverted();
    look.gamma();
    look.colours();
    look.sampling();
    app.pickLook.look();
    view.theme();
    view.picksVisible();
    severalFilter.previewOf(props.cell.key);
    void props.cell.opened;
    void props.cell.diameterAngstrom;
    invalidate();
  });
  return (
    <li
      class="several-cell"
      classList={{ current: isCurrent() }}
      data-testid="several-cell"
      data-pending-tiles={props.cell.opened ? pending() : 1}
      data-picture={severalFilter.previewOf(props.cell.key) ? 'filtered' : 'raw'}
      data-place={`${several.view().u.toFixed(1)} ${several.view().v.toFixed(1)}`}
    >
      <div
        class="several-place"
        ref={(element) => {
          place = element;
        }}
        role="application"
        tabindex="0"
        aria-current={isCurrent()}
        aria-label={`Micrograph ${props.cell.name}: drag or arrow keys to move all, Enter to make it the current one`}
        onDblClick={() => several.choose(props.cell.key, true)}
      >
        <canvas
          ref={(element) => {
            canvas = element;
          }}
        />
      </div>
      <div class="several-name">
        <span>{props.cell.name}</span>
        <Show when={props.cell.opened}>
          <span class="several-count">{countWords(props.cell.picks.length)}</span>
        </Show>
      </div>
      <Show when={!props.cell.opened}>
        <p class="several-empty muted">{props.cell.problem ?? 'Opening…'}</p>
      </Show>
    </li>
  );
}

const countWords = (count: number): string => `${count} pick${count === 1 ? '' : 's'}`;
