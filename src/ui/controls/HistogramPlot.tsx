import { For, type JSX } from 'solid-js';
import { ticksOf } from './ticks.ts';

const [width, height, bottom] = [320, 116, 16];
/** How near to a line the pointer takes it, of the drawing's px. */
const grip = 12;

/** Columns over an axis, with a window whose ends are dragged, or all of it. */
export function HistogramPlot(props: {
  readonly label: string;
  readonly low: number;
  readonly high: number;
  readonly counts: ArrayLike<number>;
  readonly black: number;
  readonly white: number;
  readonly testid: string;
  readonly onWindow: (black: number, white: number) => void;
}): JSX.Element {
  const x = (value: number): number => ((value - props.low) / (props.high - props.low)) * width;
  const inside = (value: number): number => Math.min(width, Math.max(0, x(value)));
  /** One column for each two px: more can't be told apart. */
  const path = (): string => {
    const columns = width / 2;
    const sums = Array.from({ length: columns }, () => 0);
    for (let i = 0; i < props.counts.length; i++) {
      const column = Math.floor((i * columns) / props.counts.length);
      sums[column] = (sums[column] ?? 0) + (props.counts[i] ?? 0);
    }
    // The ends hold what lies beyond them.
    const most = Math.max(1, ...sums.slice(1, -1));
    const room = height - bottom - 4;
    const line = sums.map(
      (sum, i) => `L${i * 2} ${(height - bottom - Math.min(1, sum / most) * room).toFixed(1)}`,
    );
    return `M0 ${height - bottom}${line.join('')}L${width} ${height - bottom}Z`;
  };
  let held: { readonly part: 'black' | 'white' | 'both'; readonly at: number; black: number; white: number };
  const valueAt = (event: PointerEvent & { readonly currentTarget: SVGSVGElement }): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return props.low + ((event.clientX - box.left) / box.width) * (props.high - props.low);
  };
  const take = (at: number): void => {
    const { black, white } = props;
    const near = (value: number): number => Math.abs(x(at) - x(value));
    const part =
      Math.min(near(black), near(white)) > grip && at > black && at < white
        ? 'both'
        : near(black) < near(white)
          ? 'black'
          : 'white';
    held = { part, at, black, white };
  };
  const drag = (at: number): void => {
    if (held.part === 'both') props.onWindow(held.black + at - held.at, held.white + at - held.at);
    else if (held.part === 'black') props.onWindow(Math.min(at, held.white - 0.02), held.white);
    else props.onWindow(held.black, Math.max(at, held.black + 0.02));
  };
  return (
    <svg
      class="pixel-histogram"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={props.label}
      data-testid={props.testid}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        take(valueAt(event));
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) drag(valueAt(event));
      }}
    >
      <path class="columns" d={path()} />
      <rect
        class="window"
        x={inside(props.black)}
        y="0"
        width={Math.max(0, inside(props.white) - inside(props.black))}
        height={height - bottom}
      />
      <line class="end" x1={inside(props.black)} x2={inside(props.black)} y1="0" y2={height - bottom} />
      <line class="end" x1={inside(props.white)} x2={inside(props.white)} y1="0" y2={height - bottom} />
      <For each={ticksOf({ min: props.low, max: props.high })}>
        {(tick) => (
          <text x={inside(tick)} y={height - 3} text-anchor="middle">
            {tick} σ
          </text>
        )}
      </For>
    </svg>
  );
}
