import { createEffect, createMemo, type JSX, Show } from 'solid-js';
import type { MaskBitmap } from '../../dataset/maskBitmap.ts';
import { maskOutline } from '../../dataset/maskOutline.ts';
import { useApp } from '../state/app.ts';
import type { Pane } from './panes.ts';
import type { View } from './transform.ts';

/** Vermilion of Okabe and Ito (2008); hatching says the same without colour. */
const colour = '#e8743b';
/** CSS px: between the lines of the hatching, their width, and that of the outline. */
const hatch = { distance: 9, width: 1.6, outline: 1.5 };
/** Of the opacity, what the tint between the lines has: the picture must be seen. */
const tint = 0.16;

/** The contamination mask over the picture: hatched, with an outline. */
export function MaskOverlay(): JSX.Element {
  const { mask } = useApp();
  return <Show when={mask.isVisible() && mask.bitmap()}>{(bitmap) => <Hatching bitmap={bitmap()} />}</Show>;
}

function Hatching(props: { readonly bitmap: MaskBitmap }): JSX.Element {
  const { mask, view } = useApp();
  /** In image points. */
  const outline = createMemo(() => {
    const path = new Path2D();
    for (const polygon of maskOutline(props.bitmap)) {
      polygon.forEach(({ x, y }, i) => {
        if (i === 0) path.moveTo(x, y);
        else path.lineTo(x, y);
      });
      path.closePath();
    }
    return path;
  });
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
  { u, v, scale }: View,
  outline: Path2D,
  opacity: number,
  ratio: number,
): void {
  context.save();
  context.beginPath();
  context.rect(clip.x, clip.y, clip.width, clip.height);
  context.clip();
  const screen = new Path2D();
  const [left, top] = [rect.x + rect.width / 2 - u * scale, rect.y + rect.height / 2 - v * scale];
  screen.addPath(outline, new DOMMatrix([scale, 0, 0, scale, left, top]));
  context.save();
  context.clip(screen);
  context.fillStyle = colour;
  context.globalAlpha = opacity * tint;
  context.fillRect(rect.x, rect.y, rect.width, rect.height);
  context.globalAlpha = opacity;
  context.strokeStyle = colour;
  context.lineWidth = hatch.width;
  context.beginPath();
  // Fixed to the picture, so that it does not swim when that is moved.
  const first = (left + top) % hatch.distance;
  for (let at = first - hatch.distance; at < rect.x + rect.width + rect.height; at += hatch.distance) {
    context.moveTo(at, 0);
    context.lineTo(at - rect.height, rect.height);
  }
  context.stroke();
  context.restore();
  context.globalAlpha = Math.min(1, 0.35 + opacity);
  context.lineWidth = hatch.outline + 1.5;
  context.strokeStyle = 'rgb(0 0 0 / 0.5)';
  context.stroke(screen);
  context.lineWidth = Math.max(hatch.outline, 1 / ratio);
  context.strokeStyle = colour;
  context.stroke(screen);
  context.restore();
}
