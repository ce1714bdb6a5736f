import { createMemo, For, type JSX } from 'solid-js';
import { histogram } from '../../dataset/histogram.ts';

const bins = 56;
const width = 280;
const height = 56;

/**
 * Scores as bars, with the threshold as a line that can be dragged anywhere on the plot. Bars are drawn by the
 * square root of their counts: the many poor candidates would flatten everything else.
 */
export function ScoreHistogram(props: {
  readonly scores: ArrayLike<number> & Iterable<number>;
  readonly threshold: number;
  readonly onThreshold: (value: number) => void;
}): JSX.Element {
  const counts = createMemo(() => histogram(props.scores, bins));
  const span = (): number => counts().max - counts().min || 1;
  const bars = createMemo(() => {
    const all = [...counts().counts];
    const top = Math.sqrt(Math.max(1, ...all));
    return all.map((count, i) => {
      const tall = count === 0 ? 0 : Math.max(1.5, (Math.sqrt(count) / top) * (height - 4));
      const from = counts().min + (i / bins) * span();
      return { x: (i / bins) * width, y: height - tall, tall, middle: from + span() / bins / 2 };
    });
  });
  const at = (): number =>
    Math.min(width - 1, Math.max(1, ((props.threshold - counts().min) / span()) * width));
  const drag = (event: PointerEvent & { readonly currentTarget: SVGSVGElement }): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    props.onThreshold(Number((counts().min + share * span()).toPrecision(4)));
  };
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Histogram of ${props.scores.length} scores`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) drag(event);
      }}
    >
      <For each={bars()}>
        {(bar) => (
          <rect
            x={bar.x + 0.5}
            y={bar.y}
            width={width / bins - 1}
            height={bar.tall}
            classList={{ below: bar.middle < props.threshold }}
          />
        )}
      </For>
      <line x1={at()} x2={at()} y1="0" y2={height} class="threshold-line" />
    </svg>
  );
}
