import { For, type JSX, Show } from 'solid-js';

interface Point {
  readonly recall: number;
  readonly precision: number;
}

const [width, height] = [140, 96];
const margin = { left: 14, right: 6, top: 8, bottom: 15 };

/** Precision against recall of what was kept back: now, and what else there is to compare with. */
export function PrecisionRecallPlot(props: {
  readonly now: readonly Point[];
  readonly others: readonly { readonly name: 'before' | 'template'; readonly points: readonly Point[] }[];
}): JSX.Element {
  const x = (recall: number): number => margin.left + recall * (width - margin.left - margin.right);
  const y = (precision: number): number =>
    margin.top + (1 - precision) * (height - margin.top - margin.bottom);
  const path = (points: readonly Point[]): string => {
    const [first] = points;
    if (!first) return '';
    // Up to the first particle that is found, the precision is that of the first.
    return [{ recall: 0, precision: first.precision }, ...points]
      .map(
        ({ recall, precision }, i) =>
          `${i === 0 ? 'M' : 'L'}${x(recall).toFixed(1)} ${y(precision).toFixed(1)}`,
      )
      .join('');
  };
  const others = () => props.others.filter(({ points }) => points.length > 0);
  return (
    <svg
      class="train-plot"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label="Precision against recall on the picks kept back"
      data-testid="train-curve"
    >
      <title>Precision against recall on the picks kept back: upper right is best</title>
      <path class="axis" d={`M${x(0)} ${y(1)}L${x(0)} ${y(0)}L${x(1)} ${y(0)}`} />
      <line class="grid" x1={x(0)} x2={x(1)} y1={y(0.5)} y2={y(0.5)} />
      <line class="grid" x1={x(0.5)} x2={x(0.5)} y1={y(0)} y2={y(1)} />
      <For each={others()}>{({ name, points }) => <path class={name} d={path(points)} />}</For>
      <path class="now" d={path(props.now)} />
      <text x={x(0)} y={height - 3} text-anchor="middle">
        0
      </text>
      <text x={x(0.5)} y={height - 3} text-anchor="middle">
        recall
      </text>
      <text x={x(1)} y={height - 3} text-anchor="end">
        1
      </text>
      <text x={0} y={y(0.5)} transform={`rotate(-90 9 ${y(0.5)})`} text-anchor="middle" dx="9">
        precision
      </text>
      <Show when={props.now.length > 0}>
        <text class="key now-key" x={x(0) + 5} y={y(0) - 4 - 10 * others().length}>
          now
        </text>
        <For each={others()}>
          {({ name }, i) => (
            <text class={`key ${name}-key`} x={x(0) + 5} y={y(0) - 4 - 10 * (others().length - 1 - i())}>
              {name}
            </text>
          )}
        </For>
      </Show>
    </svg>
  );
}
