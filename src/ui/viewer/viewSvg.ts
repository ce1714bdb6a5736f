/** A view as an SVG file: the picture embedded, and over it what stays sharp at any size. */
import type { Glyph } from '../../dataset/pickClasses.ts';
import type { Figure } from '../state/measuring.ts';
import { type FigureShape, figureStyle, pointsText } from './figureShapes.ts';
import { glyphLine, glyphSize, isFilled, strokesOf } from './glyphShapes.ts';
import { maskStyle, outlineOpacity } from './maskShapes.ts';
import type { PickShape } from './pickStyle.ts';
import type { ScaleBar } from './scaleBar.ts';
import type { Point, Rect, Size } from './transform.ts';

/** A pick as it is drawn, CSS px. */
export interface DrawnMark {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly shape: PickShape;
  readonly colour: string;
  /** Lengths of dashes and gaps, CSS px; none for a whole line. */
  readonly dashes: readonly number[];
  /** The mark of its class in its middle, or by itself; undefined for none. */
  readonly glyph: Glyph | undefined;
}

/** A filament as it is drawn, CSS px: its axis, and how wide it is. */
export interface DrawnLine {
  readonly from: Point;
  readonly to: Point;
  readonly width: number;
  readonly colour: string;
}

/** The contamination mask as it is drawn, CSS px. */
export interface DrawnMask {
  /** Its outline, an SVG path. */
  readonly path: string;
  /** Where the picture's corner is: a line of the hatching goes through it, whatever the view. */
  readonly corner: Point;
  readonly opacity: number;
}

/** A ruler, line profile or region as it is drawn. */
export interface DrawnFigure {
  readonly kind: Figure['kind'];
  readonly shape: FigureShape;
  /** Its length or size, with the unit. */
  readonly label: string;
}

/** What lies over the picture of one pane. */
export interface DrawnPane {
  readonly clip: Rect;
  readonly mask: DrawnMask | undefined;
  readonly marks: readonly DrawnMark[];
  readonly lines: readonly DrawnLine[];
  readonly figure: DrawnFigure | undefined;
  /** What the picture is, where more than one is in sight. */
  readonly label: string | undefined;
}

export interface DrawnView {
  readonly size: Size;
  readonly title: string;
  readonly panes: readonly DrawnPane[];
  readonly bar: ScaleBar | undefined;
  readonly lineWidth: number;
}

/** Place and measures of the scale bar, CSS px. */
const barLayout = { left: 20, bottom: 20, height: 5, font: 18, pad: 10 } as const;
const fontFamily = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const rimOpacity = 0.55;

/**
 * @param picture an address of the picture, such as a data URL; it fills the view. Undefined for what lies over it alone.
 * @param ratio pixels of the SVG's own size per CSS px of the view.
 */
export function viewSvg(view: DrawnView, picture: string | undefined, ratio = 1): string {
  const { width, height } = view.size;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${short(width * ratio)}" height="${short(height * ratio)}" viewBox="0 0 ${width} ${height}">`,
    `<title>${named(view.title)}</title>`,
    ...(picture === undefined
      ? []
      : [`<image width="${width}" height="${height}" href="${escaped(picture)}"/>`]),
    ...view.panes.flatMap((pane, i) => paneLines(pane, i, view.lineWidth)),
    ...(view.bar ? barLines(view.bar, view.size) : []),
    '</svg>',
    '',
  ].join('\n');
}

function paneLines(pane: DrawnPane, index: number, lineWidth: number): string[] {
  const { clip, mask, lines, marks, figure, label } = pane;
  const id = `pane${index + 1}`;
  return [
    `<clipPath id="${id}"><rect x="${short(clip.x)}" y="${short(clip.y)}" width="${short(clip.width)}" height="${short(clip.height)}"/></clipPath>`,
    `<g clip-path="url(#${id})" fill="none">`,
    ...(mask ? maskLines(mask, clip, `mask${index + 1}`) : []),
    ...lines.map(filamentLines),
    ...markLines(marks, lineWidth),
    ...(figure ? figureLines(figure) : []),
    '</g>',
    ...(label === undefined ? [] : [textLine(label, clip.x + 14, clip.y + 26, 15, 'start')]),
  ];
}

