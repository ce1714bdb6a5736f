import { createMemo, For, type JSX, Match, Show, Switch } from 'solid-js';
import { useApp } from '../state/app.ts';
import { lensAt, lensFactor } from '../state/lens.ts';
import type { Figure } from '../state/measuring.ts';
import { distanceText } from '../state/measuringWords.ts';
import { figureShape, figureStyle, pointsText } from './figureShapes.ts';
import { paneAt } from './panes.ts';
import type { Rect } from './transform.ts';

/** What is measured, drawn on every picture in sight; and the frame of the magnifier. */
export function MeasureLayer(): JSX.Element {
  const { measuring, view } = useApp();
  return (
    <>
      <Show when={measuring.figure()}>
        {(figure) => (
          <svg class="measure figures" aria-hidden="true" data-testid="figure">
            <For each={view.panes()}>{(pane) => <Drawn figure={figure()} rect={pane.rect} />}</For>
          </svg>
        )}
      </Show>
      <LensFrame />
    </>
  );
}

function Drawn(props: { readonly figure: Figure; readonly rect: Rect }): JSX.Element {
  const { measuring, parameters, view } = useApp();
  const shape = createMemo(() => figureShape(props.figure, view.view(), props.rect, measuring.widthPx()));
  const label = (): string => distanceText(props.figure, parameters.values.pixelSizeAngstrom);
  return (
    <Switch>
      <Match when={props.figure.kind === 'region'}>
        <rect class="region" {...shape().region} />
      </Match>
      <Match when={true}>
        <Show when={props.figure.kind === 'profile'}>
          <polygon class="band" points={pointsText(shape().band)} />
        </Show>
        <line class="rim" x1={shape().from.x} y1={shape().from.y} x2={shape().to.x} y2={shape().to.y} />
        <line x1={shape().from.x} y1={shape().from.y} x2={shape().to.x} y2={shape().to.y} />
        <circle class="knob" cx={shape().from.x} cy={shape().from.y} r={figureStyle.knob} />
        <circle class="knob" cx={shape().to.x} cy={shape().to.y} r={figureStyle.knob} />
        <Show when={props.figure.kind === 'ruler'}>
          <text x={shape().middle.x + 10} y={shape().middle.y - 10}>
            {label()}
          </text>
        </Show>
      </Match>
    </Switch>
  );
}

function LensFrame(): JSX.Element {
  const { lens, view } = useApp();
  const rect = (): Rect | undefined => {
    const cursor = view.cursor();
    const pane = cursor && lens.isOn() ? paneAt(view.panes(), cursor) : undefined;
    return cursor && pane && lensAt(cursor, pane, view.view(), view.canvas()).rect;
  };
  return (
    <Show when={rect()}>
      {(frame) => (
        <div
          class="lens"
          data-testid="lens"
          style={{
            width: `${frame().width}px`,
            height: `${frame().height}px`,
            transform: `translate(${frame().x}px, ${frame().y}px)`,
          }}
        >
          <span>{lensFactor}×</span>
        </div>
      )}
    </Show>
  );
}
