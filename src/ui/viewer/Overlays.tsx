import { createEffect, createMemo, createSignal, For, type JSX, onCleanup, Show } from 'solid-js';
import type { ShownKind } from '../../rpc/contract.ts';
import { useApp } from '../state/app.ts';
import { madeLabel } from '../state/filterWords.ts';
import { paneAt } from './panes.ts';
import { scaleBar } from './scaleBar.ts';
import { toImage } from './transform.ts';

/** How long the cursor must rest before its pixel is asked for. */
const restMilliseconds = 60;

export function ScaleBarView(): JSX.Element {
  const { presentation, view, parameters } = useApp();
  const bar = createMemo(() =>
    scaleBar(
      view.view().scale,
      parameters.values.pixelSizeAngstrom,
      presentation.isOn() ? Math.max(400, view.canvas().width / 5) : 160,
    ),
  );
  return (
    <div class="scale-bar" data-testid="scale-bar">
      <span>{bar().label}</span>
      <div style={{ width: `${bar().width}px` }} />
    </div>
  );
}

/** The pixel under the cursor, its value in the file's units, and the score of the pick there. */
export function CursorReadout(): JSX.Element {
  const { compute, document, view } = useApp();
  const [value, setValue] = createSignal<number>();
  const pixel = createMemo(
    () => {
      const at = view.cursor();
      const pane = at && paneAt(view.panes(), at);
      const opened = document.opened();
      if (!pane || !opened) return undefined;
      const point = toImage(view.view(), pane.rect, at);
      const x = Math.floor(point.x);
      const y = Math.floor(point.y);
      const isInside = x >= 0 && y >= 0 && x < opened.width && y < opened.height;
      return isInside ? { id: opened.id, kind: pane.kind, picture: document.picture(), x, y } : undefined;
    },
    undefined,
    {
      equals: (a, b) =>
        a?.id === b?.id && a?.kind === b?.kind && a?.picture === b?.picture && a?.x === b?.x && a?.y === b?.y,
    },
  );
  createEffect(() => {
    const wanted = pixel();
    setValue(undefined);
    if (!wanted) return;
    const timer = setTimeout(() => {
      compute.valueAt(wanted.id, wanted.kind, wanted.x, wanted.y).then(
        (found) => {
          if (pixel() === wanted) setValue(found);
        },
        // The micrograph may have been closed in between: there is no value then.
        () => setValue(undefined),
      );
    }, restMilliseconds);
    onCleanup(() => clearTimeout(timer));
  });
  const score = (): string => {
    const pick = view.highlighted();
    if (!pick) return '';
    return pick.origin === 'manual' ? 'manual pick' : `score ${pick.score.toPrecision(3)}`;
  };
  return (
    <div class="readout" data-testid="cursor-readout">
      <Show when={pixel()}>
        {(at) => (
          <>
            <span>
              x {at().x}, y {at().y} px
            </span>
            <span class="readout-value">{value() === undefined ? '' : numberInUnits(value() ?? 0)}</span>
            <Show when={score()}>
              <span class="readout-score">{score()}</span>
            </Show>
          </>
        )}
      </Show>
    </div>
  );
}

function numberInUnits(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}

export function PaneLabels(): JSX.Element {
  const { view, document } = useApp();
  const nameOf = (kind: ShownKind): string => {
    if (kind === 'raw') return 'Raw';
    if (kind === 'residual') return `Residual, raw less ${document.filtered()?.kind ?? 'filtered'}`;
    return madeLabel(kind, document.made(kind));
  };
  return (
    <Show when={view.mode() !== 'raw'}>
      <For each={view.panes()}>
        {(pane) => (
          <div
            class="pane-label"
            data-testid={`label-${pane.kind}`}
            style={{ left: `${pane.clip.x}px`, '--pane-width': `${pane.clip.width}px` }}
          >
            {nameOf(pane.kind)}
          </div>
        )}
      </For>
    </Show>
  );
}

/** The lines between three pictures. */
export function PaneLines(): JSX.Element {
  const { view } = useApp();
  return (
    <Show when={view.mode() === 'side' && view.panes().length > 2}>
      <For each={view.panes().slice(1)}>
        {(pane) => <div class="pane-line" aria-hidden="true" style={{ left: `${pane.rect.x}px` }} />}
      </For>
    </Show>
  );
}

/** The line between two pictures; drag it, or use the arrow keys. */
export function Divider(): JSX.Element {
  const { view } = useApp();
  return (
    <Show when={view.mode() === 'side' && view.side().length === 2}>
      <div
        class="split"
        role="slider"
        aria-label="Share of the left picture"
        aria-orientation="horizontal"
        aria-valuemin="15"
        aria-valuemax="85"
        aria-valuenow={Math.round(100 * view.split())}
        tabIndex={0}
        style={{ left: `${view.split() * view.canvas().width}px` }}
        title="Drag to move; double-click for the middle"
        onDblClick={() => view.setSplit(0.5)}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
          const box = event.currentTarget.parentElement?.getBoundingClientRect();
          if (box) view.setSplit((event.clientX - box.left) / box.width);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowLeft') view.setSplit(view.split() - 0.02);
          if (event.key === 'ArrowRight') view.setSplit(view.split() + 0.02);
        }}
      />
    </Show>
  );
}