/** Tinted, hatched from the lower left to the upper right, and outlined. */
function maskLines({ path, corner, opacity }: DrawnMask, clip: Rect, id: string): string[] {
  const { colour, distance: d, hatch, outline, rim } = maskStyle;
  const filled = `<rect x="${short(clip.x)}" y="${short(clip.y)}" width="${short(clip.width)}" height="${short(clip.height)}"`;
  return [
    `<clipPath id="${id}"><path d="${path}"/></clipPath>`,
    `<pattern id="${id}-hatch" width="${d}" height="${d}" patternUnits="userSpaceOnUse" patternTransform="translate(${short((corner.x + corner.y) % d)} 0)">`,
    `<path d="M-1 1L1 -1M0 ${d}L${d} 0M${d - 1} ${d + 1}L${d + 1} ${d - 1}" stroke="${colour}" stroke-width="${hatch}"/></pattern>`,
    `<g data-part="mask" clip-path="url(#${id})">`,
    `${filled} fill="${colour}" fill-opacity="${short(opacity * maskStyle.tint)}"/>`,
    `${filled} fill="url(#${id}-hatch)" fill-opacity="${short(opacity)}"/>`,
    '</g>',
    `<path d="${path}" stroke="#000000" stroke-opacity="${maskStyle.rimOpacity}" stroke-width="${rim}"/>`,
    `<path d="${path}" stroke="${colour}" stroke-opacity="${short(outlineOpacity(opacity))}" stroke-width="${outline}"/>`,
  ];
}

/** All dark rims, then all lines, then what is in the middle. */
function markLines(marks: readonly DrawnMark[], lineWidth: number): string[] {
  if (marks.length === 0) return [];
  const outlined = marks.filter(({ shape }) => shape !== 'dot');
  const rims = outlined.map((mark) => outlineLine(mark, ''));
  const own = outlined.map((mark) => outlineLine(mark, ` stroke="${mark.colour}"`));
  return [
    `<g data-part="pick-rims" stroke="#000000" stroke-opacity="${rimOpacity}" stroke-width="${lineWidth + 1.5}">`,
    ...rims,
    '</g>',
    `<g data-part="picks" stroke-width="${lineWidth}">`,
    ...own,
    '</g>',
    '<g data-part="classes">',
    ...marks.map(glyphLines).filter(Boolean),
    '</g>',
  ];
}

function outlineLine({ x, y, radius, shape, dashes }: DrawnMark, stroke: string): string {
  const dash = dashes.length > 0 ? ` stroke-dasharray="${dashes.map(short).join(' ')}"` : '';
  const side = short(2 * radius);
  return shape === 'box'
    ? `<rect x="${short(x - radius)}" y="${short(y - radius)}" width="${side}" height="${side}"${stroke}${dash}/>`
    : `<circle cx="${short(x)}" cy="${short(y)}" r="${short(radius)}"${stroke}${dash}/>`;
}

function glyphLines({ x, y, shape, colour, glyph }: DrawnMark): string {
  if (glyph === undefined) return '';
  const size = glyphSize(glyph, shape === 'dot');
  const strokes = strokesOf(glyph);
  const place = strokes
    ? `<path d="${strokes
        .map(
          (stroke) =>
            `M${stroke.map(([dx, dy]) => `${short(x + dx * size)} ${short(y + dy * size)}`).join('L')}`,
        )
        .join('')}"`
    : `<circle cx="${short(x)}" cy="${short(y)}" r="${short(size)}"`;
  const rim = `${place} stroke="#000000" stroke-opacity="${rimOpacity}" stroke-width="${glyphLine.rim}"/>`;
  const own = isFilled(glyph)
    ? `${place} fill="${colour}"/>`
    : `${place} stroke="${colour}" stroke-width="${glyphLine.width}"/>`;
  return rim + own;
}

