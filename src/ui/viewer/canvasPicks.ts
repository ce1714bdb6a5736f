import { GLYPHS, type Glyph } from '../../dataset/pickClasses.ts';
import { isShown, type Pick } from '../../dataset/picks.ts';
import { glyphLine, glyphSize, isFilled, strokesOf } from './glyphShapes.ts';
import {
  cssColour,
  type DrawnAs,
  dashesOf,
  leastMarked,
  leastScreenRadius,
  type PickMarks,
  type PickShape,
  type PickStyle,
  pickColours,
} from './pickStyle.ts';
import { type Point, type Rect, toScreen, type View } from './transform.ts';

/** What lies on the picture. */
export interface DrawnPicks {
  readonly picks: readonly Pick[];
  readonly candidates: readonly Pick[];
  readonly marks: PickMarks | undefined;
}

const rim = 'rgb(0 0 0 / 0.55)';
/** Draws picks as `viewer_picks.wgsl` does. */
export function drawPicks(
  context: CanvasRenderingContext2D,
  view: View,
  pane: Rect,
  style: PickStyle,
  { picks, candidates, marks }: DrawnPicks,
): void {
  const radius = Math.max(style.radius * view.scale, leastScreenRadius);
  const { look } = style;
  const draw = (pick: Pick, kind: DrawnAs): void => {
    const isChosen = marks?.isChosen(pick) ?? false;
    const by = isChosen ? look.offset : { x: 0, y: 0 };
    const at = toScreen(view, pane, { x: pick.x + by.x + 0.5, y: pick.y + by.y + 0.5 });
    const near = radius + 4;
    if (at.x < pane.x - near || at.x > pane.x + pane.width + near) return;
    if (at.y < pane.y - near || at.y > pane.y + pane.height + near) return;
    const number = kind === 'candidate' ? 0 : (marks?.classNumberOf(pick) ?? 0);
    const isByClass = number > 0 || kind === 'manual';
    const own = look.classes[number];
    const colour = isByClass && own ? own.colour : pickColours[kind];
    const highlighted = pick === style.highlighted;
    const line = style.lineWidth * (highlighted || isChosen ? 1.8 : 1);
    const css = highlighted || isChosen ? '#ffffff' : cssColour(colour);
    const glyph = GLYPHS[own?.glyph ?? 0] ?? 'dot';
    if (look.shape === 'dot') {
      context.setLineDash([]);
      const alone = number > 0 ? glyph : 'dot';
      drawGlyph(context, at, alone, glyphSize(alone, true), css);
      return;
    }
    context.setLineDash(dashesOf(kind).map((part) => part * radius));
    outline(context, at, radius, look.shape);
    context.lineWidth = line + 1.5;
    context.strokeStyle = rim;
    context.stroke();
    context.lineWidth = line;
    context.strokeStyle = css;
    context.stroke();
    if (isChosen) {
      context.fillStyle = cssColour(colour, 0.25);
      context.fill();
    }
    if (isByClass && radius > leastMarked) {
      context.setLineDash([]);
      drawGlyph(context, at, glyph, glyphSize(glyph, false), cssColour(colour));
    }
  };
  for (const candidate of candidates) draw(candidate, 'candidate');
  for (const pick of picks) if (isShown(pick, style.threshold)) draw(pick, pick.origin);
}

function outline(context: CanvasRenderingContext2D, at: Point, radius: number, shape: PickShape): void {
  context.beginPath();
  if (shape === 'box') context.rect(at.x - radius, at.y - radius, 2 * radius, 2 * radius);
  else context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
}

/** @param size half of its extent, CSS px. */
function drawGlyph(
  context: CanvasRenderingContext2D,
  { x, y }: Point,
  glyph: Glyph,
  size: number,
  css: string,
): void {
  context.beginPath();
  glyphPath(context, x, y, glyph, size);
  context.lineWidth = glyphLine.rim;
  context.strokeStyle = rim;
  context.stroke();
  if (isFilled(glyph)) {
    context.fillStyle = css;
    context.fill();
  } else {
    context.lineWidth = glyphLine.width;
    context.strokeStyle = css;
    context.stroke();
  }
}

function glyphPath(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  glyph: Glyph,
  size: number,
): void {
  const strokes = strokesOf(glyph);
  if (!strokes) context.arc(x, y, size, 0, 2 * Math.PI);
  for (const stroke of strokes ?? []) {
    stroke.forEach(([dx, dy], i) => {
      if (i === 0) context.moveTo(x + dx * size, y + dy * size);
      else context.lineTo(x + dx * size, y + dy * size);
    });
  }
}
