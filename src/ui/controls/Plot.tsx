import { createEffect, type JSX, on, onCleanup, onMount } from 'solid-js';
import uPlot from 'uplot';

export interface PlotProps {
  /** What it shows, in words, for those who can't see it. */
  readonly label: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Ascending. */
  readonly x: readonly number[];
  /** Undefined where there is nothing. */
  readonly y: readonly (number | undefined)[];
  readonly look: 'bars' | 'points';
  /** Square roots make small counts seen beside large ones. */
  readonly isRooted?: boolean;
  /** An upright line, such as a threshold: what is left of it is dimmed. */
  readonly at?: number | undefined;
  /** Dragging anywhere on the plot sets the line. */
  readonly onX?: (value: number) => void;
  /** A click on or near a point. @param index of `x`. */
  readonly onPoint?: (index: number) => void;
  /** What the tooltip says of a point. */
  readonly describe?: (index: number) => string;
  /** Changes with the colours of the page. */
  readonly theme: string;
  readonly testid: string;
}

/** A plot as wide and high as its place, in the page's colours; hundreds of thousands of points are quick. */
export function Plot(props: PlotProps): JSX.Element {
  let place: HTMLDivElement | undefined;
  onMount(() => {
    if (!place) return;
    const plot = new uPlot(optionsOf(props, place), dataOf(props), place);
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      if (width > 0 && height > 0) plot.setSize({ width, height });
    });
    observer.observe(place);
    createEffect(on([() => props.x, () => props.y], () => plot.setData(dataOf(props)), { defer: true }));
    createEffect(on([() => props.at, () => props.theme], () => plot.redraw(false, true), { defer: true }));
    if (props.onX) listenToDrag(plot, (value) => props.onX?.(value));
    else if (props.onPoint) {
      plot.over.addEventListener('click', () => {
        const { idx } = plot.cursor;
        if (idx != null) props.onPoint?.(idx);
      });
    }
    onCleanup(() => {
      observer.disconnect();
      plot.destroy();
    });
  });
  return (
    <div
      class="plot"
      classList={{ settable: props.onX !== undefined, clickable: props.onPoint !== undefined }}
      role="img"
      aria-label={props.label}
      data-testid={props.testid}
      ref={(element) => {
        place = element;
      }}
    />
  );
}

function dataOf({ x, y }: PlotProps): uPlot.AlignedData {
  return [[...x], y.map((value) => value ?? null)];
}

function listenToDrag(plot: uPlot, onX: (value: number) => void): void {
  const { over } = plot;
  const set = (event: PointerEvent): void => {
    const box = over.getBoundingClientRect();
    const at = Math.min(box.width, Math.max(0, event.clientX - box.left));
    onX(plot.posToVal(at, 'x'));
  };
  over.addEventListener('pointerdown', (event) => {
    over.setPointerCapture(event.pointerId);
    set(event);
  });
  over.addEventListener('pointermove', (event) => {
    if (over.hasPointerCapture(event.pointerId)) set(event);
  });
}

/** Px: for which the axes' sizes below are. */
const usualType = 11;
const wholeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];

function optionsOf(props: PlotProps, place: HTMLElement): uPlot.Options {
  // Asked at every drawing, so that another theme is drawn by its own.
  const colour = (token: string): string => getComputedStyle(place).getPropertyValue(token).trim();
  // Type grows on very large screens, and the axes' room with it.
  const type = Number.parseFloat(colour('--text-tiny')) || usualType;
  const font = `${type}px system-ui, sans-serif`;
  const axis = (label: string, size: number): uPlot.Axis => ({
    label,
    size: (size * type) / usualType,
    labelSize: (16 * type) / usualType,
    labelGap: 0,
    gap: 4,
    font,
    labelFont: font,
    stroke: () => colour('--text-dim'),
    // All of them, also on a scale of roots.
    filter: (_, splits) => splits,
    values: (_, splits) => splits.map((value) => value.toLocaleString('en')),
    grid: { stroke: () => colour('--line'), width: 1 },
    ticks: { show: false },
  });
  const bars = uPlot.paths.bars?.({ size: [0.86, Number.POSITIVE_INFINITY], align: 1 });
  const isBars = props.look === 'bars';
  const tint = (): string => colour(isBars ? '--pick' : '--accent');
  return {
    ...{ width: place.clientWidth || 300, height: place.clientHeight || 150 },
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      points: { show: !isBars },
      focus: { prox: 30 },
    },
    padding: [8, 12, 0, 0],
    scales: {
      // A point on the edge would be cut in half.
      x: {
        time: false,
        ...(!isBars && { range: (_: uPlot, min: number, max: number) => [min - 0.5, max + 0.5] }),
      },
      y: {
        range: (_, _min, max) => [0, Math.max(1, (max ?? 1) * 1.08)],
        ...(props.isRooted && { distr: 100, fwd: root, bwd: (value: number) => value * value }),
      },
    },
    axes: [
      // What is drawn as dots is counted: there is no micrograph 1.5.
      { ...axis(props.xLabel, 24), ...(!isBars && { incrs: wholeSteps }) },
      axis(props.yLabel, 44),
    ],
    series: [
      {},
      {
        label: props.yLabel,
        stroke: tint,
        width: isBars ? 0 : 1,
        ...(isBars && bars
          ? { fill: tint, paths: bars, points: { show: false } }
          : { paths: () => null, points: { show: true, size: 6, fill: tint } }),
      },
    ],
    hooks: {
      draw: [(plot) => drawLine(plot, props, colour)],
      setCursor: [
        ({ cursor, over }) => {
          const { idx } = cursor;
          over.title = idx == null ? '' : (props.describe?.(idx) ?? '');
        },
      ],
    },
  };
}

function root(value: number): number {
  return Math.sqrt(Math.max(0, value));
}

/** The threshold, and a veil over what it leaves out. */
function drawLine(plot: uPlot, { at }: PlotProps, colour: (token: string) => string): void {
  if (at === undefined) return;
  const { ctx, bbox } = plot;
  const x = Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(at, 'x', true)));
  ctx.save();
  ctx.globalAlpha = 0.62;
  ctx.fillStyle = colour('--surface');
  ctx.fillRect(bbox.left, bbox.top, x - bbox.left, bbox.height);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colour('--text');
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
