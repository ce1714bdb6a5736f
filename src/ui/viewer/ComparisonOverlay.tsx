import { createEffect, For, type JSX, Show } from 'solid-js';
import { Button } from '../controls/Button.tsx';
import { useApp } from '../state/app.ts';
import type { ComparedSets } from '../state/comparison.ts';
import {
  addMark,
  type ComparedPart,
  comparedParts,
  comparisonColours,
  partWords,
} from './comparisonStyle.ts';
import { pickRadius } from './painter.ts';
import { cssColour } from './pickStyle.ts';
import { toScreen } from './transform.ts';

/** CSS px. */
const lineWidth = 1.75;

/** In the place of the picks' circles: what both sets have, and what only one of them has. */
export function ComparisonOverlay(): JSX.Element {
  const { comparison, view } = useApp();
  return (
    <Show when={view.picksVisible() && comparison.sets()}>
      {(sets) => (
        <>
          <Marks sets={sets()} />
          <Legend sets={sets()} />
        </>
      )}
    </Show>
  );
}

function Marks(props: { readonly sets: ComparedSets }): JSX.Element {
  const { view, parameters } = useApp();
  let canvas: HTMLCanvasElement | undefined;
  createEffect(() => {
    const context = canvas?.getContext('2d');
    const { width, height } = view.canvas();
    const ratio = window.devicePixelRatio;
    if (!canvas || !context) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const { diameterAngstrom, pixelSizeAngstrom } = parameters.values;
    const radius = pickRadius(diameterAngstrom, pixelSizeAngstrom) * view.view().scale;
    const near = 1.3 * radius + 4;
    for (const { rect, clip } of view.panes()) {
      context.save();
      context.scale(ratio, ratio);
      context.beginPath();
      context.rect(clip.x, clip.y, clip.width, clip.height);
      context.clip();
      for (const part of comparedParts) {
        const path = new Path2D();
        for (const { x, y } of props.sets[part]) {
          const at = toScreen(view.view(), rect, { x: x + 0.5, y: y + 0.5 });
          if (at.x < rect.x - near || at.x > rect.x + rect.width + near) continue;
          if (at.y < rect.y - near || at.y > rect.y + rect.height + near) continue;
          addMark(path, part, at, radius);
        }
        context.lineWidth = lineWidth + 1.5;
        context.strokeStyle = 'rgb(0 0 0 / 0.55)';
        context.stroke(path);
        context.lineWidth = lineWidth;
        context.strokeStyle = cssColour(comparisonColours[part]);
        context.stroke(path);
      }
      context.restore();
    }
  });
  return (
    <div class="comparison-marks" aria-hidden="true" data-testid="comparison-marks">
      <canvas
        ref={(element) => {
          canvas = element;
        }}
      />
    </div>
  );
}

function Legend(props: { readonly sets: ComparedSets }): JSX.Element {
  const { comparison } = useApp();
  return (
    <div class="comparison-legend" role="status" data-testid="comparison-legend">
      <ul>
        <For each={partWords(props.sets)}>
          {({ part, words }) => (
            <li data-testid={`compared-${part}`}>
              <Mark part={part} />
              {words}
            </li>
          )}
        </For>
      </ul>
      <Button
        label="Stop comparing"
        icon="close"
        compact
        variant="quiet"
        keys="X"
        onClick={() => comparison.compareWith(undefined)}
      />
    </div>
  );
}

function Mark(props: { readonly part: ComparedPart }): JSX.Element {
  const shapes: Readonly<Record<ComparedPart, string>> = {
    both: 'M13 8a5 5 0 1 0 -10 0a5 5 0 1 0 10 0',
    onlyPicks: 'M3.6 3.6h8.8v8.8h-8.8z',
    onlyOther: 'M8 2l6 6l-6 6l-6 -6z',
  };
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[props.part]} stroke={cssColour(comparisonColours[props.part])} />
    </svg>
  );
}
