import { createMemo, For, type JSX, Show } from 'solid-js';
import { ticksOf } from './ticks.ts';

export interface PlotLine {
  /** In the units of the axes, in the order of drawing. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** How it is drawn, for the style sheet. */
  readonly look: 'main' | 'second' | 'thin' | 'thin-dashed';
  readonly label: string;
}

export interface Axis {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  /** As the axis tells numbers. */
  readonly text: (value: number) => string;
  /** Where an axis that is not told evenly has its numbers; round ones without it. */
  readonly ticks?: readonly number[];
}

const [right, top, bottom] = [14, 9, 30];
/** Of a digit of the axes, and of what is beside the numbers of the upright one: its name and gaps. */
const [digit, besideNumbers] = [6, 16];

/** Lines over two axes, with what the threshold gives marked; where it can be set, by dragging anywhere on the plot. */
export function CurvePlot(props: {
  readonly label: string;
  /** Of the drawing, in its own px; the picture is as wide as its place. */
  readonly width: number;
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly PlotLine[];
  /** Where the threshold is on each line. */
  readonly marks: readonly (readonly [x: number, y: number])[];
  /** An upright line, such as a threshold. */
  readonly at?: number | undefined;
  readonly onX?: (value: number) => void;
  readonly testid: string;
}): JSX.Element {
  const yTicks = createMemo(() => props.y.ticks ?? ticksOf(props.y));
  /** Room for the longest number, so that the axis' name stands beside it. */
  const left = createMemo(
    () => besideNumbers + digit * Math.max(3, ...yTicks().map((tick) => props.y.text(tick).length)),
  );
  const span = (axis: Axis): number => axis.max - axis.min || 1;
  const part = (axis: Axis, value: number): number =>
    Math.min(1, Math.max(0, (value - axis.min) / span(axis)));
  const x = (value: number): number => left() + part(props.x, value) * (props.width - left() - right);
  const y = (value: number): number =>
    props.height - bottom - part(props.y, value) * (props.height - top - bottom);
  const path = (points: PlotLine['points']): string =>
    points.map(([a, b], i) => `${i === 0 ? 'M' : 'L'}${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join('');
  const drag = (event: PointerEvent & { readonly currentTarget: SVGSVGElement }): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const inside = ((event.clientX - box.left) / box.width) * props.width - left();
    const share = Math.min(1, Math.max(0, inside / (props.width - left() - right)));
    props.onX?.(Number((props.x.min + share * span(props.x)).toPrecision(4)));
  };
  return (
    <svg
      class="curve-plot"
      classList={{ settable: props.onX !== undefined }}
      viewBox={`0 0 ${props.width} ${props.height}`}
      role="img"
      aria-label={props.label}
      data-testid={props.testid}
      onPointerDown={(event) => {
        if (!props.onX) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        drag(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) drag(event);
      }}
    >
      <For each={yTicks()}>
        {(tick) => (
          <>
            <line class="grid" x1={left()} x2={props.width - right} y1={y(tick)} y2={y(tick)} />
            <text x={left() - 5} y={y(tick) + 3.5} text-anchor="end">
              {props.y.text(tick)}
            </text>
          </>
        )}
      </For>
      <For each={props.x.ticks ?? ticksOf(props.x)}>
        {(tick) => (
          <>
            <line class="grid" x1={x(tick)} x2={x(tick)} y1={top} y2={props.height - bottom} />
            <text x={x(tick)} y={props.height - bottom + 12} text-anchor="middle">
              {props.x.text(tick)}
            </text>
          </>
        )}
      </For>
      <text
        class="axis-name"
        x={(left() + props.width - right) / 2}
        y={props.height - 4}
        text-anchor="middle"
      >
        {props.x.label}
      </text>
      <text
        class="axis-name"
        transform={`translate(9 ${(top + props.height - bottom) / 2}) rotate(-90)`}
        text-anchor="middle"
      >
        {props.y.label}
      </text>
      <For each={props.lines}>
        {(line) => (
          <path class={line.look} d={path(line.points)}>
            <title>{line.label}</title>
          </path>
        )}
      </For>
      <Show when={props.at !== undefined && Number.isFinite(props.at)}>
        <line
          class="threshold-line"
          x1={x(props.at ?? 0)}
          x2={x(props.at ?? 0)}
          y1={top}
          y2={props.height - bottom}
        />
      </Show>
      <For each={props.marks}>{([a, b]) => <circle class="mark" cx={x(a)} cy={y(b)} r="3.5" />}</For>
    </svg>
  );
}
