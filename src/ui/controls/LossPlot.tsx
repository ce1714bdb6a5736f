import { createMemo, For, type JSX } from 'solid-js';

const [width, height] = [140, 96];
const margin = { left: 6, right: 6, top: 8, bottom: 15 };

/** The loss of a training against its steps; ticks where it was looked at what is kept back. */
export function LossPlot(props: {
  readonly losses: readonly number[];
  /** Step of the first loss. */
  readonly first: number;
  /** Steps at most. */
  readonly steps: number;
  readonly looks: readonly number[];
}): JSX.Element {
  const x = (step: number): number =>
    margin.left + (step / Math.max(1, props.steps)) * (width - margin.left - margin.right);
  const range = createMemo(() => {
    const low = props.losses.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = props.losses.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return { low, span: Math.max(high - low, 1e-6 * Math.abs(high), 1e-9) };
  });
  const y = (value: number): number => {
    const share = (value - range().low) / range().span;
    return height - margin.bottom - 4 - share * (height - margin.top - margin.bottom - 6);
  };
  const line = createMemo(() =>
    props.losses
      .map((value, i) => `${i === 0 ? 'M' : 'L'}${x(props.first + i + 1).toFixed(1)} ${y(value).toFixed(1)}`)
      .join(''),
  );
  const label = (): string => {
    const last = props.losses.at(-1);
    return last === undefined ? 'The loss, once there are steps' : `The loss: ${last.toPrecision(3)} now`;
  };
  return (
    <svg
      class="train-plot loss-plot"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label()}
      data-testid="train-loss"
    >
      <title>{label()}</title>
      <line
        class="axis"
        x1={margin.left}
        x2={width - margin.right}
        y1={height - margin.bottom}
        y2={height - margin.bottom}
      />
      <For each={props.looks}>
        {(step) => (
          <line
            class="axis"
            x1={x(step)}
            x2={x(step)}
            y1={height - margin.bottom}
            y2={height - margin.bottom - 4}
          />
        )}
      </For>
      <path class="now" d={line()} />
      <text x={margin.left} y={height - 3}>
        0
      </text>
      <text x={width / 2} y={height - 3} text-anchor="middle">
        loss by step
      </text>
      <text x={width - margin.right} y={height - 3} text-anchor="end">
        {props.steps}
      </text>
    </svg>
  );
}
