import { createEffect, createMemo, type JSX, Show } from 'solid-js';
import type { MaskBitmap } from '../../dataset/maskBitmap.ts';
import { useApp } from '../state/app.ts';
import { maskPath, maskStyle, outlineOpacity } from './maskShapes.ts';
import type { Pane } from './panes.ts';
import { directions, toScreen, type View } from './transform.ts';

/** The contamination mask over the picture: hatched, with an outline. */
export function MaskOverlay(): JSX.Element {
  const { mask } = useApp();
  return <Show when={mask.isVisible() && mask.bitmap()}>{(bitmap) => <Hatching bitmap={bitmap()} />}</Show>;
}

function Hatching(props: { readonly bitmap: MaskBitmap }): JSX.Element {
  const { mask, view } = useApp();
  /** In image points. */
  const outline = createMemo(() => new Path2D(maskPath(props.bitmap)));
  let canvas: HTMLCanvasElement | undefined;
  createEffect(() => {
    const context = canvas?.getContext('2d');
    const { width, height } = view.canvas();
    const ratio = window.devicePixelRatio;
    if (!canvas || !context) return;
    canvas.width = Math.max(1, Math.round(width * ratio));
    canvas.height = Math.max(1, Math.round(height * ratio));
    context.scale(ratio, ratio);
    for (const pane of view.panes()) drawPane(context, pane, view.view(), outline(), mask.opacity(), ratio);
  });
  return (
    <div class="mask-overlay" aria-hidden="true" data-testid="mask-overlay">
      <canvas
        ref={(element) => {
          canvas = element;
        }}
      />
    </div>
  );
}

function drawPane(
  context: CanvasRenderingContext2D,
  { rect, clip }: Pane,
  view: View,
  outline: Path2D,
  opacity: number,
  ratio: number,
): void {
  context.save();
  context.beginPath();
  context.rect(clip.x, clip.y, clip.width, clip.height);
  context.clip();
  const screen = new Path2D();
  const { x: left, y: top } = toScreen(view, rect, { x: 0, y: 0 });
  const way = directions(view);
  screen.addPath(outline, new DOMMatrix([way.x * view.scale, 0, 0, way.y * view.scale, left, top]));
  context.save();
  context.clip(screen);
  context.fillStyle = maskStyle.colour;
  context.globalAlpha = opacity * maskStyle.tint;
  context.fillRect(rect.x, rect.y, rect.width, rect.height);
  context.globalAlpha = opacity;
  context.strokeStyle = maskStyle.colour;
  context.lineWidth = maskStyle.hatch;
  context.beginPath();
  // Fixed to the picture, so that it does not swim when that is moved.
  const first = (left + top) % maskStyle.distance;
  for (
    let at = first - maskStyle.distance;
    at < rect.x + rect.width + rect.height;
    at += maskStyle.distance
  ) {
    context.moveTo(at, 0);
    context.lineTo(at - rect.height, rect.height);
  }
  context.stroke();
  context.restore();
  context.globalAlpha = outlineOpacity(opacity);
  context.lineWidth = maskStyle.rim;
  context.strokeStyle = `rgb(0 0 0 / ${maskStyle.rimOpacity})`;
  context.stroke(screen);
  context.lineWidth = Math.max(maskStyle.outline, 1 / ratio);
  context.strokeStyle = maskStyle.colour;
  context.stroke(screen);
  context.restore();
}
