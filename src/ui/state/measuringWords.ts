import { formatLength } from '../../core/units.ts';
import type { Point } from '../viewer/transform.ts';
import { type Figure, lineOf, type Measured } from './measuring.ts';

/** "152 Å"; without a pixel size "101 px". */
export function distanceText(figure: Figure, pixelSizeAngstrom: number | undefined): string {
  const { lengthPx } = lineOf(figure);
  if (pixelSizeAngstrom === undefined) return `${rounded(lengthPx)} px`;
  const angstrom = lengthPx * pixelSizeAngstrom;
  return angstrom < 1000 ? `${rounded(angstrom)} Å` : formatLength(angstrom);
}

/** "101 px, at 35°", as it is seen. */
export function lineText(figure: Figure, way?: Point): string {
  const { lengthPx, degrees } = lineOf(figure, way);
  return `${rounded(lengthPx)} px, at ${Math.round(degrees)}°`;
}

/** "24 × 30 nm, 160 × 200 px". */
export function sizeText(
  { width, height }: { readonly width: number; readonly height: number },
  pixelSizeAngstrom: number | undefined,
): string {
  const pixels = `${width} × ${height} px`;
  if (pixelSizeAngstrom === undefined) return pixels;
  return `${formatLength(width * pixelSizeAngstrom)} × ${formatLength(height * pixelSizeAngstrom)}, ${pixels}`;
}

/** As many digits as tell one value from the next. */
export function valueText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(5))) : '–';
}

/** Columns for a spreadsheet: distance, and the values of each picture. */
export function profileTable({ profiles }: Measured, pixelSizeAngstrom: number | undefined): string {
  const [first] = profiles;
  if (!first) return '';
  const unit = pixelSizeAngstrom === undefined ? 'px' : 'Å';
  const step = first.profile.stepPx * (pixelSizeAngstrom ?? 1);
  const head = [`distance (${unit})`, ...profiles.map(({ kind }) => kind)].join('\t');
  const rows = Array.from(first.profile.values, (_, i) =>
    [step * i, ...profiles.map(({ profile }) => profile.values[i] ?? Number.NaN)]
      .map((value) => (Number.isFinite(value) ? Number(value.toPrecision(7)) : ''))
      .join('\t'),
  );
  return `${[head, ...rows].join('\n')}\n`;
}

const rounded = (value: number): number => Number(value.toPrecision(value < 1000 ? 3 : 4));