/** Of a filament, the widest first: its band, a dark rim, its axis. */
function filamentLines({ from, to, width, colour }: DrawnLine): string {
  const ends = `x1="${short(from.x)}" y1="${short(from.y)}" x2="${short(to.x)}" y2="${short(to.y)}"`;
  return [
    { wide: width, css: colour, opacity: 0.16 },
    { wide: 4, css: '#000000', opacity: rimOpacity },
    { wide: 2, css: colour, opacity: 1 },
  ]
    .map(
      ({ wide, css, opacity }) =>
        `<line ${ends} stroke="${css}" stroke-width="${short(wide)}" stroke-opacity="${opacity}"/>`,
    )
    .join('');
}

function figureLines({ kind, shape, label }: DrawnFigure): string[] {
  const { colour, line, rim, rimOpacity: dark, fill, fillOpacity, knob, font } = figureStyle;
  const filled = `fill="${fill}" fill-opacity="${fillOpacity}" stroke="${colour}"`;
  const { from, to, middle, band, region } = shape;
  if (kind === 'region') {
    return [
      `<rect data-part="region" x="${short(region.x)}" y="${short(region.y)}" width="${short(region.width)}" height="${short(region.height)}" ${filled} stroke-width="1.5"/>`,
      textLine(label, region.x + 6, region.y - 7, font, 'start'),
    ];
  }
  const ends = `x1="${short(from.x)}" y1="${short(from.y)}" x2="${short(to.x)}" y2="${short(to.y)}"`;
  const corners = band.map(({ x, y }) => ({ x: Number(short(x)), y: Number(short(y)) }));
  return [
    ...(kind === 'profile'
      ? [`<polygon data-part="profile" points="${pointsText(corners)}" ${filled} stroke-opacity="0.5"/>`]
      : []),
    `<line ${ends} stroke="#000000" stroke-opacity="${dark}" stroke-width="${rim}"/>`,
    `<line data-part="${kind}-line" ${ends} stroke="${colour}" stroke-width="${line}"/>`,
    ...[from, to].map(
      ({ x, y }) => `<circle cx="${short(x)}" cy="${short(y)}" r="${knob}" fill="#ffffff" stroke="#0c0d0f"/>`,
    ),
    textLine(label, middle.x + 10, middle.y - 10, font, 'start'),
  ];
}

function barLines({ width, label }: ScaleBar, size: Size): string[] {
  const { left, bottom, height, font, pad } = barLayout;
  const y = size.height - bottom - height;
  return [
    `<rect x="${left - pad}" y="${y - font - 2 * pad}" width="${short(width + 2 * pad)}" height="${font + height + 3 * pad}" rx="5" fill="#0c0d0f" fill-opacity="0.74"/>`,
    `<rect id="scale-bar" x="${left}" y="${y}" width="${short(width)}" height="${height}" fill="#ffffff"/>`,
    textLine(label, left + width / 2, y - pad + 1, font, 'middle'),
  ];
}

function textLine(text: string, x: number, y: number, size: number, anchor: 'start' | 'middle'): string {
  return (
    `<text x="${short(x)}" y="${short(y)}" font-family="${escaped(fontFamily)}" font-size="${size}" font-weight="600" ` +
    `text-anchor="${anchor}" fill="#ffffff" stroke="#000000" stroke-opacity="0.6" stroke-width="3" ` +
    `paint-order="stroke">${named(text)}</text>`
  );
}

const short = (value: number): string => String(Number(value.toFixed(2)));

/** Text that may be of a file's name: XML must not have all that a name can. */
const named = (text: string): string => escaped(text.replace(/[\p{Cc}\p{Cs}]/gu, '\ufffd'));

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
